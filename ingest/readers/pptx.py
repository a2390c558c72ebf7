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


def read(data: bytes, tell: Tell) -> Source:
    """Every slide in order; its number is its page."""
    archive = Archive(data, _NAME)
    main = archive.part_of("officeDocument") or "ppt/presentation.xml"
    related = archive.relations(main)
    ids = [listed.get("id", "") for listed in find_elements(archive.read(main), "sldId")]
    slides = [related[id_][1] for id_ in ids if id_ in related]
    if not slides:
        raise DocumentError("empty: there are no slides in it")
    writer, parts = Writer(), Parts(archive)
    authors = _read_authors(parts, related.values())
    for number, slide in enumerate(slides, 1):
        writer.page(number)
        _read_slide(parts, slide, writer, authors)
        tell(number, len(slides))
    title = archive.title
    # "PowerPoint Presentation" is what the program itself fills in.
    generic = title.lower() in {"", "powerpoint presentation", "presentation"}
    title = writer.title if generic else title
    return Source(writer.text, title, parts.warning, layout=writer.layout)


def _read_authors(parts: Parts, related: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The names of the authors of comments, by the ids that comments have."""
    authors: dict[str, str] = {}
    for kind, name in related:
        if kind in _AUTHORS:
            listed = parts.read(name, partial(find_elements, tag=_AUTHORS[kind]))
            authors |= {one.get("id", ""): one.get("name", "") for one in listed or []}
    return authors


def _read_slide(parts: Parts, name: str, writer: Writer, authors: Mapping[str, str]) -> None:
    """A slide, its speaker's notes, and the comments on it."""
    related = parts.archive.relations(name)
    _write_shapes(parts, name, related, writer, notes=False)
    for kind, part in related.values():
        if kind == "notesSlide" and part in parts.archive:
            _write_shapes(parts, part, parts.archive.relations(part), writer, notes=True)
    for kind, part in related.values():
        if kind == "comments":
            for comment in (parts.read(part, read_comments) or {}).values():
                writer.paragraph(comment.write(authors.get(comment.author, "")))


def _write_shapes(
    parts: Parts, name: str, related: Mapping[str, tuple[str, str]], writer: Writer, *, notes: bool
) -> None:
    slide = _Slide(writer, parts, related, notes=notes)
    parse(parts.archive.read(name), slide.start, slide.end, slide.text)
    slide.finish()


class _Slide:
    """Writes the elements of one slide as blocks, the title first."""

    def __init__(
        self,
        writer: Writer,
        parts: Parts,
        related: Mapping[str, tuple[str, str]],
        *,
        notes: bool = False,
    ) -> None:
        self._writer = writer
        self._parts = parts
        self._related = related
        self._out = 0
        self._notes = notes
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
        elif tag in {"sp", "graphicFrame"}:
            self._placeholder, self._is_body = "", False
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

    def text(self, words: str) -> None:
        if self._in_text and not self._out:
            self._words.append(words)

    def end(self, tag: str) -> None:
        if self._out:
            self._out -= 1
        elif tag == "t":
            self._in_text = False
        elif tag == "p":
            self._end_paragraph("".join(self._words))
        elif tag == "tr" and self._row is not None:
            self._blocks.append(Block("row", [" ".join(cell) for cell in self._row]))
            self._row = None

    def finish(self) -> None:
        self._writer.heading(2, " ".join(self._title))
        for block in self._blocks:
            self._writer.write(block)

    def _end_paragraph(self, words: str) -> None:
        if not words.strip() or self._placeholder in _FURNITURE:
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


FORMAT = Format(name=_NAME, suffixes=(".pptx", ".pptm", ".ppsx"), readers=(read,), signature=b"PK")
