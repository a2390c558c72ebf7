"""Understands a question as rows of a table that are chosen, and what is done with them."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from rag.english.patterns.tables import (
    ASKED_MEASURES,
    CHOOSES,
    COMPARISONS,
    COUNT,
    CURRENCIES,
    HEAD_NOUN,
    IN_TIME,
    MEAN,
    PLAIN_SUPERLATIVES,
    SUM,
    SUPERLATIVES,
    Comparison,
    Direction,
)
from rag.records.links import Condition, Links, begin, link_cells, link_columns, link_names, negate
from rag.records.tables import Column, RecordTable
from rag.records.values import Moment, read_moment
from rag.text.terms import fold, terms

Operation = Literal["select", "max", "min", "count", "sum", "mean"]
Likeness = Callable[[str, list[str]], list[float]]
"""A word and others → how alike they are in meaning, cosines."""

_LIKE = 0.55
"""Cosine from which a word means a column or what the table is about."""
_NEAR = 0.35
"""The same of one word in a question that names the thing and the column that are compared."""
_MOST_GUESSES = 2
_COMPUTED: tuple[tuple[re.Pattern[str], Operation], ...] = (
    (COUNT, "count"),
    (SUM, "sum"),
    (MEAN, "mean"),
)
_LITERAL = re.compile(
    r"\s*(?P<sign>[$€£¥])?\s?(?:(?P<date>(?:\d{1,2}\.?\s+)?[a-z]{3,9}\.?\s+(?:\d{1,2},\s*)?\d{4}"
    r"|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}:\d\d(?:\s?[ap]m)?)|(?P<number>-?\d(?:[\d.,]*\d)?))"
    r"(?:\s?(?P<unit>[a-z%°€$£]+))?"
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a question asks of a table.

    :param rows: numbers of the rows that are used.
    :param column: the column that is asked for, or computed with.
    :param result: what was computed, as the column writes it; "" for rows only.
    :param left_out: rows without a value in the column.
    :param guesses: words that were understood by their meaning only.
    """

    operation: Operation
    table: RecordTable
    rows: tuple[int, ...]
    column: int | None
    result: str = ""
    left_out: int = 0
    guesses: int = 0


def make_plan(question: str, table: RecordTable, topic: str, alike: Likeness) -> Plan | None:
    """Understand a question; None where a word of it is not understood.

    :param topic: what the table is about: its caption, title and file name.
    """
    links = begin(question)
    link_names(links, table.columns, fewest=2)
    operation, measure = _find_operation(links)
    link_columns(links, table.columns)
    link_cells(links, table)
    if not _link_comparisons(links, table):
        return None
    _link_truths(links, table, question)
    if not negate(links, table) or links.is_refused or len(links.conditions) > 3:
        return None
    compares = operation in ("max", "min") and len(links.columns) > 1
    guesses = _guess(links, table, topic, alike, _NEAR if compares else _LIKE)
    if guesses is None or (guesses and operation in ("sum", "mean")):
        return None
    planned = _compute(operation, measure, links, table)
    if planned is None:
        return None
    rows, column, result, left_out = planned
    return Plan(operation, table, rows, column, result, left_out, guesses) if rows else None


def _find_operation(links: Links) -> tuple[Operation, str]:
    """What is done with the rows; and names of the column that the words of it mean.

    A word that is part of a column's name (``Last name``) means no operation, but for a column
    that may be added up (``Total price``) where nothing else is asked.
    """
    folded = links.question.lower()
    said = [
        (match, operation) for pattern, operation in _COMPUTED for match in pattern.finditer(folded)
    ]
    for match, operation in said:
        if not links.covers(match.start()):
            links.use(*match.span())
            return operation, ""
    if found := _find_superlative(links):
        return found
    for words, names in ASKED_MEASURES.items():
        match = re.search(rf"\b{words}\b", folded)
        if match and not links.covers(match.start()):
            links.use(*match.span())
            return "select", names
    if said and not CHOOSES.match(folded):
        return said[0][1], ""
    return "select", ""


def _find_superlative(links: Links) -> tuple[Operation, str] | None:
    for n, word in enumerate(links.words):
        if n in links.used:
            continue
        if word in ("most", "least") and links.words[n + 1 : n + 2] == ["expensive"]:
            links.used |= {n, n + 1}
            return ("max" if word == "most" else "min"), "price cost fee rate"
        if word in PLAIN_SUPERLATIVES and links.words[n - 1 : n] != ["at"]:
            links.used.add(n)
            return PLAIN_SUPERLATIVES[word], ""
        if word in SUPERLATIVES:
            links.used.add(n)
            direction, names = SUPERLATIVES[word]
            return direction, f"{names} *" if word in IN_TIME else names
    return None


def _link_comparisons(links: Links, table: RecordTable) -> bool:
    """Find conditions such as ``before 2000``; False where one cannot be decided."""
    folded = links.question.lower()
    taken: list[tuple[int, int]] = []
    for pattern, sign in COMPARISONS:
        for match in pattern.finditer(folded):
            if any(a < match.end() and match.start() < b for a, b in taken):
                continue
            literal = _LITERAL.match(folded, match.end())
            if not literal:
                continue
            places = {
                n for n, (a, _) in enumerate(links.spans) if literal.start() <= a < literal.end()
            }
            if sign == "in" and places & links.used:
                continue
            found = _decide(links, table, sign, literal)
            if found is None:
                if sign == "in":
                    continue
                return False
            taken.append((match.start(), literal.end()))
            end = (
                literal.end()
                if found[2]
                else literal.end("number")
                if literal["number"]
                else literal.end("date")
            )
            words = links.use(match.start(), end)
            links.conditions = [c for c in links.conditions if not c.words & words]
            links.conditions.append(Condition(found[0], found[1], words))
    return True


def _decide(
    links: Links, table: RecordTable, sign: Comparison, literal: re.Match[str]
) -> tuple[int, frozenset[int], bool] | None:
    """The column of a condition, the rows that fit, and whether a unit is part of it."""
    moment = read_moment(literal["date"] or literal["number"])
    if moment:
        dated = _choose(links, [n for n, c in enumerate(table.columns) if c.moments])
        if dated is not None:
            moments = table.columns[dated].moments or ()
            rows = [
                n for n, each in enumerate(moments) if each and _fits_moment(each, sign, moment)
            ]
            return dated, frozenset(rows), False
    if sign == "in" or not literal["number"]:
        return None
    unit = fold(literal["unit"] or literal["sign"] or "")
    measured = [n for n, c in enumerate(table.columns) if c.numbers and n in links.columns]
    alike = [
        n for n, c in enumerate(table.columns) if c.numbers and unit and _is_unit(unit, c.unit)
    ]
    both = [n for n in measured if n in alike] or measured or alike
    if len(both) != 1:
        return None
    numbers = table.columns[both[0]].numbers
    limit = numbers.read(literal["number"]) if numbers else None
    if numbers is None or limit is None:
        return None
    fitting = [n for n, v in enumerate(numbers.values) if v is not None and _fits(v, sign, limit)]
    return both[0], frozenset(fitting), both[0] in alike


def _is_unit(said: str, unit: str) -> bool:
    """Tell whether two units are one: ``euros`` and ``EUR``."""
    said, unit = (CURRENCIES.get(each, each) for each in (said, unit))
    return bool(unit) and (said == unit or said.rstrip("s") == unit.rstrip("s"))


def _fits(value: Decimal, sign: Comparison, limit: Decimal) -> bool:
    return {"<": value < limit, "<=": value <= limit, ">": value > limit, ">=": value >= limit}[
        sign
    ]


def _fits_moment(moment: Moment, sign: Comparison, limit: Moment) -> bool:
    """Compare as far as the limit is given: all of 2000 is not after 2000."""
    if (moment[0] < 100) != (limit[0] < 100) or len(moment) < len(limit):
        return False
    own = moment[: len(limit)]
    return {"<": own < limit, "<=": own <= limit, ">": own > limit, ">=": own >= limit}.get(
        sign, own == limit
    )


def _choose(links: Links, columns: list[int]) -> int | None:
    """The column among these that is named, or the only one."""
    named = [n for n in columns if n in links.columns]
    chosen = named or columns
    return chosen[0] if len(chosen) == 1 else None


def _link_truths(links: Links, table: RecordTable, question: str) -> None:
    """Take a named column of yes and no for a condition, where rows are chosen."""
    if not (CHOOSES.match(question.lower()) or COUNT.search(question.lower())):
        return
    for place, words in links.columns.items():
        truths = table.columns[place].truths
        if truths is not None:
            rows = frozenset(n for n, true in enumerate(truths) if true)
            links.conditions.append(Condition(place, rows, words, "yes"))


def _guess(
    links: Links, table: RecordTable, topic: str, alike: Likeness, least: float
) -> int | None:
    """Understand the words that are left by their meaning; None where one is not.

    :param least: cosine from which a word is taken for one of what the table is about.
    """
    folded = links.question.lower()
    head = HEAD_NOUN.search(folded)
    counts = COUNT.search(folded) is not None
    topic = topic.replace("_", " ")
    about = set(terms(topic, keep_stop_words=False))
    left = [n for n in links.left if not set(terms(links.words[n])) <= about]
    if len(left) > _MOST_GUESSES or (least < _LIKE and len(left) > 1):
        return None
    names = [column.title for column in table.columns]
    topics = [word for word in re.findall(r"\w{3,}", fold(topic)) if word.isalpha()]
    for n in left:
        scores = alike(links.words[n], [*names, *topics])
        best = max(range(len(scores)), key=scores.__getitem__)
        is_head = head is not None and head[1] == links.words[n] and not counts
        if scores[best] < least and not is_head:
            return None
        decided = any(condition.column == best for condition in links.conditions)
        if scores[best] >= _LIKE and best < len(names) and not links.columns and not decided:
            links.columns[best] = frozenset((n,))
    return len(left)


_Computed = tuple[tuple[int, ...], int | None, str, int]
"""Rows, column, result, and how many rows have no value."""


def _compute(
    operation: Operation, names: str, links: Links, table: RecordTable
) -> _Computed | None:
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
    if names:
        measured = measured or _named_or_dated(table, names)
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
) -> _Computed | None:
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
) -> _Computed | None:
    """How many rows, or how many different cells of a column; a number that a row holds itself."""
    measured = [n for n in asked if table.columns[n].numbers is not None]
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


def _find_extreme(
    direction: Direction, table: RecordTable, rows: tuple[int, ...], place: int, asked: list[int]
) -> _Computed | None:
    """The rows with the greatest or the least value, where each thing has one row."""
    column = table.columns[place]
    if len(asked) > 1:
        return None
    if asked:
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
) -> _Computed | None:
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
