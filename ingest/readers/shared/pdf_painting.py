"""A PDF page as a picture in grey, to see what is in a box, and a grid of what lies where."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points."""

_LARGEST = 1_500
"""Pixels of the longer side."""
_MOST_COLUMNS, _MOST_ROWS = 300, 100
"""Of what is cut out, so that a page of huge words takes no longer than another one."""
_CELLS = 64


class Painting:
    """A page as it is painted now, a pixel for a point, or for more where the page is large."""

    def __init__(self, pdfium: Any, page: PdfPage) -> None:
        self._pdfium = pdfium
        self._page = page
        scale = min(1.0, _LARGEST / max(page.get_size()))
        bitmap = page.render(scale=scale, grayscale=True, draw_annots=False, may_draw_forms=False)
        try:
            self._width, self._height, self._stride = bitmap.width, bitmap.height, bitmap.stride
            self._pixels = bytes(bitmap.buffer)
        finally:
            bitmap.close()

    def cut_out(self, box: Box, around: float = 0.0) -> bytes:
        """Return the pixels in a box, each from 0 to 255; the first ones of a large box.

        :param around: points that are added to each side.
        """
        corners = [
            self._place(across, up)
            for across in (box[0] - around, box[2] + around)
            for up in (box[1] - around, box[3] + around)
        ]
        columns, rows = ([corner[side] for corner in corners] for side in (0, 1))
        left, top = max(0, min(columns)), max(0, min(rows))
        right = min(self._width, max(columns) + 1, left + _MOST_COLUMNS)
        bottom = min(self._height, max(rows) + 1, top + _MOST_ROWS)
        lines = (row * self._stride for row in range(top, bottom))
        return b"".join(self._pixels[line + left : line + right] for line in lines)

    def _place(self, across: float, up: float) -> tuple[int, int]:
        """Return the column and the row of a place, also on a page that is turned."""
        column, row = ctypes.c_int(), ctypes.c_int()
        self._pdfium.FPDF_PageToDevice(
            self._page.raw, 0, 0, self._width, self._height, 0, across, up, column, row
        )
        return column.value, row.value


class Grid:
    """The last of the numbers that were put on each cell of a page; 0 where none was."""

    def __init__(self, bounds: Box) -> None:
        self._left, self._bottom, right, top = bounds
        self._width = max(right - self._left, 1.0) / _CELLS
        self._height = max(top - self._bottom, 1.0) / _CELLS
        self._rows = [[0] * _CELLS for _ in range(_CELLS)]

    def put(self, number: int, box: Box) -> None:
        """Put a number on every cell that a box touches."""
        first, lowest = self._cell(box[0], box[1])
        last, highest = self._cell(box[2], box[3])
        numbers = [number] * (last + 1 - first)
        for row in self._rows[lowest : highest + 1]:
            row[first : last + 1] = numbers

    def get(self, across: float, up: float) -> int:
        """Return the number at a place."""
        column, row = self._cell(across, up)
        return self._rows[row][column]

    def get_last(self, box: Box) -> int:
        """Return the largest number on the cells that a box touches."""
        first, lowest = self._cell(box[0], box[1])
        last, highest = self._cell(box[2], box[3])
        return max(max(row[first : last + 1]) for row in self._rows[lowest : highest + 1])

    def measure_share(self) -> float:
        """Return how much of the page has a number, from 0 to 1."""
        return sum(map(bool, (each for row in self._rows for each in row))) / _CELLS**2

    def _cell(self, across: float, up: float) -> tuple[int, int]:
        column, row = (across - self._left) / self._width, (up - self._bottom) / self._height
        # The 0 comes first, so that it is taken where a side is no number.
        return int(min(_CELLS - 1, max(0, column))), int(min(_CELLS - 1, max(0, row)))
