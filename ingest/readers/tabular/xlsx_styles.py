"""Finds what calamine does not give of an Excel workbook: number formats, and what is hidden."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.readers.shared.archive import Archive, Attributes, parse
from ingest.readers.tabular.number_formats import BUILT_IN, NumberFormat, read_number_format
from rag.errors import DocumentError

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_LAST_COLUMN = 16_383
_FILTERS = {"autoFilter", "tableParts"}
"""Elements after the rows that may hide some of them for a while."""
_HIDING = {"col", *_FILTERS}
_MOST_CELLS = 50_000_000
"""Of the rectangle around a sheet's values, which is held in memory."""


@dataclass
class SheetFormats:
    """The number formats of a sheet's cells, by row and column, counting from 0.

    :param hidden_rows: those that somebody hid; not those that a filter or a group folds, which one
        click shows.
    :param hidden_columns: the same of columns.
    """

    formats: Sequence[NumberFormat | None]
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    _rows: dict[int, tuple[int, ...]] = field(default_factory=dict)
    _known: dict[tuple[int, ...], tuple[int, ...]] = field(default_factory=dict)

    def set_row(self, row: int, styles: list[int]) -> None:
        """Keep the numbers of the styles of a row; rows that look alike are kept once."""
        key = tuple(styles)
        self._rows[row] = self._known.setdefault(key, key)

    def note_hidden(self, tag: str, attributes: Attributes, row: int) -> None:
        """Note what an element says is hidden: a row, some columns, or a filter of the rows."""
        if tag in _FILTERS:
            self.hidden_rows.clear()
        elif attributes.get("hidden") not in {"1", "true"} or attributes.get("outlineLevel"):
            return
        elif tag == "row":
            self.hidden_rows.add(row)
        else:
            first, last = attributes.get("min", ""), attributes.get("max", "")
            if first.isdecimal() and last.isdecimal():
                hidden = range(int(first) - 1, min(int(last), _LAST_COLUMN + 1))
                self.hidden_columns.update(hidden)

    def find(self, row: int, column: int) -> NumberFormat | None:
        """Find the number format of a cell; None where the plain number is shown."""
        styles = self._rows.get(row, ())
        style = styles[column] if column < len(styles) else 0
        return self.formats[style] if style < len(self.formats) else None


def read_styles(archive: Archive, workbook: str) -> list[NumberFormat | None]:
    """Read the number formats of a workbook by the number of the style."""
    parts = [part for kind, part in archive.relations(workbook).values() if kind == "styles"]
    codes = dict(BUILT_IN)
    found: list[NumberFormat | None] = []
    inside = False

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal inside
        if tag == "numFmt" and attributes.get("numFmtId", "").isdecimal():
            codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            inside = True
        elif tag == "xf" and inside:
            number = attributes.get("numFmtId", "")
            code = codes.get(int(number), "") if number.isdecimal() else ""
            found.append(read_number_format(code))

    def end(tag: str) -> None:
        nonlocal inside
        inside = inside and tag != "cellXfs"

    for part in parts[:1]:
        if part in archive:
            parse(archive.read(part), start, end)
    return found


def read_sheet_formats(data: bytes, formats: Sequence[NumberFormat | None]) -> SheetFormats:
    """Read which style each cell of a sheet has, and which rows and columns are hidden.

    :raises DocumentError: its values are too far apart to be read.
    """
    sheet = SheetFormats(formats)
    row, column = -1, -1
    styles: list[int] = []
    edges = [1 << 30, 1 << 30, -1, -1]

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal row, column
        if tag == "row":
            number = attributes.get("r", "")
            row = int(number) - 1 if number.isdecimal() else row + 1
            column = -1
            sheet.note_hidden(tag, attributes, row)
        elif tag in _HIDING:
            sheet.note_hidden(tag, attributes, row)
        elif tag == "c":
            match = _REFERENCE.fullmatch(attributes.get("r", ""))
            column = min(_column(match[1]) if match else column + 1, _LAST_COLUMN)
            style = attributes.get("s", "")
            if style.isdecimal() and style != "0":
                styles.extend([0] * (column + 1 - len(styles)))
                styles[column] = int(style)
        elif tag in {"v", "is"}:
            edges[:] = [
                min(edges[0], row), min(edges[1], column), max(edges[2], row), max(edges[3], column)
            ]  # fmt: skip

    def end(tag: str) -> None:
        if tag == "row":
            sheet.set_row(row, styles)
            styles.clear()

    parse(data, start, end)
    if (edges[2] - edges[0] + 1) * (edges[3] - edges[1] + 1) > _MOST_CELLS and edges[2] >= 0:
        raise DocumentError(
            "refused: the values of a sheet are too far apart; delete the cells far below or to "
            "the right of its tables"
        )
    return sheet


def _column(letters: str) -> int:
    """The number of a column, counting from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
