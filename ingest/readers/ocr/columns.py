"""Puts the boxes of a page's lines in reading order: bands, in each the columns, in each the rows.

A line that runs over several columns, such as a title, ends a band of columns and begins another.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_FEWEST = 4
"""Lines of a column, at least."""
_PROSE = 18
"""Characters of a column's lines, as a median, at least; the cells of a table have fewer."""
_BLOCK = 10
"""Characters of the lines of a block beside another one, as a median, at least."""
_FULL, _FULL_LINES = 0.9, 0.6
"""Width of a full line, as a part of the widest one, and the share of lines that are full."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of a picture, or the part of a line that OCR found in one piece.

    :param left: as the other sides in points; ``bottom`` and ``top`` grow upwards.
    :param number: which one of the page's.
    """

    left: float
    right: float
    bottom: float
    top: float
    length: int
    number: int

    @property
    def height(self) -> float:
        return self.top - self.bottom


Row = list[Piece]


def order_pieces(pieces: Sequence[Piece]) -> list[Row]:
    """Return the pieces of a page as rows, in the order in which a person reads them."""
    rows = _join_rows(pieces)
    gap = _find_gap(rows)
    if gap is None:
        return rows
    ordered: list[Row] = []
    waiting: list[Piece] = []
    for left, right in _cut_bands(rows, gap):
        if _worth(left, right):
            for part in (waiting, left, right):  # each has fewer pieces, so this ends
                ordered += order_pieces(part)
            waiting = []
        else:
            waiting += [*left, *right]
    return ordered + order_pieces(waiting)


def _find_gap(rows: Sequence[Row]) -> float | None:
    """Where the gap between two columns is; None if there are none."""
    pieces = [piece for row in rows for piece in row]
    if len(pieces) < _FEWEST:
        return None
    least = 0.5 * statistics.median(piece.height for piece in pieces)
    worths = {
        x: sum(_worth(*band) for band in _cut_bands(rows, x))
        for x in sorted({float(round(piece.left - least)) for piece in pieces})
    }
    best = max(worths, key=lambda x: worths[x])
    return best if worths[best] else None


def _cut_bands(rows: Sequence[Row], gap: float) -> Iterator[tuple[list[Piece], list[Piece]]]:
    """Yield bands from top to bottom, each with what is on the left and on the right of a gap.

    A row of which a piece runs across the gap is a band of its own, on the left.
    """
    left: list[Piece] = []
    right: list[Piece] = []
    for row in rows:
        if any(piece.left < gap < piece.right for piece in row):
            yield left, right
            yield row, []
            left, right = [], []
        else:
            left += [piece for piece in row if piece.right <= gap]
            right += [piece for piece in row if piece.right > gap]
    yield left, right


def _worth(left: Sequence[Piece], right: Sequence[Piece]) -> int:
    """How much text two sides have that are read one after the other; 0 if they are rows."""
    if _are_columns(left, right) or _are_blocks(left, right):
        return min(sum(piece.length for piece in side) for side in (left, right))
    return 0


def _are_columns(left: Sequence[Piece], right: Sequence[Piece]) -> bool:
    """Whether both sides are columns of prose, or one is and the other a figure."""
    if min(len(left), len(right)) < _FEWEST or not _are_beside(left, right):
        return False
    prose = [side for side in (left, right) if _is_prose(side)]
    return len(prose) == 2 or (len(prose) == 1 and _is_full(prose[0]))


def _are_blocks(left: Sequence[Piece], right: Sequence[Piece]) -> bool:
    """Whether the sides are blocks such as an address and the date and number of a letter.

    Both are set flush left, and they do not have their lines at the same heights, as rows have.
    """
    if min(len(left), len(right)) < 2 or not (_is_block(left) and _is_block(right)):
        return False
    rows = _join_rows([*left, *right])
    return sum(len(row) == 1 for row in rows) > 1 and max(map(len, rows)) == 2


def _is_block(side: Sequence[Piece]) -> bool:
    edge = statistics.median(piece.left for piece in side)
    return statistics.median(piece.length for piece in side) >= _BLOCK and all(
        abs(piece.left - edge) < 0.5 * piece.height for piece in side
    )


def _is_prose(side: Sequence[Piece]) -> bool:
    return statistics.median(piece.length for piece in side) >= _PROSE


def _is_full(side: Sequence[Piece]) -> bool:
    """Whether most lines are as long as the longest, as in a paragraph beside a figure."""
    widths = [piece.right - piece.left for piece in side]
    return sum(width > _FULL * max(widths) for width in widths) > _FULL_LINES * len(widths)


def _are_beside(left: Sequence[Piece], right: Sequence[Piece]) -> bool:
    """Whether two sides are beside each other for some lines, and not one above the other."""
    top = min(max(p.top for p in left), max(p.top for p in right))
    bottom = max(min(p.bottom for p in left), min(p.bottom for p in right))
    return top - bottom > (_FEWEST - 1) * statistics.median(p.height for p in left)


def _join_rows(pieces: Sequence[Piece]) -> list[Row]:
    """Join pieces at one height to rows, each from left to right."""
    rows: list[Row] = []
    for piece in sorted(pieces, key=lambda piece: (-(piece.top + piece.bottom), piece.left)):
        if rows and _at_one_height(rows[-1], piece):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda piece: piece.left) for row in rows]


def _at_one_height(row: Row, piece: Piece) -> bool:
    first = row[0]
    shared = min(first.top, piece.top) - max(first.bottom, piece.bottom)
    return shared > 0.5 * min(first.height, piece.height) and all(
        min(other.right, piece.right) - max(other.left, piece.left) < 0.5 * piece.height
        for other in row
    )
