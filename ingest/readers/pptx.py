"""Reads presentations: slide by slide, titles as headings, tables, and the speaker's notes."""

from ingest.readers import Format, Source, Tell
from ingest.readers.shared.archive import Archive, Attributes, find_elements, parse
from ingest.readers.shared.writer import Writer, one_line
from rag.errors import DocumentError

_NAME = "a presentation"
_TITLES = {"title", "ctrTitle"}
_FURNITURE = {"dt", "ftr", "hdr", "sldNum", "sldImg"}
"""Placeholders for what is on every slide."""


def read(data: bytes, tell: Tell) -> Source:
    """Every slide in order; its number is its page."""
    archive = Archive(data, _NAME)
    main = archive.part_of("officeDocument") or "ppt/presentation.xml"
    related = archive.relations(main)
    ids = [listed.get("id", "") for listed in find_elements(archive.read(main), "sldId")]
    slides = [related[id_][1] for id_ in ids if id_ in related]
    if not slides:
        raise DocumentError("empty: there are no slides in it")
    writer = Writer()
    for number, slide in enumerate(slides, 1):
        writer.page(number)
        _read_slide(archive, slide, writer)
        tell(number, len(slides))
    title = archive.title
    # "PowerPoint Presentation" is what the program itself fills in.
    generic = title.lower() in {"", "powerpoint presentation", "presentation"}
    return Source(writer.text, writer.title if generic else title, layout=writer.layout)


def _read_slide(archive: Archive, part: str, writer: Writer) -> None:
    related = archive.relations(part).values()
    notes = [name for kind, name in related if kind == "notesSlide" and name in archive]
    for name in (part, *notes):
        slide = _Slide(writer, notes=name != part)
        parse(archive.read(name), slide.start, slide.end, slide.text)
        slide.finish()


class _Slide:
    """Writes the elements of one slide as blocks, the title first."""

    def __init__(self, writer: Writer, *, notes: bool = False) -> None:
        self._writer = writer
        self._notes = notes
        self._placeholder = ""
        self._is_body = False
        self._depth = 0
        self._in_text = False
        self._words: list[str] = []
        self._row: list[list[str]] | None = None
        self._title: list[str] = []
        self._blocks: list[tuple[str, int, list[str]]] = []

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag in {"sp", "graphicFrame"}:
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
        if self._in_text:
            self._words.append(words)

    def end(self, tag: str) -> None:
        if tag == "t":
            self._in_text = False
        elif tag == "p":
            self._end_paragraph("".join(self._words))
        elif tag == "tr" and self._row is not None:
            self._blocks.append(("row", 0, [" ".join(cell) for cell in self._row]))
            self._row = None

    def finish(self) -> None:
        self._writer.heading(2, " ".join(self._title))
        for kind, depth, words in self._blocks:
            if kind == "row":
                self._writer.row(words)
            elif kind == "item":
                self._writer.item(words[0], depth)
            else:
                self._writer.paragraph(words[0])

    def _end_paragraph(self, words: str) -> None:
        if not words.strip() or self._placeholder in _FURNITURE:
            return
        if self._row is not None:
            if self._row:
                self._row[-1].append(words)
        elif self._notes:
            self._blocks.append(("paragraph", 0, [f"Notes: {one_line(words)}"]))
        elif self._placeholder in _TITLES:
            self._title.append(words)
        else:
            kind = "item" if self._is_body else "paragraph"
            self._blocks.append((kind, self._depth, [words]))


FORMAT = Format(name=_NAME, suffixes=(".pptx", ".pptm", ".ppsx"), readers=(read,), signature=b"PK")
