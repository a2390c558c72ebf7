"""Filters, counts, compares and adds up the rows of a table."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

from rag.english.patterns.tables import CHOOSES, Direction
from rag.records.links import Condition, Links
from rag.records.tables import Column, RecordTable
from rag.records.values import is_empty
from rag.text.terms import fold, terms

Operation = Literal["select", "max", "min", "count", "sum", "mean"]
Computed = tuple[tuple[int, ...], int | None, str, int]
"""Rows, column, result, and how many rows have no value."""


def compute(operation: Operation, names: str, links: Links, table: RecordTable) -> Computed | None:
    """Do with the rows that fit what is asked; None where it is in doubt or nothing fits."""
    rows = _filter(links.conditions, len(table.rows))
    if not rows:
        return None
    decided = {condition.column for condition in links.conditions}
    asked = [n for n in links.columns if n not in decided]
    if operation == "count":
        return _count(links, table, rows, asked)
    if operation == "select":
        asked += [n for n in _named_or_dated(table, names) if not asked]
        return _select(links, rows, asked, decided)
    measured = [n for n in asked if _is_measured(table.columns[n], operation)]
    if not names:  # of a day and a volume, the volume is compared
        measured = [n for n in measured if table.columns[n].numbers] or measured
    if names:
        named = _named_or_dated(table, names)
        measured = [n for n in measured if n in named] if len(measured) > 1 else measured
        measured = measured or named
    if not measured and not names:
        other = [n for n, c in enumerate(table.columns) if c.numbers and c.moments is None]
        measured = other if len(other) == 1 and operation in ("sum", "mean") and not asked else []
    if len(measured) != 1:
        return None
    (place,) = measured
    if operation in ("max", "min"):
        return _find_extreme(operation, table, rows, place, [n for n in asked if n != place])
    return _add_up(operation, table, rows, place)


def _named_so(table: RecordTable, names: str) -> list[int]:
    """The columns with one of these words in their name."""
    wanted = {term for name in names.split() for term in terms(name)}
    return [n for n, c in enumerate(table.columns) if wanted & set(terms(c.title))]


def _named_or_dated(table: RecordTable, names: str) -> list[int]:
    """The same; where there is none and any date is meant, the columns of dates."""
    dated = [n for n, c in enumerate(table.columns) if c.moments] if "*" in names else []
    return _named_so(table, names) or dated


def _is_measured(column: Column, operation: Operation) -> bool:
    return column.numbers is not None or (
        operation in ("max", "min") and column.moments is not None
    )


def _filter(conditions: Iterable[Condition], count: int) -> tuple[int, ...]:
    """The rows that fit all conditions; of several on one column's cells, any."""
    by_column: dict[tuple[int, bool], frozenset[int]] = {}
    rows = frozenset(range(count))
    for condition in conditions:
        if condition.value in ("", "not"):
            rows &= condition.rows
        else:
            key = (condition.column, condition.value == "yes")
            by_column[key] = by_column.get(key, frozenset()) | condition.rows
    for fitting in by_column.values():
        rows &= fitting
    return tuple(sorted(rows))


def _select(
    links: Links, rows: tuple[int, ...], asked: list[int], decided: set[int]
) -> Computed | None:
    """Rows that fit, where a column of them is asked for or rows are chosen."""
    if not decided:
        return None
    chooses = CHOOSES.match(links.question.lower()) is not None
    asked = list(dict.fromkeys(n for n in asked if n not in decided))
    if len(rows) > 1 and not chooses:
        return None
    compared = any(condition.value == "" for condition in links.conditions)
    if not asked and not (chooses and (compared or decided - {0})):
        return None
    return rows, asked[0] if len(asked) == 1 else None, "", 0


def _count(
    links: Links, table: RecordTable, rows: tuple[int, ...], asked: list[int]
) -> Computed | None:
    """How many rows, or how many different cells of a column; a number that a row holds itself."""
    measured = [n for n in asked if table.columns[n].numbers is not None and not _is_key(table, n)]
    if measured:
        single = len(rows) == 1 and len(measured) == 1 and links.conditions
        return (rows, measured[0], "", 0) if single else None
    if len(asked) > 1:
        return None
    if asked:
        cells = [fold(table.columns[asked[0]].cells[n].strip()) for n in rows]
        different = {cell for cell in cells if cell}
        return rows, asked[0], f"{len(different):,}", sum(not cell for cell in cells)
    return rows, None, f"{len(rows):,}", 0


def _is_key(table: RecordTable, place: int) -> bool:
    """Tell whether a column names the rows by numbers of their own, as versions are."""
    cells = [fold(cell.strip()) for cell in table.columns[place].cells if not is_empty(cell)]
    return place == 0 and len(set(cells)) == len(cells)


def _find_extreme(
    direction: Direction, table: RecordTable, rows: tuple[int, ...], place: int, asked: list[int]
) -> Computed | None:
    """The rows with the greatest or the least value, where each thing has one row."""
    column = table.columns[place]
    if len(asked) > 1:
        return None
    if asked and table.columns[asked[0]].numbers is None:
        things = [fold(table.columns[asked[0]].cells[n]) for n in rows]
        if len(set(things)) < len(things):
            return None
    read = column.numbers.values if column.numbers else column.moments
    values = {n: value for n in rows if (value := read[n]) is not None} if read else {}
    if len(values) < 2:
        return None
    best = (max if direction == "max" else min)(values.values())
    shown = tuple(n for n, value in values.items() if value == best)
    return shown, asked[0] if asked else place, "", len(rows) - len(values)


def _add_up(
    operation: Operation, table: RecordTable, rows: tuple[int, ...], place: int
) -> Computed | None:
    """The sum or the average, where every row has a value."""
    numbers = table.columns[place].numbers
    if numbers is None or table.columns[place].moments is not None:
        return None
    values = [value for n in rows if (value := numbers.values[n]) is not None]
    if len(values) < len(rows):
        return None
    if operation == "sum" and "%" in (numbers.after, table.columns[place].unit):
        return None
    total = sum(values, Decimal(0))
    if operation == "sum":
        return rows, place, numbers.show(total), 0
    mean = total / len(values)
    exact = next((d for d in range(numbers.decimals + 3) if round(mean, d) == mean), None)
    decimals = numbers.decimals + 2 if exact is None else max(exact, numbers.decimals)
    about = "about " if exact is None else ""
    return rows, place, about + numbers.show(mean, decimals), 0
