"""Groups the lines of a page: tables, and neighbours in the same type."""

import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from ingest.readers.pdf_layout.lines import Line, part_of
from ingest.readers.pdf_layout.rows import TIGHT, is_headline

NOTE = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹∗*†‡§¶]")
"""The start of a note."""
CAPTION = re.compile(
    r"(?:Fig(?:ure|\.)?|Table|Tab\.|Algorithm|Listing|Scheme|Chart|Box|Exhibit|Plate)\s*"
    r"[A-Z]?\d+[a-z]?(?:\.\d+)?\s*[:.|–—]\s*\S",
    re.I,
)
"""The start of a caption, below a figure or above a table."""
_HEADING_NUMBER = re.compile(r"(?:[A-Z]|\d{1,2})(?:\.\d{1,2}){0,4}\.?\s+\S")
_FEWEST_CELLS = 5
"""Of a table."""
_FEWEST_PROSE, _SHORTEST_PROSE = 6, 20
"""Rows, and characters of each of their two cells, from which a table is two columns of text."""
_LONGEST_NAME = 80
"""Characters of a line that names the rows of a table below it."""
_NUMBERS = re.compile(r"(?<!\S)[-+±−]?\d[\d.,]*[%kMB]?(?!\S)")


class Kind(Enum):
    """What a region of a page is."""

    BODY = "body"
    HEADING = "heading"
    CAPTION = "caption"
    NOTE = "note"
    TABLE = "table"
    PAIRS = "pairs"
    """Labels with their values, a pair on each line."""
    SCRAP = "scrap"


@dataclass
class Region:
    """Lines of one page that belong together."""

    page: int
    lines: list[Line]
    kind: Kind = Kind.BODY
    level: int = 0
    """Of a heading, 1 the highest."""

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)

    @property
    def height(self) -> float:
        return statistics.median(line.height for line in self.lines)

    @property
    def bold(self) -> bool:
        return all(line.bold for line in self.lines)


def is_numbered_heading(region: Region) -> bool:
    """Whether a region is a bold number with a few words."""
    return region.bold and len(region.lines) < 3 and _HEADING_NUMBER.match(region.text) is not None


def regions_of(number: int, lines: Sequence[Line]) -> Iterator[Region]:
    """Group the page's lines, in their order; columns that were drawn row by row are separated."""
    lines = _separate_columns(lines)
    tables = dict(_find_tables(lines))
    group: list[Line] = []
    place = 0
    while place < len(lines):
        end = tables.get(place)
        if lines[place].is_pair:
            if group:
                yield Region(number, group)
            group = []
            yield Region(number, [lines[place]], Kind.PAIRS)
            place += 1
            continue
        if end is None and group and _continues_group(group, lines[place]):
            group.append(lines[place])
            place += 1
            continue
        if group:
            yield Region(number, group)
        group = []
        if end is None:
            group.append(lines[place])
            place += 1
        else:
            yield Region(number, list(lines[place:end]), Kind.TABLE)
            place = end
    if group:
        yield Region(number, group)


def heads(region: Region, table: Region) -> bool:
    """Whether a few lines directly above a table are the names of its columns."""
    if region.kind is not Kind.BODY or region.page != table.page or len(region.lines) > 4:
        return False
    last, height = region.lines[-1], table.height
    left = min(line.left for line in table.lines) - height
    right = max(line.right for line in table.lines) + height
    longest = max(len(line.text) for line in region.lines)
    return (
        -0.5 < (last.bottom - table.lines[0].top) / height < (4 if longest < 30 else 2.5)
        and longest < _LONGEST_NAME
        and all(left < line.left and line.right < right for line in region.lines)
        and not last.text.endswith((".", ":", "?", "!", "\u00ad"))
        and not CAPTION.match(region.text)
    )


def _continues_group(group: Sequence[Line], line: Line) -> bool:
    """Whether a line continues the group: below it, in its column and in its size."""
    last = group[-1]
    if last.turned or line.turned:
        return False
    height = max(last.height, line.height)
    step = last.bottom - line.bottom
    shared = min(last.right, line.right) - max(last.left, line.left)
    if not 0.3 * height < step < 1.7 * height or shared <= 0:
        return False
    if is_headline(last, line):
        return len(group) == 1
    larger = height / max(1.0, min(last.height, line.height))
    if larger > 1.35 or (larger > 1.12 and step > 1.45 * height):
        return False
    if line.bold and not last.bold:
        return len(group) > 1 and step < 1.45 * height
    if all(member.bold for member in group) and not line.bold:
        # A heading may stand close to its text; a paragraph may begin with a bold line.
        return last.width > 0.9 * line.width or len(group) > 2
    return True


def _find_tables(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """Find where tables begin and end: rows with gaps one below the other."""
    place = 0
    while place < len(lines):
        end = _end_of_table(lines, place)
        if end > place and not _is_stretched(lines, place, end):
            yield place, end
        place = max(end, place + 1)


def _end_of_table(lines: Sequence[Line], place: int) -> int:
    """Where the table ends that begins at a place; the place itself when none does."""
    last = lines[place]
    rows, cells, end = 1, len(last.cells), place + 1
    if cells < 2 or last.is_pair:
        return place
    for following in range(place + 1, len(lines)):
        line = lines[following]
        step = (last.bottom - line.bottom) / last.height
        if CAPTION.match(line.text) or line.turned or line.is_pair:
            break
        is_row = len(line.cells) > 1 and _gaps_meet(last, line)
        if (is_row or _holds_numbers(line)) and -0.5 < step < 4:
            rows, cells, last, end = rows + 1, cells + len(line.cells), line, following + 1
        elif following > end or not _names_rows(last, line, step):
            break
    while end < len(lines) and _wraps(last, lines[end - 1], lines[end]):
        end += 1
    return end if rows > 1 and cells >= _FEWEST_CELLS else place


def _wraps(row: Line, above: Line, line: Line) -> bool:
    """Whether a line continues a cell of the last row, but not its first one."""
    step = (above.bottom - line.bottom) / line.height
    under = any(abs(cell.left - line.left) < 2 for cell in row.cells[1:])
    return under and 0 < step < TIGHT and len(line.cells) < 2 and not CAPTION.match(line.text)


def _is_stretched(lines: Sequence[Line], place: int, end: int) -> bool:
    """Whether the rows are lines of a paragraph whose words were drawn far apart."""
    edges = [(lines[place - 1], lines[place])] if place else []
    edges += [(lines[end - 1], lines[end])] if end < len(lines) else []
    return any(
        abs(above.right - below.right) < 2
        and min(above.left, below.left) > max(above.left, below.left) - 2 * below.height
        and 0.3 < (above.bottom - below.bottom) / below.height < 1.6
        and min(len(above.text), len(below.text)) > _SHORTEST_PROSE
        and not (len(above.cells) > 1 and len(below.cells) > 1)
        and not CAPTION.match(above.text)
        for above, below in edges
    )


def _names_rows(last: Line, line: Line, step: float) -> bool:
    """Whether a line between rows names the next rows: beside them, or above them."""
    beside = abs(step) < 6 and line.width < 0.4 * last.width
    return beside or (0 < step < 2.5 and line.width < last.width and len(line.text) < _LONGEST_NAME)


def _holds_numbers(line: Line) -> bool:
    """Whether a line is a row whose gaps are narrow: a few words and several numbers."""
    return len(_NUMBERS.findall(line.text)) > 2


def _separate_columns(lines: Sequence[Line]) -> list[Line]:
    """Put two columns of prose, whose lines were drawn side by side, one after the other."""
    apart: list[Line] = []
    place = 0
    for begin, end in _find_tables(lines):
        rows = [line for line in lines[begin:end] if len(line.cells) > 1]
        prose = [line for line in rows if len(line.cells) == 2 and _is_prose(line)]
        if len(prose) >= _FEWEST_PROSE and len(prose) * 4 > len(rows) * 3:
            middle = statistics.median(line.cells[0].right + line.cells[1].left for line in prose)
            halves = [_cut(line, middle / 2) for line in lines[begin:end]]
            apart += lines[place:begin]
            for side in (0, 1):
                apart += [half[side] for half in halves if half[side].text]
            place = end
    return [*apart, *lines[place:]]


def _is_prose(line: Line) -> bool:
    return all(cell.end - cell.start > _SHORTEST_PROSE for cell in line.cells)


def _cut(line: Line, middle: float) -> tuple[Line, Line]:
    """Cut a line at a place into its two sides."""
    before = [cell for cell in line.cells if cell.left < middle]
    if not line.cells or len(before) in {0, len(line.cells)}:
        whole, none = line, part_of(line, 0, 0, line.left, line.left)
        return (whole, none) if line.left < middle else (none, whole)
    after = line.cells[len(before)]
    return (
        part_of(line, 0, before[-1].end, line.left, before[-1].right),
        part_of(line, after.start, len(line.text), after.left, line.right),
    )


def _gaps_meet(above: Line, below: Line) -> bool:
    """Whether most gaps between the cells of one row lie in gaps of the other."""
    gaps = [
        [(left.right, right.left) for left, right in zip(row.cells, row.cells[1:], strict=False)]
        for row in (above, below)
    ]
    fewer, more = sorted(gaps, key=len)
    meeting = sum(
        any(min(end, other_end) > max(begin, other) for other, other_end in more)
        for begin, end in fewer
    )
    return meeting * 3 >= len(fewer) * 2
