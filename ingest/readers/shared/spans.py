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

    _below: dict[int, tuple[int, str]] = field(default_factory=dict)
    """Columns → further rows that a cell takes in them, and its words."""

    def place(self, cells: Iterable[Cell]) -> list[str]:
        """The words of a row, those of cells that reach into it too.

        Further columns of a cell are empty. The row ends with its last cell.
        """
        row: list[str] = []
        begun: dict[int, tuple[int, str]] = {}
        spanned = 0
        for words, columns, rows in cells:
            row += [""] * spanned
            while len(row) in self._below:
                row.append(self._below[len(row)][1])
            spanned = min(max(columns, 1), _MOST_COLUMNS) - 1
            for column in range(len(row), len(row) + 1 + spanned):
                begun[column] = min(rows, _MOST_ROWS) - 1, "" if column > len(row) else words
            row.append(words)
        left = {column: (rows - 1, words) for column, (rows, words) in self._below.items()} | begun
        self._below = {column: each for column, each in left.items() if each[0] > 0}
        return row
