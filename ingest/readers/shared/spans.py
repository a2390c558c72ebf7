"""Places the cells of a table below their columns, where cells span several columns or rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

_MOST_COLUMNS, _MOST_ROWS = 30, 1_000
"""That a cell may span; it is counted as one of these if it spans more."""


class Cell(NamedTuple):
    """A cell of a table.

    :param columns: that it spans.
    :param rows: that it spans.
    """

    words: str
    columns: int = 1
    rows: int = 1


@dataclass
class Spans:
    """The cells that reach into the next row of a table."""

    _below: dict[int, int] = field(default_factory=dict)
    """Columns → further rows that a cell takes in them."""

    def place(self, cells: Iterable[Cell]) -> list[str]:
        """The words of a row with an empty cell for each column that another cell spans.

        It ends with its last cell, also if that spans further columns.
        """
        row: list[str] = []
        begun: dict[int, int] = {}
        spanned = 0
        for words, columns, rows in cells:
            row += [""] * spanned
            while self._below.get(len(row), 0):
                row.append("")
            spanned = min(max(columns, 1), _MOST_COLUMNS) - 1
            for column in range(len(row), len(row) + 1 + spanned):
                begun[column] = min(rows, _MOST_ROWS) - 1
            row.append(words)
        left = {column: rows - 1 for column, rows in self._below.items()} | begun
        self._below = {column: rows for column, rows in left.items() if rows > 0}
        return row
