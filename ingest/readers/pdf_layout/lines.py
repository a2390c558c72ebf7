"""The lines of a page with their places; joins the pieces of one visible line."""

import re
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ingest.readers.shared.writer import RAISED

_MARKS = re.compile(r"\d+(?:[,–-]\d+)*")
"""Raised digits, as of notes."""
HYPHENS = ("\u00ad", "-", "\u2010")
"""The last character of a word that is cut at the end of a line."""


Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points from the page's bottom left corner."""


class Cell(NamedTuple):
    """A part of a line with wide gaps around it."""

    start: int
    end: int
    left: float
    right: float


@dataclass(slots=True)
class Line:
    """One line of a page, in points from the page's bottom left corner, as it is read.

    :param runs: ``(offset, index, length)``: that many characters of ``text`` from ``offset`` on
        are the page's characters from ``index`` on.
    :param height: of its letters, ascenders and descenders included.
    :param bold: whether it begins and ends in a bold font.
    :param fonts: what its first and its last character are set in.
    :param turned: whether it runs against the direction of the page's other lines.
    :param on_axis: whether it is a number along the axis of a chart.
    :param is_pair: whether it is a label with its value.
    :param cells: where its cells begin and end, as offsets and in points, when there is more than
        one.
    :param words: the same of its words, when it has cells.
    """

    text: str
    runs: list[tuple[int, int, int]]
    left: float
    right: float
    bottom: float
    top: float
    bold: bool = False
    fonts: tuple[bytes, ...] = ()
    turned: bool = False
    on_axis: bool = False
    is_pair: bool = False
    cells: list[Cell] = field(default_factory=list)
    words: list[Cell] = field(default_factory=list)

    @property
    def height(self) -> float:
        return self.top - self.bottom

    @property
    def width(self) -> float:
        return self.right - self.left


def turn(box: Box, quarters: int) -> Box:
    """Turn a box with its page, clockwise."""
    left, bottom, right, top = box
    for _ in range(quarters):
        left, bottom, right, top = bottom, -right, top, -left
    return left, bottom, right, top


def set_upright(line: Line, quarters: int) -> Line:
    """Turn the line with its page, so that the page is upright."""
    box = turn((line.left, line.bottom, line.right, line.top), quarters)
    line.left, line.bottom, line.right, line.top = box
    return line


def join_pieces(lines: list[Line]) -> list[Line]:
    """Join the pieces of one visible line: a word, its raised mark, and the text after them."""
    joined: list[Line] = []
    for line in lines:
        last = joined[-1] if joined else None
        if last is None or not _continues(last, line):
            joined.append(line)
            continue
        joined[-1] = join_pair(last, line)
    return joined


def join_pair(last: Line, line: Line) -> Line:
    """Join two neighbours; small raised digits become superscripts."""
    before, after = last.text, line.text
    apart = line.left - last.right > 0.12 * max(last.height, line.height)
    if _is_raised(line, last) and _MARKS.fullmatch(after.strip()):
        after = after.translate(RAISED)
    elif _is_raised(last, line) and _MARKS.fullmatch(before.strip()):
        before, apart = before.translate(RAISED), True
    offset = len(before) + apart
    taller = max(last, line, key=lambda part: part.height)
    return Line(
        f"{before} {after}" if apart else before + after,
        [*last.runs, *((offset + at, index, length) for at, index, length in line.runs)],
        min(last.left, line.left),
        max(last.right, line.right),
        taller.bottom,
        taller.top,
        last.bold and line.bold,
        last.fonts + line.fonts,
    )


def _is_raised(mark: Line, line: Line) -> bool:
    return mark.height < 0.85 * line.height and mark.bottom > line.bottom + 0.1 * line.height


def _continues(last: Line, line: Line) -> bool:
    if last.text.endswith("\u00ad") or last.turned or line.turned:
        return False
    overlap = min(last.top, line.top) - max(last.bottom, line.bottom)
    if overlap < 0.4 * min(last.height, line.height):
        return False
    gap = line.left - last.right
    height = max(last.height, line.height)
    if abs(last.bottom - line.bottom) < 0.2 * height and line.height > 0.8 * last.height:
        return gap > -0.5 * height  # cells of one row, however far apart
    return -0.5 * height < gap < 0.9 * height


def part_of(line: Line, start: int, end: int, left: float, right: float) -> Line:
    """``line.text[start:end]`` as a line."""
    runs = []
    for at, index, length in line.runs:
        begin, stop = max(start, at), min(end, at + length)
        if begin < stop:
            runs.append((begin - start, index + begin - at, stop - begin))
    text = line.text[start:end]
    return replace(line, text=text, runs=runs, left=left, right=right, cells=[], words=[])
