"""Finds the conditions that a question sets: ``before 2000``, ``over 40 m``, ``not in stock``."""

import re
from decimal import Decimal

from rag.english.patterns.tables import (
    CHOOSES,
    COMPARISONS,
    COUNT,
    CURRENCIES,
    NEGATION,
    SCALES,
    Comparison,
)
from rag.english.words import match_any
from rag.records.links import Condition, Links
from rag.records.tables import RecordTable
from rag.records.values import Moment, is_empty, read_moment
from rag.text.terms import fold

_LITERAL = re.compile(
    r"\s*(?P<sign>[$€£¥])?\s?(?:(?P<date>(?:\d{1,2}\.?\s+)?[a-z]{3,9}\.?\s+(?:\d{1,2},\s*)?\d{4}"
    r"|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}:\d\d(?:\s?[ap]m)?)|(?P<number>-?\d(?:[\d.,]*\d)?))"
    rf"(?:\s?(?P<scale>{match_any(SCALES)})\b)?(?:\s?(?P<unit>[a-z%°€$£]+))?"
)


def link_comparisons(links: Links, table: RecordTable) -> bool:
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
                else literal.end("scale" if literal["scale"] else "number")
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
    limit *= Decimal(10) ** SCALES.get(literal["scale"] or "", 0)
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


def link_truths(links: Links, table: RecordTable, question: str, *, compares: bool) -> None:
    """Take a named column of yes and no for a condition, where rows are chosen.

    :param compares: whether the most or the least of the rows is asked for.
    """
    if not (compares or CHOOSES.match(question.lower()) or COUNT.search(question.lower())):
        return
    for place, words in links.columns.items():
        truths = table.columns[place].truths
        if truths is not None:
            rows = frozenset(n for n, true in enumerate(truths) if true)
            links.conditions.append(Condition(place, rows, words, "yes"))


def negate(links: Links, table: RecordTable) -> bool:
    """Turn round the condition after a ``not``; False where there is no such condition."""
    matches = NEGATION.finditer(links.question.lower())
    found = [match for match in matches if not links.covers(match.start())]
    if not found:
        return True
    if len(found) > 1:
        return False
    links.use(*found[0].span())
    at = found[0].end()
    after = [c for c in links.conditions if links.spans[min(c.words)][0] >= at]
    if not after:
        return False
    turned = min(after, key=lambda each: min(each.words))
    cells = table.columns[turned.column].cells
    filled = frozenset(n for n, cell in enumerate(cells) if not is_empty(cell))
    links.conditions.remove(turned)
    links.conditions.append(Condition(turned.column, filled - turned.rows, turned.words, "not"))
    return True
