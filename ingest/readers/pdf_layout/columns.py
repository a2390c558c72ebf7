"""Puts the cells of a table's rows under their columns, with empty cells where nothing stands."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from ingest.readers.pdf_layout.lines import Cell, Line
from ingest.readers.pdf_layout.rows import TIGHT, is_value

_SIGN = re.compile(r"[$€£¥]|[$€£¥]?\(")
"""A cell of its own only because its number stands at the other edge of the column."""
_CLOSING = re.compile(r"[)%]+")
_MOST_COLUMNS = 60
_SPACE = 0.45
"""Line heights between two words that may be cells."""


def align_cells(rows: Sequence[Line]) -> None:
    """Set the cells of the rows, so that each row has a cell for each column up to its last one.

    A row with nothing but a cell at the left is a heading of the rows below it, and stays as it is.
    """
    for row in rows:
        row.cells = _join_signs(row, row.cells or [Cell(0, len(row.text), row.left, row.right)])
    columns = _find_columns(rows)
    if columns is None:
        return
    aligned = [_align(_split_cells(row, columns), columns) for row in rows]
    crowded = sum(cells is None for cells in aligned)
    if crowded * 4 > len(rows):
        return
    for row, cells in zip(rows, aligned, strict=True):
        row.cells = cells or row.cells


def _split_cells(row: Line, columns: Sequence[tuple[float, float]]) -> list[Cell]:
    """The row's cells; numbers that stand close to each other but in columns of their own apart."""
    cells: list[Cell] = []
    for cell in row.cells:
        words = _words_in(row, cell)
        parts: list[Cell] = []
        for word in words:
            last = parts[-1] if parts else None
            if last is not None and (
                word.left - last.right < _SPACE * row.height
                or _SIGN.fullmatch(row.text, last.start, last.end)
                or _CLOSING.fullmatch(row.text, word.start, word.end)
                or _column_of(word, columns) == _column_of(last, columns)
            ):
                parts[-1] = Cell(last.start, word.end, last.left, word.right)
            else:
                parts.append(word)
        whole = bool(parts) and (parts[0].start, parts[-1].end) == (cell.start, cell.end)
        cells += parts if whole else [cell]
    return cells


def _align(own: Sequence[Cell], columns: Sequence[tuple[float, float]]) -> list[Cell] | None:
    """The row's cells with empty ones between; None where two cells stand in one column."""
    aligned: list[Cell] = []
    for cell in own:
        column = _column_of(cell, columns)
        if column < len(aligned):
            return None
        empty = Cell(cell.start, cell.start, cell.left, cell.left)
        aligned += [*[empty] * (column - len(aligned)), cell]
    return aligned


def _join_signs(row: Line, cells: Sequence[Cell]) -> list[Cell]:
    """``$`` and ``1,250`` are one cell, as are ``(3`` and ``)``."""
    joined: list[Cell] = []
    for cell in (part for whole in cells for part in _cut_sign(row, whole)):
        last = joined[-1] if joined else None
        if last is not None and (
            _SIGN.fullmatch(row.text, last.start, last.end)
            or _CLOSING.fullmatch(row.text, cell.start, cell.end)
        ):
            joined[-1] = Cell(last.start, cell.end, last.left, cell.right)
        else:
            joined.append(cell)
    return joined


def _cut_sign(row: Line, cell: Cell) -> list[Cell]:
    """Cut off a sign at the end of a cell, which belongs to the number in the next one."""
    inside = _words_in(row, cell)
    if len(inside) < 2 or not _SIGN.fullmatch(row.text, inside[-1].start, inside[-1].end):
        return [cell]
    return [Cell(cell.start, inside[-2].end, cell.left, inside[-2].right), inside[-1]]


def _words_in(row: Line, cell: Cell) -> list[Cell]:
    first = bisect_left(row.words, cell.start, key=lambda word: word.start)
    last = bisect_left(row.words, cell.end, key=lambda word: word.start)
    return row.words[first:last]


def _find_columns(rows: Sequence[Line]) -> list[tuple[float, float]] | None:
    """Where the columns begin and end; None where the cells do not fit into columns.

    The narrowest cells come first. A cell over two columns makes none and moves no edge.
    """
    columns: list[tuple[float, float]] = []
    for cell in sorted((c for row in rows for c in row.cells), key=lambda c: c.right - c.left):
        first = bisect_left(columns, cell.left, key=lambda column: column[1])
        last = first
        while last < len(columns) and columns[last][0] < cell.right:
            last += 1
        if last == first:
            columns.insert(first, (cell.left, cell.right))
            if len(columns) > _MOST_COLUMNS:
                return None
        elif last == first + 1:
            left, right = columns[first]
            columns[first] = min(left, cell.left), max(right, cell.right)
    columns = _join_names(rows, columns)
    most = max(len(row.cells) for row in rows)
    return columns if len(columns) <= most + max(1, most // 3) else None


def _join_names(
    rows: Sequence[Line], columns: list[tuple[float, float]]
) -> list[tuple[float, float]]:
    """Join a column that has only its name to the one without a name beside it."""
    filled = [{_column_of(cell, columns) for cell in row.cells} for row in rows]
    begins = next((place for place, row in enumerate(rows) if _has_numbers(row)), 0)
    named = {column for columns_of in filled[: max(begins, 1)] for column in columns_of}
    below = {column for columns_of in filled[max(begins, 1) :] for column in columns_of}
    alone = named - below
    joined = [columns[0]]
    parts = [0]
    for column, (left, right) in enumerate(columns[1:], 1):
        before = parts[-1]
        if (before in alone and column not in named) or (
            column in alone and before not in named and before >= 0
        ):
            joined[-1] = joined[-1][0], right
            parts[-1] = -1
        else:
            joined.append((left, right))
            parts.append(column)
    return joined


def _column_of(cell: Cell, columns: Sequence[tuple[float, float]]) -> int:
    """The column that most of a cell stands in; the first one of those that it covers."""
    first = min(bisect_left(columns, cell.left, key=lambda column: column[1]), len(columns) - 1)
    best, most = first, 0.0
    for column in range(first, len(columns)):
        left, right = columns[column]
        if left >= cell.right:
            break
        shared = min(right, cell.right) - max(left, cell.left)
        if shared > 1.2 * most:
            best, most = column, shared
    return best


def join_wrapped(rows: Sequence[Line]) -> list[list[Line]]:
    """Group the rows whose cells go on over several lines.

    Lines that stand closer to each other than the rows do are one row, when its first line alone
    fills most columns.
    """
    steps = [(above.bottom - below.bottom) / above.height for above, below in pairwise(rows)]
    tight = [step <= TIGHT for step in steps]
    if not any(tight) or tight.count(False) < 2:
        return [[row] for row in rows]
    groups = [[rows[0]]]
    for row, close in zip(rows[1:], tight, strict=True):
        if close:
            groups[-1].append(row)
        else:
            groups.append([row])
    most = max(_filled(row) for row in rows)
    if any(_is_whole(row, most) for group in groups for row in group[1:]):
        return [[row] for row in rows]
    return groups


def _is_whole(row: Line, most: int) -> bool:
    """Whether a line is a row of its own: it fills most columns, or has numbers."""
    return _has_numbers(row) or _filled(row) * 4 >= most * 3


def _has_numbers(row: Line) -> bool:
    return any(is_value(row.text[cell.start : cell.end]) for cell in row.cells)


def _filled(row: Line) -> int:
    return sum(cell.end > cell.start for cell in row.cells)
