"""Makes the lines that OCR read from a picture lines of a page, as those of a PDF are."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

from ingest.readers.ocr.columns import Piece, Row, order_pieces
from ingest.readers.ocr.engine import PictureLine, Recognised
from ingest.readers.pdf_layout.lines import Cell, Line
from rag.text.picture_words import LONGEST, PictureWord, pack

_BODY = 12.0
"""Points that the usual line of a picture is high when nothing tells the picture's real size."""
_STEP = 1.25
"""Heights that differ by less are the same, since OCR's boxes are more or less tight."""
_FONT = (b"OCR", b"OCR")
"""OCR does not tell fonts; one that is everywhere is taken for that of the text."""
_GAP = 1.15
"""Line heights between two cells of a row."""
_STEEPEST = math.radians(15)
"""Slant of a page that is set straight."""

Box = tuple[float, float, float, float]


def page_lines(read: Recognised, points: float | None = None) -> list[Line]:
    """Return the lines of a picture in reading order, those that run up or down last.

    :param points: how many points a pixel is wide; None if the picture's real size is not known.
    """
    if not read.lines:
        return []
    slant = _find_slant(read.lines)
    boxes = [_set_straight(line, slant) for line in read.lines]
    heights = [top - bottom for _, bottom, _, top in boxes]
    usual = statistics.median(heights)
    scale = points or _BODY / usual
    pieces = []
    for number, (line, box) in enumerate(zip(read.lines, boxes, strict=True)):
        if not line.is_turned:
            left, bottom, right, top = box
            middle = (bottom + top) / 2
            half = usual * _STEP ** round(math.log((top - bottom) / usual, _STEP)) / 2
            pieces.append(
                Piece(
                    left=scale * left,
                    right=scale * right,
                    bottom=scale * (middle - half),
                    top=scale * (middle + half),
                    length=len(line.text),
                    number=number,
                )
            )
    lines = [_join_row(row, read) for row in order_pieces(pieces)]
    for line, box in zip(read.lines, boxes, strict=True):
        if line.is_turned:
            left, bottom, right, top = (scale * side for side in box)
            runs = _runs_of(line, read)
            top = bottom + right - left  # as high as its letters are, which lie on their side
            lines.append(Line(line.text, runs, left, right, bottom, top, fonts=_FONT, turned=True))
    return lines


def _find_slant(lines: Sequence[PictureLine]) -> float:
    """The angle of the page's longer lines, in radians; 0 where they do not agree."""
    angles = []
    for line in lines:
        (x, y), (right, top) = line.corners[:2]
        if not line.is_turned and len(line.text) > 8 and right > x:
            angles.append(math.atan2(top - y, right - x))
    slant = statistics.median(angles) if len(angles) > 2 else 0.0
    return slant if abs(slant) < _STEEPEST else 0.0


def _set_straight(line: PictureLine, slant: float) -> Box:
    """Left, bottom, right and top of a line as if the page were straight; upwards is more."""
    sin, cos = math.sin(-slant), math.cos(-slant)
    turned = [(x * cos - y * sin, x * sin + y * cos) for x, y in line.corners]
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = turned
    if line.is_turned:
        xs, ys = [x for x, _ in turned], [y for _, y in turned]
        return min(xs), -max(ys), max(xs), -min(ys)
    # The means of both ends, so that a small slant of one line does not make it higher.
    left, right = (ax + dx) / 2, (bx + cx) / 2
    top, bottom = (ay + by) / 2, (cy + dy) / 2
    return left, -max(bottom, top + 1), max(right, left + 1), -top


def _join_row(row: Row, read: Recognised) -> Line:
    """Join the pieces of a row to one line, with cells where wide gaps are."""
    text = ""
    runs: list[tuple[int, int, int]] = []
    cells: list[Cell] = []
    for place, piece in enumerate(row):
        line = read.lines[piece.number]
        last = row[place - 1] if place else None
        apart = last is not None and piece.left - last.right > _GAP * piece.height
        text += " " if place else ""
        start = len(text)
        text += line.text
        runs += [(start + at, index, length) for at, index, length in _runs_of(line, read)]
        if cells and not apart:
            cells[-1] = Cell(cells[-1].start, len(text), cells[-1].left, piece.right)
        else:
            cells.append(Cell(start, len(text), piece.left, piece.right))
    tallest = max(row, key=lambda piece: piece.right - piece.left)
    return Line(
        text,
        runs,
        min(piece.left for piece in row),
        max(piece.right for piece in row),
        tallest.bottom,
        tallest.top,
        fonts=_FONT,
        cells=cells if len(cells) > 1 else [],
    )


def _runs_of(line: PictureLine, read: Recognised) -> list[tuple[int, int, int]]:
    """Where each word is on the picture as it was before it was set upright."""
    runs = []
    for word in line.words:
        left, top, right, bottom = word.box
        box = (left / read.width, top / read.height, right / read.width, bottom / read.height)
        index = pack(PictureWord(*_turn_back(box, read.quarters), word.confidence))
        runs += [
            (start, index, min(LONGEST - 1, word.end - start))
            for start in range(word.start, word.end, LONGEST - 1)
        ]
    return runs


def _turn_back(box: Box, quarters: int) -> Box:
    """A box of the upright picture on the picture as it was, both as parts of their sides."""
    left, top, right, bottom = box
    for _ in range(quarters % 4):
        left, top, right, bottom = 1 - bottom, left, 1 - top, right
    return left, top, right, bottom
