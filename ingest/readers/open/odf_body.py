"""Writes the elements of an open document's text as blocks."""

from dataclasses import dataclass, field

from ingest.readers.open.odf_styles import Styles
from ingest.readers.shared.archive import Attributes
from ingest.readers.shared.writer import RAISED, Writer, one_line, several_lines

_OUT = frozenset(
    "tracked-changes table-of-content forms scripts settings meta font-face-decls styles "
    "automatic-styles master-styles ruby-text binary-data object-ole event-listeners "
    "notes-configuration sequence-decls hidden-text user-field-decls variable-decls".split()
)
"""Elements that are left out with their content: deletions, contents, forms, definitions."""
_SPACES = {"s": " ", "tab": " ", "line-break": "\n", "soft-page-break": ""}
_MOST_REPEATED = 50
"""Empty cells that a row may have beside each other."""


@dataclass
class _Paragraph:
    level: int | None
    style: str
    words: list[str] = field(default_factory=list)


@dataclass
class _List:
    style: str
    number: int = 0
    waits: bool = False
    """Whether the item's first paragraph is still to come."""
    counts: bool = True


@dataclass
class _Comment:
    author: str = ""
    words: list[str] = field(default_factory=list)


class Body:
    """Writes the text; a presentation's body builds on it."""

    def __init__(self, styles: Styles, writer: Writer | None = None) -> None:
        self.writer = writer or Writer()
        self.title = ""
        self._styles = styles
        self._out = 0
        self._paragraphs: list[_Paragraph] = []
        self._lists: list[_List] = []
        self._around: list[list[_List]] = []
        """The lists around each open table, note or box."""
        self._tables: list[list[list[str]]] = []
        """For each open table, the cells of its row, each a list of paragraphs."""
        self._counts: dict[tuple[str, int], int] = {}
        self._notes: list[str] = []
        self._note: list[str] | None = None
        self._citation: list[str] | None = None
        self._comment: _Comment | None = None
        self._comments: list[str] = []
        self._meta: list[str] | None = None

    def start(self, tag: str, attributes: Attributes) -> None:
        if self._out or tag in _OUT or self._is_hidden(tag, attributes):
            self._out += 1
        elif tag in {"p", "h"}:
            written = attributes.get("outline-level", "1") if tag == "h" else ""
            level = int(written) if written.isdecimal() else None
            self._paragraphs.append(_Paragraph(level, attributes.get("style-name", "")))
        elif tag in _SPACES:
            self.text(_SPACES[tag])
        elif tag in {"list", "list-item", "list-header"}:
            self._start_list(tag, attributes)
        elif tag in {"table", "table-row", "table-cell", "covered-table-cell"}:
            self._start_table(tag, attributes)
        elif tag in {"note-citation", "creator", "date"}:
            self._meta = []
        elif tag in {"note-body", "text-box"}:
            self._around.append(self._lists)
            self._lists = []
            if tag == "note-body":
                self._note = []
        elif tag == "annotation":
            self._comment = _Comment()

    def text(self, words: str) -> None:
        if self._out:
            return
        if self._meta is not None:
            self._meta.append(words)
        elif self._paragraphs:
            self._paragraphs[-1].words.append(words)

    def end(self, tag: str) -> None:
        if self._out:
            self._out -= 1
        elif tag in {"p", "h"} and self._paragraphs:
            self._write(self._paragraphs.pop())
        elif tag in {"list", "list-item", "list-header"}:
            self._end_list(tag)
        elif tag in {"table", "table-row", "table-cell"}:
            self._end_table(tag)
        elif tag in {"note-citation", "creator", "date"}:
            self._end_meta(tag)
        elif tag in {"note-body", "text-box"} and self._around:
            self._lists = self._around.pop()
            if tag == "note-body" and self._note is not None:
                self._notes.append(" ".join(self._note))
                self._note = None
        elif tag == "annotation" and self._comment is not None:
            comment, self._comment = self._comment, None
            said = several_lines("\n".join(comment.words))
            if said:
                by = f" by {comment.author}" if comment.author else ""
                self._comments.append(f"Comment{by}: {said}")

    def finish(self) -> None:
        """Write the notes, which the text refers to by their marks."""
        for note in self._notes:
            self.writer.paragraph(note)
        self._notes.clear()

    def _is_hidden(self, tag: str, attributes: Attributes) -> bool:
        hidden = attributes.get("display") == "none" if tag == "section" else False
        return hidden or (
            tag in {"p", "h", "span"} and attributes.get("style-name", "") in self._styles.hidden
        )

    def _start_list(self, tag: str, attributes: Attributes) -> None:
        if tag == "list":
            style = attributes.get("style-name", "")
            if not style and self._lists:
                style = self._lists[-1].style
            depth = len(self._lists) + 1
            goes_on = attributes.get("continue-numbering") == "true" or attributes.get(
                "continue-list"
            )
            first = self._styles.level(style, depth).start - 1
            number = self._counts.get((style, depth), first) if goes_on else first
            self._lists.append(_List(style, number))
        elif self._lists:
            listed = self._lists[-1]
            start = attributes.get("start-value", "")
            listed.counts = tag == "list-item"
            listed.waits = True
            listed.number = int(start) - 1 if start.isdecimal() else listed.number
            listed.number += listed.counts

    def _end_list(self, tag: str) -> None:
        if tag == "list" and self._lists:
            listed = self._lists.pop()
            self._counts[listed.style, len(self._lists) + 1] = listed.number
            if not self._lists and not self._tables:
                self.writer.end_of_list()
        elif self._lists:
            self._lists[-1].waits = False

    def _start_table(self, tag: str, attributes: Attributes) -> None:
        if tag == "table":
            if not self._tables:
                self.writer.end_of_list()
            self._tables.append([])
            self._around.append(self._lists)
            self._lists = []
        elif tag == "table-row" and self._tables:
            self._tables[-1] = []
        elif self._tables:
            repeated = attributes.get("number-columns-repeated", "")
            count = min(int(repeated), _MOST_REPEATED) if repeated.isdecimal() else 1
            self._tables[-1].extend([] for _ in range(max(1, count)))

    def _end_table(self, tag: str) -> None:
        if not self._tables or tag == "table-cell":
            return
        if tag == "table-row":
            self._end_row()
        else:
            self._tables.pop()
            self._lists = self._around.pop() if self._around else []
            if not self._tables:
                self.writer.end_of_list()

    def _end_row(self) -> None:
        row, self._tables[-1] = self._tables[-1], []
        while row and not row[-1]:
            row.pop()
        outer = self._tables[-2] if len(self._tables) > 1 else []
        if outer:
            outer[-1].append(", ".join(" ".join(cell) for cell in row))
        elif len(row) == 1:
            for words in row[0]:
                self.writer.paragraph(words)
        else:
            self.writer.row(" ".join(cell) for cell in row)
        self._write_comments()

    def _end_meta(self, tag: str) -> None:
        words, self._meta = "".join(self._meta or []), None
        if tag == "note-citation":
            self._citation = [one_line(words)]
            if self._paragraphs:
                self._paragraphs[-1].words.append(one_line(words).translate(RAISED))
        elif tag == "creator" and self._comment is not None:
            self._comment.author = one_line(words)
        elif self._comment is None and self._paragraphs:  # a field with the author or the date
            self._paragraphs[-1].words.append(words)

    def _write(self, paragraph: _Paragraph) -> None:
        words = "".join(paragraph.words)
        if self._comment is not None:
            self._comment.words.append(words)
        elif self._note is not None:
            mark = "".join(self._citation or []).translate(RAISED)
            self._note.append(f"{mark} {words}" if mark else words)
            self._citation = None
        elif self._tables and self._tables[-1]:
            if words.strip():
                self._tables[-1][-1].append(words)
        else:
            self.write_block(paragraph, words)
            self._write_comments()

    def write_block(self, paragraph: _Paragraph, words: str) -> None:
        """Write a paragraph that is in no table."""
        listed = self._lists[-1] if self._lists else None
        if listed and listed.waits and paragraph.level is None:
            listed.waits = not words.strip()
            depth = len(self._lists)
            level = self._styles.level(listed.style, depth)
            self.writer.item(words, depth - 1, level.mark(listed.number) if listed.counts else "-")
        elif self._styles.is_title(paragraph.style):
            self.title = self.title or one_line(words)
            self.writer.heading(1, words)
        elif paragraph.level is not None:
            self.writer.heading(paragraph.level, words)
        else:
            self.writer.paragraph(words)

    def _write_comments(self) -> None:
        for comment in self._comments:
            self.writer.paragraph(comment)
        self._comments.clear()
