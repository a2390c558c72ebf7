"""Turns the elements of a web page into blocks of text, for any parser."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ingest.readers.shared.furniture import LISTS, Box, Furniture, is_navigation
from ingest.readers.shared.spans import Cell, Spans
from ingest.readers.shared.unseen import Unseen
from ingest.readers.shared.writer import Writer, one_line

_DROPPED = frozenset(
    "annotation annotation-xml area audio base button canvas col colgroup datalist dialog embed "
    "frameset iframe input link map meta nav noframes noscript object option param progress rp rt "
    "script select source style template textarea track video".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset "
    "figcaption figure footer form header hgroup hr html main p section summary".split()
)
_FOOTED = frozenset({"article", "blockquote", "section"})
"""Blocks whose foot is theirs, not the page's."""
_FIELDS = frozenset({"button", "input", "select", "textarea"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_ANCHOR = frozenset("#¶§↑⚓🔗")
"""What a link to the heading that it stands in shows."""
_LONGEST_CELL = 500
"""Characters; a longer cell is a part of the page's layout, not of a table."""


@dataclass
class _Table:
    cells: list[Cell] | None = None
    """Of the current row; None between rows."""
    columns: int = 1
    """That the current cell spans."""
    rows: int = 1
    spans: Spans = field(default_factory=Spans)
    in_cell: bool = False
    layout: bool = False
    """Whether the table only arranges the page, so that its cells are ordinary text."""


@dataclass
class _List:
    ordered: bool
    number: int = 0


@dataclass
class Page:
    """Writes the elements of a page as blocks.

    A parser calls ``open`` and ``close`` for each element, and ``text`` in between. If ``open``
    returns False, the parser must skip the element with all that is in it.
    """

    writer: Writer = field(default_factory=Writer)
    title: str = ""
    _line: list[str] = field(default_factory=list)
    _lists: list[_List] = field(default_factory=list)
    _tables: list[_Table] = field(default_factory=list)
    _heading: int = 0
    _pre: int = 0
    _in_title: bool = False
    _item_waits: bool = False
    _within: int = 0
    """Open elements that may have a foot of their own."""
    _button: list[str] = field(default_factory=list)
    """Words of a button in a heading, which are the heading if it has no others."""
    _in_button: bool = False
    _anchor: int | None = None
    """Where the words of a link to a place on the page begin in the line."""
    _after_code: bool = False
    """Whether code has just ended."""
    keeps_all: bool = False
    """Whether menus and the like are kept, for a page that has nothing else."""
    furniture: Furniture = field(default_factory=Furniture)
    unseen: Unseen = field(default_factory=Unseen)

    @property
    def is_contents(self) -> bool:
        """Whether the page is only a list of links, such as a book's table of contents."""
        page = self.furniture.page
        return page.links > 2 and page.is_links(with_headings=True)

    def open(self, tag: str, attributes: Mapping[str, str | None]) -> bool:
        """Begin an element; False if it must be left out."""
        if tag in _FIELDS:
            self.furniture.button()
        self._in_button = tag == "button" and self._heading > 0
        if not self._in_button and (
            tag in _DROPPED or self.unseen.hides(attributes) or is_navigation(attributes)
        ):
            return False
        if tag in _HEADINGS:
            self._mark_as_layout()
            self.flush()
            self._heading = _HEADINGS[tag]
            self.furniture.heading(begins=True)
        elif tag in {"a", "br", "img", "title"}:
            self._open_inline(tag, attributes)
        elif tag == "pre":
            self.flush()
            self._pre += 1
        elif tag in LISTS:
            self._mark_as_layout()
            self.flush()
            self._begin_box(tag, attributes)
            self._lists.append(_List(tag == "ol"))
        elif tag == "li":
            self.flush()
            self._begin_item(attributes)
        else:
            self._open_table_part(tag, attributes)
            if tag == "code" and self._pre and self._after_code:
                self._line.append("\n")  # the same in another language
            if tag in _BLOCKS:
                self.flush()
                self._within += tag in _FOOTED
                if tag == "footer" and not self._within:
                    self.writer.begin_aside()
                self._begin_box(tag, attributes)
        return True

    def _open_inline(self, tag: str, attributes: Mapping[str, str | None]) -> None:
        if tag == "a":
            self.furniture.link(attributes)
            is_local = (attributes.get("href") or "").startswith("#")
            self._anchor = len(self._line) if is_local else None
        elif tag == "br":
            self._line.append("\n")
        elif tag == "img":
            self.text(f" {one_line(attributes.get('alt') or '')} ")
        else:
            self._in_title = not self.title

    def close(self, tag: str) -> None:
        if tag in _HEADINGS:
            self._line = self._line if "".join(self._line).strip() else self._button
            self._button = []
            self.flush()
            self._heading = 0
            self.furniture.heading(begins=False)
        elif tag in {"a", "button", "code", "title"}:
            self._close_inline(tag)
        elif tag == "pre":
            self.flush()
            self._pre = max(0, self._pre - 1)
        elif tag in LISTS:
            self.flush()
            if self._lists:
                self._lists.pop()
            if not self._lists:
                self.writer.end_of_list()
            self._end_box(tag)
        elif tag in {"td", "th", "tr", "table"}:
            self._close_table_part(tag)
        elif tag in _BLOCKS or tag == "li":
            self.flush()
            self._end_box(tag)
            if tag == "footer" and not self._within:
                self.writer.end_aside("footer")
            self._within = max(0, self._within - (tag in _FOOTED))

    def _close_inline(self, tag: str) -> None:
        if tag == "a":
            self.furniture.end_link()
            if self._anchor is not None and "".join(self._line[self._anchor :]).strip() in _ANCHOR:
                del self._line[self._anchor :]
            self._anchor = None
        elif tag == "button":
            self._in_button = False
        elif tag == "code":
            self._after_code = True
        else:
            self._in_title = False

    def text(self, words: str) -> None:
        if self._in_title:
            self.title += words
            return
        self._after_code = False
        if not self._pre:
            words = words.replace("\n", " ").replace("\r", " ")
        if self._in_button:
            self._button.append(words)
        else:
            self._line.append(words)
            self.furniture.text(words)

    def _begin_box(self, tag: str, attributes: Mapping[str, str | None]) -> None:
        in_cell = self._tables and self._tables[-1].cells is not None
        place = None if in_cell or self.keeps_all else self.writer.mark()
        introduced = self.writer.last.rstrip().endswith((":", "："))
        self.furniture.begin(Box(tag, place, introduced), attributes)

    def _end_box(self, tag: str) -> None:
        box = self.furniture.end(tag)
        if box is not None and box.place is not None:
            self.writer.cut(box.place)

    def _begin_item(self, attributes: Mapping[str, str | None]) -> None:
        self._item_waits = True
        if self._lists:
            given = attributes.get("value") or ""
            listed = self._lists[-1]
            listed.number = int(given) if given.isdecimal() else listed.number + 1

    def _open_table_part(self, tag: str, attributes: Mapping[str, str | None]) -> None:
        if tag == "table":
            self._mark_as_layout()
            self.flush()
            self._begin_box(tag, attributes)
            self._tables.append(_Table())
            self.writer.end_of_list()
        elif tag == "tr" and self._tables:
            self._end_row()
            self._tables[-1].cells = []
        elif tag in {"td", "th"} and self._tables:
            if self._tables[-1].cells is None:
                self._tables[-1].cells = []
            self._end_cell()
            table = self._tables[-1]
            table.in_cell = True
            table.columns, table.rows = (_read_span(attributes, n) for n in ("colspan", "rowspan"))

    def _close_table_part(self, tag: str) -> None:
        if not self._tables:
            self.flush()
        elif tag in {"td", "th"}:
            self._end_cell()
        else:
            self._end_row()
            if tag == "table":
                self._tables.pop()
                self.writer.end_of_list()
                self._end_box(tag)

    def _end_cell(self) -> None:
        table = self._tables[-1]
        if table.layout or table.cells is None:
            self.flush()
            return
        words = "".join(self._line)
        self._line.clear()
        if table.in_cell or words.strip():
            table.cells.append(Cell(words, table.columns, table.rows))
        table.in_cell, table.columns, table.rows = False, 1, 1

    def _end_row(self) -> None:
        table = self._tables[-1]
        if table.layout or table.cells is None:
            self.flush()
            return
        self._end_cell()
        cells, table.cells = table.cells, None
        filled = [cell.words for cell in cells if cell.words.strip()]
        row = table.spans.place(cells)
        if len(cells) > 1 and all(len(cell) <= _LONGEST_CELL for cell in filled):
            self.writer.row(row)
        else:
            for cell in filled:
                self.writer.paragraph(cell)

    def _mark_as_layout(self) -> None:
        """A cell holds a heading, list or table, so its table only arranges the page."""
        if not self._tables or self._tables[-1].layout:
            return
        table = self._tables[-1]
        table.layout = True
        for cell in table.cells or []:
            self.writer.paragraph(cell.words)
        table.cells = None

    def flush(self) -> None:
        """Write the collected text, unless it is still a part of a table's cell."""
        if self._tables and self._tables[-1].cells is not None and not self._tables[-1].layout:
            self._line.append(" ")
            return
        words = "".join(self._line)
        self._line.clear()
        leads = self.furniture.end_line()
        if not words.strip() or (leads and not self.keeps_all):
            return
        if self._pre:
            self.writer.code(words)
        elif self._heading:
            self.writer.heading(self._heading, words)
        elif self._item_waits:
            listed = self._lists[-1] if self._lists else _List(ordered=False)
            mark = f"{listed.number}." if listed.ordered else "-"
            self.writer.item(words, max(0, len(self._lists) - 1), mark)
        else:
            self.writer.paragraph(words)
        self._item_waits = False


def _read_span(attributes: Mapping[str, str | None], name: str) -> int:
    given = (attributes.get(name) or "").strip()
    return int(given) if given.isdecimal() and len(given) < 6 else 1
