"""Reads Word documents: paragraphs, headings, lists, tables and footnotes, without deletions."""

import re
from dataclasses import dataclass, field

from ingest.readers import Format, Source, Tell
from ingest.readers.shared.archive import Archive, Attributes, parse
from ingest.readers.shared.writer import RAISED, Writer, one_line

_NAME = "a Word document"
_HEADING = re.compile(r"heading (\d)", re.I)
_OUT = frozenset({"del", "moveFrom", "Fallback", "instrText", "pPrChange", "rPrChange"})
"""Elements that are left out with their content: deletions, field codes, copies of boxes."""
_OFF = {"0", "false", "off", "none"}


def read(data: bytes, _tell: Tell) -> Source:
    """The document's body, its footnotes after it."""
    archive = Archive(data, _NAME)
    main = archive.part_of("officeDocument") or "word/document.xml"
    related = {kind: part for kind, part in archive.relations(main).values() if part in archive}
    styles = _read_styles(archive.read(related["styles"])) if "styles" in related else _Styles()
    body = _Body(styles)
    parse(archive.read(main), body.start, body.end, body.text)
    for kind in ("footnotes", "endnotes"):
        if kind in related:
            notes = _Body(styles, body.writer)
            parse(archive.read(related[kind]), notes.start, notes.end, notes.text)
    title = body.title or archive.title or body.writer.title
    return Source(body.writer.text, title)


@dataclass
class _Styles:
    """What the styles of paragraphs say, by style id."""

    levels: dict[str, int] = field(default_factory=dict)
    """Outline levels: 1 to 9 for headings, 0 for the title."""
    lists: set[str] = field(default_factory=set)


@dataclass
class _Paragraph:
    words: list[str] = field(default_factory=list)
    level: int | None = None
    is_title: bool = False
    list_depth: int | None = None


class _Body:
    """Writes the elements of a body as blocks."""

    def __init__(self, styles: _Styles, writer: Writer | None = None) -> None:
        self.writer = writer or Writer()
        self.title = ""
        self._styles = styles
        self._out = 0
        self._paragraphs: list[_Paragraph] = []
        self._tables: list[list[list[str]]] = []
        """For each open table, the cells of its row, each a list of paragraphs."""
        self._in_text = self._hidden = self._in_run = False

    def start(self, tag: str, attributes: Attributes) -> None:
        if self._out or tag in _OUT:
            self._out += 1
            return
        paragraph = self._paragraphs[-1] if self._paragraphs else None
        if tag == "p":
            self._paragraphs.append(_Paragraph())
        elif tag == "tbl":
            if not self._tables:
                self.writer.end_of_list()
            self._tables.append([])
        elif tag == "tr" and self._tables:
            self._tables[-1] = []
        elif tag == "tc" and self._tables:
            self._tables[-1].append([])
        elif tag == "r":
            self._in_run, self._hidden = True, False
        elif tag in {"footnote", "endnote"}:
            if attributes.get("type"):  # the rules between text and notes
                self._out += 1
        elif paragraph is not None:
            self._start_in(paragraph, tag, attributes)

    def _start_in(self, paragraph: _Paragraph, tag: str, attributes: Attributes) -> None:
        value = attributes.get("val", "")
        if tag == "t":
            self._in_text = not self._hidden
        elif tag == "pStyle":
            paragraph.level = self._styles.levels.get(value)
            paragraph.is_title = paragraph.level == 0
            paragraph.list_depth = 0 if value in self._styles.lists else None
        elif tag == "outlineLvl" and value.isdecimal() and int(value) < 9:
            paragraph.level = int(value) + 1
        elif tag == "numPr":
            paragraph.list_depth = paragraph.list_depth or 0
        elif tag == "ilvl" and value.isdecimal():
            paragraph.list_depth = int(value)
        elif tag == "numId" and value == "0":
            paragraph.list_depth = None
        elif tag == "vanish" and self._in_run:
            self._hidden = value not in _OFF
        elif tag in {"tab", "br", "cr", "noBreakHyphen"} and self._in_run:
            paragraph.words.append({"tab": " ", "noBreakHyphen": "-"}.get(tag, "\n"))
        elif tag in {"footnoteReference", "endnoteReference", "footnoteRef", "endnoteRef"}:
            paragraph.words.append(attributes.get("id", "").translate(RAISED))

    def text(self, words: str) -> None:
        if self._in_text and not self._out:
            self._paragraphs[-1].words.append(words)

    def end(self, tag: str) -> None:
        if self._out:
            self._out -= 1
        elif tag == "t":
            self._in_text = False
        elif tag == "r":
            self._in_run = self._hidden = False
        elif tag == "p" and self._paragraphs:
            self._write(self._paragraphs.pop())
        elif tag == "tr" and self._tables:
            self._end_row()
        elif tag == "tbl" and self._tables:
            self._tables.pop()
            if not self._tables:
                self.writer.end_of_list()

    def _write(self, paragraph: _Paragraph) -> None:
        words = "".join(paragraph.words)
        if self._tables and self._tables[-1]:
            self._tables[-1][-1].append(words)
        elif paragraph.is_title:
            self.title = self.title or one_line(words)
            self.writer.heading(1, words)
        elif paragraph.level is not None:
            self.writer.heading(paragraph.level, words)
        elif paragraph.list_depth is not None:
            self.writer.item(words, paragraph.list_depth)
        else:
            self.writer.paragraph(words)

    def _end_row(self) -> None:
        row, self._tables[-1] = self._tables[-1], []
        outer = self._tables[-2] if len(self._tables) > 1 else []
        if len(row) == 1 and outer:  # the only cell of a row is a frame around paragraphs
            outer[-1].extend(row[0])
        elif len(row) == 1:
            for words in row[0]:
                self.writer.paragraph(words)
        elif outer:
            outer[-1].append(", ".join(" ".join(cell) for cell in row))
        else:
            self.writer.row(" ".join(cell) for cell in row)


def _read_styles(data: bytes) -> _Styles:
    styles = _Styles()
    levels = styles.levels
    parents: dict[str, str] = {}
    current = ""

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal current
        value = attributes.get("val", "")
        if tag == "style":
            current = attributes.get("styleId", "")
        elif tag == "basedOn":
            parents[current] = value
        elif tag == "name" and current:
            heading = _HEADING.fullmatch(value)
            if heading:
                levels[current] = int(heading.group(1))
            elif value.lower() == "title":
                levels[current] = 0
        elif tag == "outlineLvl" and value.isdecimal() and int(value) < 9:
            levels.setdefault(current, int(value) + 1)
        elif tag == "numPr":
            styles.lists.add(current)

    parse(data, start)
    for style in parents:
        ancestor, seen = style, set[str]()
        while ancestor not in levels and ancestor in parents and ancestor not in seen:
            seen.add(ancestor)
            ancestor = parents[ancestor]
        if levels.get(ancestor, 0) > 0:
            levels.setdefault(style, levels[ancestor])
    return styles


FORMAT = Format(name=_NAME, suffixes=(".docx", ".docm", ".dotx"), readers=(read,), signature=b"PK")
