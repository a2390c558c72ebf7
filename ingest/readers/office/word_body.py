"""Writes the elements of a Word document's body as blocks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ingest.readers.office.comments import Comment
from ingest.readers.office.form_fields import FormFields
from ingest.readers.office.graphics import GRAPHICS, read_graphic
from ingest.readers.office.look import Look, is_white
from ingest.readers.office.numbering import SIGNS, Label, Numbering
from ingest.readers.office.parts import Parts
from ingest.readers.office.styles import Style, Styles
from ingest.readers.office.symbols import find_symbol
from ingest.readers.shared.archive import Attributes
from ingest.readers.shared.writer import RAISED, Block, Writer, is_item_mark, one_line

_OUT = frozenset("del moveFrom Fallback instrText pPrChange rPrChange rt".split())
"""Elements that are left out with their content: deletions, field codes, copies of boxes."""
_NOTES = {"footnoteReference", "endnoteReference", "footnoteRef", "endnoteRef"}
_SPANS = {"gridSpan": 1, "gridBefore": 0}
"""Elements that say how many columns have one cell, and how many of them the cell is."""
_MOST_SPANNED = 30
_SPACES = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


@dataclass
class Surroundings:
    """What the body of a document refers to."""

    parts: Parts
    styles: Styles = field(default_factory=Styles)
    numbering: Numbering = field(default_factory=Numbering)
    comments: dict[str, Comment] = field(default_factory=dict)
    """Those that were not written yet."""


@dataclass
class _Paragraph:
    words: list[str] = field(default_factory=list)
    style_id: str = ""
    style: Style = field(default_factory=Style)
    level: int | None = None
    num_id: str | None = None
    num_level: int | None = None
    look: Look = field(default_factory=Look)
    is_deleted: bool = False
    """Whether its end is deleted, so that it is a part of the next one."""


class WordBody:
    """Writes a body, or the notes below it.

    :param related: the parts that its part refers to, by id: the kind and the part's name.
    """

    def __init__(
        self, around: Surroundings, related: Mapping[str, tuple[str, str]], writer: Writer
    ) -> None:
        self.writer = writer
        self.title = ""
        self._around = around
        self._related = related
        self._out = 0
        self._paragraphs: list[_Paragraph] = []
        self._tables: list[list[list[str]]] = []
        """For each open table, the cells of its row, each a list of paragraphs."""
        self._spanned: list[int] = []
        """For each open table, the columns of its row before the next cell that have none."""
        self._above: list[list[list[str]]] = []
        """For each open table, the cells of the row before."""
        self._continued: list[set[int]] = []
        """For each open table, the cells of its row that go on from the row before."""
        self._in_text = self._in_run = self._in_mark = False
        self._look = Look()
        """Of the run that is open."""
        self._boxes = 0
        """Open boxes, which may have a color, and a page that has one."""
        self._fields = FormFields()
        self._later: list[Block] = []
        """What is written when no paragraph or table is open: comments, charts."""

    def start(self, tag: str, attributes: Attributes) -> None:
        paragraph = self._paragraphs[-1] if self._paragraphs else None
        if tag == "commentReference":  # also of what is deleted
            self._note(attributes.get("id", ""))
        if self._in_mark and tag == "del" and paragraph is not None:
            paragraph.is_deleted = True
        if self._out or tag in _OUT:
            self._out += 1
            return
        self._fields.start(tag, attributes)
        if tag in GRAPHICS:
            self._later += read_graphic(self._around.parts, self._related, tag, attributes)
        elif not self._start_block(tag, attributes) and paragraph is not None:
            self._start_in(paragraph, tag, attributes)

    def _start_block(self, tag: str, attributes: Attributes) -> bool:
        """Begin a paragraph or something around it; False if the element is another one."""
        if tag == "p":
            self._paragraphs.append(_Paragraph())
        elif tag == "tbl":
            if not self._tables:
                self.writer.end_of_list()
            self._tables.append([])
            self._spanned.append(0)
            self._above.append([])
            self._continued.append(set())
        elif tag == "tr" and self._tables:
            self._tables[-1], self._spanned[-1] = [], 0
            self._continued[-1].clear()
        elif tag == "vMerge" and self._tables and attributes.get("val", "continue") != "restart":
            self._continued[-1].add(len(self._tables[-1]) - 1)
        elif tag == "tc" and self._tables:
            self._tables[-1] += [[] for _ in range(self._spanned[-1] + 1)]
            self._spanned[-1] = 0
        elif tag in _SPANS and self._tables:
            value = attributes.get("val", "")
            own = _SPANS[tag]
            given = int(value) if value.isdecimal() else own
            self._spanned[-1] = max(own, min(given, _MOST_SPANNED)) - own
        elif tag == "r":
            self._in_run, self._look = True, Look()
        elif tag == "txbxContent":
            self._boxes += 1
        elif tag == "background":
            self._boxes += not is_white(attributes.get("color", "FFFFFF"))
        elif tag in {"footnote", "endnote"}:
            self._out += bool(attributes.get("type"))  # the rules between text and notes
        else:
            return False
        return True

    def _start_in(self, paragraph: _Paragraph, tag: str, attributes: Attributes) -> None:
        value = attributes.get("val", "")
        if tag == "t":
            self._in_text = self._is_seen(paragraph)
        elif tag == "rPr":
            self._in_mark = not self._in_run
        elif tag == "pStyle":
            paragraph.style_id, paragraph.style = value, self._around.styles.find(value)
        elif tag == "outlineLvl" and value.isdecimal() and int(value) < 9:
            paragraph.level = int(value) + 1
        elif tag == "numPr":
            paragraph.num_id = paragraph.num_id or paragraph.style.num_id or ""
        elif tag == "ilvl" and value.isdecimal():
            paragraph.num_level = int(value)
        elif tag == "numId":
            paragraph.num_id = value
        elif (self._look if self._in_run else paragraph.look).read(tag, attributes):
            pass
        elif tag in _SPACES and self._in_run:
            paragraph.words.append(_SPACES[tag])
        elif tag == "sym" and self._is_seen(paragraph):
            symbol = find_symbol(attributes.get("font", ""), attributes.get("char", ""))
            paragraph.words.append(self._fields.replace(symbol))
        elif tag in _NOTES:
            paragraph.words.append(attributes.get("id", "").translate(RAISED))

    def _is_seen(self, paragraph: _Paragraph) -> bool:
        """Tell whether the open run is seen; tables and boxes may have a color, as may a style."""
        on_ground = bool(self._tables or self._boxes or paragraph.style.shaded)
        return self._look.is_seen(on_ground=on_ground or paragraph.look.shaded)

    def text(self, words: str) -> None:
        if self._in_text and not self._out:
            self._paragraphs[-1].words.append(self._fields.replace(words))

    def end(self, tag: str) -> None:
        if self._out:
            self._out -= 1
            return
        shown = self._fields.end(tag)
        if shown and self._paragraphs:
            self._paragraphs[-1].words.append(shown)
        if tag == "t":
            self._in_text = False
        elif tag == "r":
            self._in_run = False
        elif tag == "rPr":
            self._in_mark = False
        elif tag == "p" and self._paragraphs:
            self._write(self._paragraphs.pop())
        elif tag == "txbxContent":
            self._boxes -= 1
        elif tag == "tr" and self._tables:
            self._end_row()
        elif tag == "tbl" and self._tables:
            self._tables.pop()
            self._spanned.pop()
            self._above.pop()
            self._continued.pop()
            if not self._tables:
                self.writer.end_of_list()
        if tag in {"p", "tbl"}:
            self._write_later()

    def write_comments(self, comments: Iterable[Comment]) -> None:
        """Write comments that have no place in the text."""
        for comment in comments:
            self.writer.paragraph(comment.write())

    def _note(self, comment_id: str) -> None:
        comment = self._around.comments.pop(comment_id, None)
        if comment is not None:
            self._later.append(Block("paragraph", [comment.write()]))

    def _write_later(self) -> None:
        if self._paragraphs or self._tables or not self._later:
            return
        for block in self._later:
            self.writer.write(block)
        self.writer.end_of_list()
        self._later.clear()

    def _write(self, paragraph: _Paragraph) -> None:
        words = "".join(paragraph.words)
        label = self._label(paragraph, is_empty=not words.strip())
        number = label.words if label is not None else ""
        depth = self._num_level(paragraph)
        level = paragraph.style.level if paragraph.level is None else paragraph.level
        numbered = f"{number} {words}" if number and words.strip() else words
        if self._tables and self._tables[-1]:
            self._tables[-1][-1].append(numbered)
        elif level == 0:
            self.title = self.title or one_line(words)
            self.writer.heading(1, numbered)
        elif level is not None:
            self.writer.heading(level, numbered)
        elif label is not None and label.is_item and is_item_mark(number):
            self.writer.item(words, depth, number)
        elif label is not None and label.is_item and (not number or number in SIGNS):
            self.writer.item(numbered, depth)
        else:
            self.writer.paragraph(numbered)

    def _label(self, paragraph: _Paragraph, *, is_empty: bool) -> Label | None:
        """The number of a paragraph; None if it is in no list."""
        own, inherited = paragraph.num_id, paragraph.style.num_id
        num_id = inherited if own is None else own
        if num_id is None or num_id == "0" or (is_empty and paragraph.is_deleted):
            return None
        return self._around.numbering.count(num_id, self._num_level(paragraph))

    def _num_level(self, paragraph: _Paragraph) -> int:
        if paragraph.num_level is not None:
            return paragraph.num_level
        num_id = paragraph.num_id or paragraph.style.num_id or ""
        level = self._around.numbering.level_of(num_id, paragraph.style_id)
        return (paragraph.style.num_level or 0) if level is None else level

    def _end_row(self) -> None:
        row, self._tables[-1] = self._tables[-1], []
        above, self._above[-1] = self._above[-1], row
        for place in self._continued[-1]:
            if place < len(above) and not "".join(row[place]).strip():
                row[place] = above[place]
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
