"""Reads presentations: slide by slide, titles as headings, tables, charts, notes and comments."""

from collections.abc import Iterable, Mapping
from functools import partial

from ingest.readers import Format, Source, Tell
from ingest.readers.office.comments import read_comments
from ingest.readers.office.graphics import GRAPHICS, read_graphic
from ingest.readers.office.parts import Parts
from ingest.readers.shared.archive import Archive, Attributes, find_elements, parse
from ingest.readers.shared.writer import Block, Writer, one_line
from rag.errors import DocumentError

_NAME = "a presentation"
_TITLES = {"title", "ctrTitle"}
_FURNITURE = {"dt", "ftr", "hdr", "sldNum", "sldImg"}
"""Placeholders for what is on every slide."""
_AUTHORS = {"commentAuthors": "cmAuthor", "authors": "author"}
"""Kinds of the parts that name the authors of comments → their elements."""
_SHAPES = {"sp", "graphicFrame"}
_OFF = {"0", "false"}
_AROUND_LETTERS = {"ln", "uLn", "effectLst", "highlight"}
_SMALLEST = 100
"""Hundredths of a point; smaller letters are specks."""

Size = tuple[int, int]
"""Width and height of a slide, in English metric units."""


def read(data: bytes, tell: Tell) -> Source:
    """Every slide in order; its number is its page."""
    archive = Archive(data, _NAME)
    main = archive.part_of("officeDocument") or "ppt/presentation.xml"
    related = archive.relations(main)
    ids = [listed.get("id", "") for listed in find_elements(archive.read(main), "sldId")]
    slides = [related[id_][1] for id_ in ids if id_ in related]
    if not slides:
        raise DocumentError("empty: there are no slides in it")
    size = _read_size(archive.read(main))
    writer, parts = Writer(), Parts(archive)
    authors = _read_authors(parts, related.values())
    for number, slide in enumerate(slides, 1):
        writer.page(number)
        _read_slide(parts, slide, writer, authors, size)
        tell(number, len(slides))
    title = archive.title
    # "PowerPoint Presentation" is what the program itself fills in.
    generic = title.lower() in {"", "powerpoint presentation", "presentation"}
    title = writer.title if generic else title
    return Source(writer.text, title, parts.warning, layout=writer.layout)


def _read_size(presentation: bytes) -> Size | None:
    """The size of all slides; None where it is not told."""
    for given in find_elements(presentation, "sldSz"):
        width, height = given.get("cx", ""), given.get("cy", "")
        if width.isdecimal() and height.isdecimal():
            return int(width), int(height)
    return None


def _read_authors(parts: Parts, related: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The names of the authors of comments, by the ids that comments have."""
    authors: dict[str, str] = {}
    for kind, name in related:
        if kind in _AUTHORS:
            listed = parts.read(name, partial(find_elements, tag=_AUTHORS[kind]))
            authors |= {one.get("id", ""): one.get("name", "") for one in listed or []}
    return authors


def _read_slide(
    parts: Parts, name: str, writer: Writer, authors: Mapping[str, str], size: Size | None
) -> None:
    """A slide, its speaker's notes, and the comments on it."""
    related = parts.archive.relations(name)
    _write_shapes(parts, name, related, writer, size=size)
    for kind, part in related.values():
        if kind == "notesSlide" and part in parts.archive:
            _write_shapes(parts, part, parts.archive.relations(part), writer, notes=True)
    for kind, part in related.values():
        if kind == "comments":
            for comment in (parts.read(part, read_comments) or {}).values():
                writer.paragraph(comment.write(authors.get(comment.author, "")))


def _write_shapes(
    parts: Parts,
    name: str,
    related: Mapping[str, tuple[str, str]],
    writer: Writer,
    *,
    notes: bool = False,
    size: Size | None = None,
) -> None:
    slide = _Slide(writer, parts, related, notes=notes, size=size)
    parse(parts.archive.read(name), slide.start, slide.end, slide.text)
    slide.finish()


class _Slide:
    """Writes the elements of one slide as blocks, the title first.

    What nobody sees is left out: shapes that are hidden or lie beyond the edge, letters that are
    specks or clear. A slide that is not shown says so.

    :param size: of the slide.
    """

    def __init__(
        self,
        writer: Writer,
        parts: Parts,
        related: Mapping[str, tuple[str, str]],
        *,
        notes: bool = False,
        size: Size | None = None,
    ) -> None:
        self._writer = writer
        self._parts = parts
        self._related = related
        self._out = 0
        self._notes = notes
        self._size = size
        self._groups = 0
        """Open groups of shapes, which have units of their own."""
        self._place: Size | None = None
        """Left and top of the open shape."""
        self._around = ""
        """The open outline or effect, whose colors are not those of letters."""
        self._is_hidden = self._is_unseen = self._is_clear = False
        """Whether the slide is not shown, the open shape is not seen, nor the open letters."""
        self._placeholder = ""
        self._is_body = False
        self._depth = 0
        self._in_text = False
        self._words: list[str] = []
        self._row: list[list[str]] | None = None
        self._title: list[str] = []
        self._blocks: list[Block] = []

    def start(self, tag: str, attributes: Attributes) -> None:
        if self._out or tag == "Fallback":  # a copy, for older programs
            self._out += 1
        elif tag in GRAPHICS:
            self._blocks += read_graphic(self._parts, self._related, tag, attributes)
        elif self._start_look(tag, attributes):
            pass
        elif tag == "ph":
            self._placeholder = attributes.get("type", "body")
            self._is_body = self._placeholder not in _TITLES | {"subTitle"}
        elif tag == "tr":
            self._row = []
        elif tag == "tc" and self._row is not None:
            self._row.append([])
        elif tag == "p":
            self._words, self._depth = [], 0
        elif tag == "pPr" and attributes.get("lvl", "").isdecimal():
            self._depth = int(attributes["lvl"])
        elif tag == "br":
            self._words.append("\n")
        elif tag == "t":
            self._in_text = True

    def _start_look(self, tag: str, attributes: Attributes) -> bool:
        """Begin what tells whether something is seen; False if the element is another one."""
        if tag == "sld":
            self._is_hidden = attributes.get("show") in _OFF
        elif tag == "grpSp":
            self._groups += 1
        elif tag in _SHAPES:
            self._placeholder, self._is_body = "", False
            self._place, self._is_unseen = None, False
        elif tag == "cNvPr":
            self._is_unseen |= attributes.get("hidden", "0") not in _OFF
        elif tag == "off":
            self._place = _read_pair(attributes, "x", "y")
        elif tag == "ext":
            self._is_unseen |= self._is_beyond(_read_pair(attributes, "cx", "cy"))
        elif tag in {"r", "fld"}:
            self._is_clear = False
        elif tag == "rPr":
            size = attributes.get("sz", "")
            self._is_clear = size.isdecimal() and int(size) <= _SMALLEST
        elif tag in _AROUND_LETTERS:
            self._around = tag
        elif tag == "alpha":
            self._is_clear |= attributes.get("val") == "0" and not self._around
        else:
            return False
        return True

    def _is_beyond(self, extent: Size | None) -> bool:
        """Tell whether the open shape lies beyond the edges of the slide."""
        if not (self._size and self._place and extent) or self._groups:
            return False
        (left, top), (width, height) = self._place, self._size
        return left >= width or top >= height or left + extent[0] <= 0 or top + extent[1] <= 0

    def text(self, words: str) -> None:
        if self._in_text and not self._out and not self._is_clear:
            self._words.append(words)

    def end(self, tag: str) -> None:
        if self._out:
            self._out -= 1
        elif tag == "t":
            self._in_text = False
        elif tag == "grpSp":
            self._groups -= 1
        elif tag == self._around:
            self._around = ""
        elif tag == "p":
            self._end_paragraph("".join(self._words))
        elif tag == "tr" and self._row is not None:
            self._blocks.append(Block("row", [" ".join(cell) for cell in self._row]))
            self._row = None

    def finish(self) -> None:
        title = " ".join(self._title)
        self._writer.heading(2, f"{title} (hidden slide)" if self._is_hidden else title)
        for block in self._blocks:
            self._writer.write(block)

    def _end_paragraph(self, words: str) -> None:
        if not words.strip() or self._placeholder in _FURNITURE or self._is_unseen:
            return
        if self._row is not None:
            if self._row:
                self._row[-1].append(words)
        elif self._notes:
            self._blocks.append(Block("paragraph", [f"Notes: {one_line(words)}"]))
        elif self._placeholder in _TITLES:
            self._title.append(words)
        else:
            self._blocks.append(
                Block("item" if self._is_body else "paragraph", [words], self._depth)
            )


def _read_pair(attributes: Attributes, first: str, second: str) -> Size | None:
    try:
        return int(attributes[first]), int(attributes[second])
    except (KeyError, ValueError):
        return None


FORMAT = Format(
    name=_NAME, suffixes=(".pptx", ".pptm", ".ppsx"), readers=(read,), version=2, signature=b"PK"
)
