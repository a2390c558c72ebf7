"""Joins what stands on one line of a page although it was drawn apart: labels and their values."""

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from ingest.readers.pdf_layout.lines import Line, join_pair, part_of

_LONGEST_LABEL = 60
_LONGEST_CELL = 25
_LONGEST_TEXT = 40
"""Characters of the shorter of two neighbours that are in one row since their columns are."""
_LONGEST_VALUE = 24
_PROSE = 35
"""Characters from which a line may be one of a paragraph."""
WIDE = 0.56
"""Mean width of a character, in line heights, above which a line may hold columns; prose has 0.4 to
0.55, rows of tables more."""
TIGHT = 1.35
"""Line heights from one line of a cell to the next, at most."""
_NEAR = 3.0
"""Points between the left edges of the cells of one column."""
_MOST_GUTTERS = 6
_FEWEST_PROSE = 4
"""Lines of a column of prose."""
_PAIR_GAP = 1.6
"""Line heights between a label and its value, at least; words drawn far apart have less."""
_FEWEST_IN_ROW = 3
_FEWEST_ROWS = 3
_LETTER = re.compile(r"[^\W\d_]")
_DIGIT = re.compile(r"\d")


def join_rows(lines: list[Line]) -> list[Line]:
    """Join lines beside each other when they are cells of a row, or a label and its value.

    A table may be drawn column by column, and an invoice with its labels after all the values.
    Two columns of prose stay apart.
    """
    prose = find_prose(lines)
    gutters = _find_gutters([lines[place] for place in prose])
    rows = [
        list(part)
        for row in _baselines(lines)
        for _, part in groupby(row, key=lambda place: bisect_right(gutters, lines[place].left))
    ]
    columns = Counter(
        round(lines[after].left / _NEAR)
        for row in rows
        for before, after in pairwise(row)
        if not {before, after} & prose
    )
    joined: dict[int, list[int]] = {}
    beneath = -math.inf
    for row in rows:
        groups = list(_groups(lines, row, prose, columns))
        if not groups and _are_names(lines, row, prose, beneath):
            groups = [row]
        if groups or any(_is_wide(lines[place]) for place in row):
            beneath = lines[row[0]].bottom
        for group in groups:
            joined[max(group, key=lambda place: len(lines[place].text))] = group
    if not joined:
        return lines
    taken = {place for group in joined.values() for place in group}
    result: list[Line] = []
    block: list[Line] = []
    for place in range(len(lines)):
        if place in taken and place not in joined:
            continue
        group = joined.get(place, [place])
        whole = lines[group[0]]
        for other in group[1:]:
            whole = join_pair(whole, lines[other])
        is_row = len(group) > 1 or _is_wide(whole)
        if block and not (is_row and _is_below(block[-1], whole)):
            result += _from_the_top(block)
            block = []
        (block if is_row else result).append(whole)
    return result + _from_the_top(block)


def mark_pairs(lines: Sequence[Line]) -> None:
    """Mark the lines that are a label with a colon and its value, with a gap between."""
    looks = list(map(_looks_like_pair, lines))
    for place, line in enumerate(lines):
        beside = [p for p in (place - 1, place + 1) if 0 <= p < len(lines) and not looks[p]]
        line.is_pair = looks[place] and not any(_are_flush(line, lines[p]) for p in beside)


def _looks_like_pair(line: Line) -> bool:
    if len(line.cells) != 2:
        return False
    first, second = line.cells
    label, value = line.text[: first.end], line.text[second.start :]
    apart = second.left - first.right > _PAIR_GAP * line.height
    return apart and label.endswith(":") and not value.endswith(":")


def _are_flush(line: Line, other: Line) -> bool:
    """Tell whether two lines are of one paragraph whose words were drawn far apart."""
    near = abs(line.bottom - other.bottom) < 1.7 * line.height
    margin = abs(line.left - other.left) < 2.5 * line.height
    return near and margin and abs(line.right - other.right) < 2 and len(other.text) > _LONGEST_CELL


def is_headline(figure: Line, below: Line) -> bool:
    """Tell whether a line is a large number that the words below it explain."""
    large = figure.height > 1.35 * below.height and len(figure.text) <= _LONGEST_VALUE
    return large and _DIGIT.search(figure.text) is not None and not below.bold


def stack_headlines(lines: Sequence[Line]) -> list[Line]:
    """Put large numbers that stand beside each other each before the words below it."""
    result: list[Line] = []
    place = 0
    while place < len(lines):
        line = lines[place]
        end = place + 1
        columns: list[int] = []
        while len(line.cells) > 1 and end < len(lines) and is_headline(line, lines[end]):
            below = lines[end]
            column = sum(cell.left < below.left + below.height for cell in line.cells) - 1
            ordered = column >= max(columns, default=0) and len(below.cells) < 2
            if not ordered or not 0 < line.bottom - below.bottom < 3 * line.height:
                break
            columns.append(column)
            end += 1
        if len(set(columns)) == len(line.cells) > 1:
            for column, cell in enumerate(line.cells):
                result.append(part_of(line, cell.start, cell.end, cell.left, cell.right))
                below_it = zip(columns, lines[place + 1 : end], strict=True)
                result += [below for own, below in below_it if own == column]
        else:
            result += lines[place:end]
        place = end
    return result


def is_value(text: str) -> bool:
    """Tell whether a text is a number, a date or an amount, with a word or two at most."""
    digits = len(_DIGIT.findall(text))
    return 0 < digits >= len(_LETTER.findall(text)) and len(text) <= _LONGEST_VALUE


def _is_below(last: Line, line: Line) -> bool:
    """Tell whether a line is in the column of another one."""
    return min(last.right, line.right) > max(last.left, line.left)


def _from_the_top(block: list[Line]) -> list[Line]:
    return sorted(block, key=lambda line: -line.bottom)


def find_prose(lines: Sequence[Line]) -> set[int]:
    """The lines of paragraphs, with short last ones."""
    long = [len(line.text) > _PROSE and not _is_wide(line) for line in lines]
    found = {place for place, line in enumerate(lines) if long[place] and len(line.text) > 60}
    for place, (above, below) in enumerate(pairwise(lines)):
        step = above.bottom - below.bottom
        height = max(above.height, below.height)
        shared = min(above.right, below.right) - max(above.left, below.left)
        if (
            0.3 * height < step < 1.7 * height
            and shared > 0
            and not (_is_wide(above) or _is_wide(below))
        ):
            found.update({place, place + 1} if long[place] and long[place + 1] else ())
            if long[place] and abs(above.left - below.left) < 2 * height:
                found.add(place + 1)
    return found


def _find_gutters(prose: Sequence[Line]) -> list[float]:
    """Where the columns of a page begin that has several columns of prose, but for the first."""
    found = []
    lefts = Counter(round(line.left / _NEAR) for line in prose)
    for column, _ in lefts.most_common(_MOST_GUTTERS):
        edge = (column - 1) * _NEAR
        before = sum(line.right <= edge for line in prose)
        after = sum(line.left >= edge for line in prose)
        if min(before, after) >= _FEWEST_PROSE and before + after > 0.8 * len(prose):
            found.append(edge)
    return sorted(found)


def _is_wide(line: Line) -> bool:
    return line.width > WIDE * line.height * len(line.text)


def _baselines(lines: Sequence[Line]) -> Iterator[list[int]]:
    """The places of lines on one height, from left to right."""
    places = [p for p, line in enumerate(lines) if not (line.turned or line.on_axis)]
    places.sort(key=lambda place: lines[place].bottom)
    row: list[int] = []
    for place in places:
        if row and lines[place].bottom - lines[row[0]].bottom > 0.25 * lines[row[0]].height:
            yield sorted(row, key=lambda place: lines[place].left)
            row = []
        row.append(place)
    if row:
        yield sorted(row, key=lambda place: lines[place].left)


def _groups(
    lines: Sequence[Line], row: Sequence[int], prose: set[int], columns: Counter[int]
) -> Iterator[list[int]]:
    """Neighbours on one height that belong together, two or more."""
    group = list(row[:1])
    for before, after in pairwise(row):
        left, right = lines[before], lines[after]
        fits = 0.6 < left.height / right.height < 1.6 and right.left > left.right - 1
        if fits and not {before, after} & prose and _belong(left, right, columns):
            group.append(after)
            continue
        if len(group) > 1:
            yield group
        group = [after]
    if len(group) > 1:
        yield group


def _are_names(lines: Sequence[Line], row: Sequence[int], prose: set[int], beneath: float) -> bool:
    """Tell whether short words side by side are the names of columns.

    :param beneath: the bottom of the row below.
    """
    short = all(len(lines[place].text) <= _LONGEST_CELL and place not in prose for place in row)
    if len(row) < _FEWEST_IN_ROW or not short:
        return False
    return lines[row[0]].bottom - beneath < 3 * lines[row[0]].height


def _belong(left: Line, right: Line, columns: Counter[int]) -> bool:
    """Tell whether two neighbours on one height are a label and its value, or cells of a row."""
    if right.text.endswith(":"):
        return False
    if left.text.endswith(":"):
        return len(left.text) <= _LONGEST_LABEL
    if not all(is_value(line.text) or len(line.text) > 1 for line in (left, right)):
        return False
    if is_value(left.text) or is_value(right.text):
        return True
    column = round(right.left / _NEAR)
    shared = columns[column] + columns[column - 1] + columns[column + 1]
    return shared >= _FEWEST_ROWS and min(len(left.text), len(right.text)) <= _LONGEST_TEXT
