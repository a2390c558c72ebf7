"""Finds which rows of a block name its columns, and which stand above them as title and notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from ingest.readers.tabular.cells import Kind, is_year, kind_of

Cells = Sequence[str]

LONGEST_NAME = 60
"""Characters; a longer cell is data, not a column's name."""
_SAMPLE = 50
"""Rows that are looked at."""
_DEEPEST = 15
"""Rows that may stand above the names of the columns."""
_MOST_PAIRS = 30
"""Rows; a list of names and values is not longer."""
_FILLED = 0.6
"""The share of a usual row's cells that the names of the columns fill at least."""


@dataclass(frozen=True, slots=True)
class Header:
    """What names the columns of a block: ``rows[start:end]``, joined for each column in ``names``.

    :param sure: whether what is below shows that it is no row of data: numbers below a word.
    """

    start: int
    end: int
    names: tuple[str, ...]
    sure: bool


def find_header(rows: Sequence[Cells], spans: Sequence[frozenset[int]] = ()) -> Header | None:
    """Find the first row that is as wide as those below and names columns; None if data is first.

    :param rows: a block without empty rows.
    :param spans: for each row, the columns that a cell to their left reaches over.
    """
    sample = rows[:_SAMPLE]
    kinds = [[kind_of(cell) for cell in row] for row in sample]
    filled = [sum(map(bool, row)) for row in sample]
    for place in range(min(_DEEPEST, len(sample))):
        below = filled[place + 1 :]
        usual = median(below) if below else filled[place]
        if filled[place] < 2 or filled[place] < _FILLED * usual:
            continue
        if _is_labelled(sample[place]):
            continue
        if not _are_names(sample, kinds, place):
            return None
        last = _find_last(sample, kinds, filled, place, spans)
        names = _join_names(sample[place : last + 1], spans[place : last + 1])
        sure = bool(_numeric_below(kinds, last))
        return Header(place, last + 1, names, sure)
    return None


def are_pairs(rows: Sequence[Cells], next_width: int) -> bool:
    """Tell whether a block is a list of names and their values: ``Holder; Orla Finch``.

    :param next_width: the columns of the block that comes next, 0 if none does.
    """
    filled = [[cell for cell in row if cell] for row in rows[: _MOST_PAIRS + 1]]
    pairs = [cells for cells in filled if len(cells) == 2]
    if not pairs or len(rows) > _MOST_PAIRS or any(len(cells) > 2 for cells in filled):
        return False
    if any(kind_of(name) != "text" or len(name) > LONGEST_NAME for name, _ in pairs):
        return False
    marked = sum(name.endswith(":") for name, _ in pairs)
    values = {kind_of(value) for _, value in pairs}
    return next_width > 2 or 2 * marked >= len(pairs) or len(values) > 2


def _is_labelled(row: Cells) -> bool:
    """Tell whether a row is labels and their values: ``Case:`` and ``17`` beside it."""
    labels = sum(cell.endswith(":") for cell in row)
    return 0 < labels < sum(map(bool, row))


def _are_names(rows: Sequence[Cells], kinds: Sequence[Sequence[Kind]], place: int) -> bool:
    """Tell whether the cells of a row are short words, years or dates, and no value again below.

    A name may stand again in a further row of names, so rows with numbers count if there are some.
    """
    row = rows[place]
    if any(len(cell) > LONGEST_NAME for cell in row):
        return False
    others = [column for column, kind in enumerate(kinds[place]) if kind not in ("", "text")]
    if others and not _are_steps(rows, kinds, place, others):
        return False
    below = list(zip(rows[place + 1 :], kinds[place + 1 :], strict=True))
    measured = [other for other, own in below if "number" in own or "date" in own]
    return not any(
        cell and column < len(other) and other[column] == cell
        for other in measured or [other for other, _ in below]
        for column, cell in enumerate(row)
        if other != row
    )


def _are_steps(
    rows: Sequence[Cells], kinds: Sequence[Sequence[Kind]], place: int, columns: Sequence[int]
) -> bool:
    """Tell whether cells that are no words are years or dates that name columns of something else.

    In a row of data, the rows below hold the same there.
    """
    cells = [rows[place][column] for column in columns]
    if not all(is_year(cell) or kind_of(cell) == "date" for cell in cells):
        return False
    under = [
        (row[column], row_kinds[column])
        for row, row_kinds in zip(rows[place + 1 :], kinds[place + 1 :], strict=True)
        for column in columns
        if column < len(row)
    ]
    if any(kind == "date" or is_year(cell) for cell, kind in under):
        return False
    return any(kind == "number" for _, kind in under)


def _find_last(
    rows: Sequence[Cells],
    kinds: Sequence[Sequence[Kind]],
    filled: Sequence[int],
    place: int,
    spans: Sequence[frozenset[int]],
) -> int:
    """Find the last of the rows that name columns together: groups above, single columns below."""
    last = place
    while last + 2 < len(rows) and last < place + 2:
        words = [cell for cell in rows[last] if cell]
        grouped = bool(spans[last : last + 1] and spans[last]) or len(set(words)) < len(words)
        fuller = filled[last + 1] > filled[last]
        if not (grouped or fuller) or not _are_names(rows, kinds, last + 1):
            break
        numeric = _numeric_below(kinds, last + 1)
        if len(numeric) < 2:
            break
        last += 1
    return last


def _numeric_below(kinds: Sequence[Sequence[Kind]], place: int) -> list[int]:
    """List the columns with a name in this row that mostly hold numbers or dates below it."""
    found = []
    for column, kind in enumerate(kinds[place]):
        below = [row[column] for row in kinds[place + 1 :] if column < len(row) and row[column]]
        measured = sum(other != "text" for other in below)
        if kind == "text" and 2 * measured > len(below):
            found.append(column)
    return found


def _join_names(rows: Sequence[Cells], spans: Sequence[frozenset[int]]) -> tuple[str, ...]:
    """Join the names of each column; one that reaches over several columns counts for each."""
    width = max(map(len, rows))
    columns: list[list[str]] = [[] for _ in range(width)]
    for number, row in enumerate(rows):
        reach = spans[number] if number < len(spans) else frozenset()
        above = number < len(rows) - 1
        name = ""
        for column in range(width):
            own = row[column] if column < len(row) else ""
            goes_on = column in reach or (above and not reach)
            name = own or (name if goes_on else "")
            if name and name not in columns[column]:
                columns[column].append(name)
    return tuple(" ".join(names).rstrip(": ") for names in columns)
