"""Reads the cells of a column as numbers or dates, all in one way or not at all."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from rag.english.words import load_words
from rag.text.terms import fold

Moment = tuple[int, ...]
"""Year, month, day, hour, minute, as far as they are given; hour and minute for a time of day."""

_EMPTY = frozenset(("", "-", "–", "—", "n/a", "na", "n.a.", "?", "none", "null", "unknown"))
_NUMBER = re.compile(
    r"(?P<open>\()?\s?(?P<sign>[-+−–]?)\s?(?P<before>[^\W\d_]{3}\s|[$€£¥])?\s?(?P<inner>[-−–]?)"
    r"(?P<digits>\d[\d.,'’\u00a0\u202f]*(?:\s\d{3}(?!\d))*(?:[.,]\d+)?)"
    r"\s?(?P<after>[^\d\s()]{0,8})(?P<close>\))?"
)
_GROUP = 3
"""Digits between the signs of thousands."""
_SHORT, _LAST_CENTURY = 2, "69"
"""Digits of a short year, and the first one that is of the last century, as in POSIX."""
_SEPARATORS = re.compile(r"['’\u00a0\u202f\s]")
_MONTHS = {
    name: number % 12 + 1
    for number, name in enumerate(
        "january february march april may june july august september october november december "
        "jan feb mar apr may jun jul aug sep oct nov dec".split()
    )
}
_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::\d\d)?(?:\s?(?P<half>[ap])m)?"
_DATES = tuple(
    re.compile(form + rf"(?:[t\s,]+{_TIME})?" if form else _TIME)
    for form in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
        r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})",
        r"(?P<one>\d{1,2})/(?P<two>\d{1,2})/(?P<year>\d{4})",
        r"(?P<day>\d{1,2})\.?[\s-](?P<name>[a-z]{3,9})\.?[\s-](?P<year>\d{4}|\d\d)",
        r"(?P<name>[a-z]{3,9})\.?\s(?P<day>\d{1,2}),?\s(?P<year>\d{4})",
        r"(?P<name>[a-z]{3,9})\.?\s(?P<year>\d{4})",
        r"(?P<year>(?:1[5-9]|20)\d\d)",
        "",
    )
)
assert {fold(name) for name in load_words("months", "English")} <= set(_MONTHS)


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of numbers.

    :param values: None for an empty cell.
    :param decimals: the most digits after the point.
    :param point: the sign before them.
    :param before: what stands before each number, such as ``$``.
    """

    values: tuple[Decimal | None, ...]
    decimals: int
    point: str
    grouped: bool
    before: str
    after: str

    def read(self, text: str) -> Decimal | None:
        """Read a number as the column writes its own; None where that leaves a doubt."""
        digits = text.removeprefix("-")
        other = "," if self.point == "." else "."
        doubtful = _is_doubtful(digits) and self.point in digits and self.decimals < _GROUP
        if doubtful or digits.count(self.point) > 1 or not _is_grouped(digits, other, self.point):
            return None
        number = Decimal(digits.replace(other, "").replace(self.point, "."))
        return -number if text.startswith("-") else number

    def show(self, number: Decimal, decimals: int | None = None) -> str:
        """Write a number as the column writes its own."""
        places = self.decimals if decimals is None else decimals
        rounded = abs(round(number, places))
        shown = f"{rounded:,.{places}f}" if self.grouped else f"{rounded:.{places}f}"
        if self.point == ",":
            shown = shown.translate(str.maketrans(",.", ".,"))
        sign = "-" if number < 0 and rounded else ""
        apart = " " if self.after[:1].isalpha() else ""
        return f"{sign}{self.before}{shown}{apart}{self.after}"


def is_empty(cell: str) -> bool:
    """Tell whether a cell holds nothing, or a sign for nothing."""
    return fold(cell.strip()) in _EMPTY


def read_numbers(cells: Sequence[str], beside: Iterable[str] = ()) -> Numbers | None:
    """Read a column's cells; None where one is no number or cannot be read in one way only.

    :param beside: cells of the other columns, which show how the table writes decimals.
    """
    found = [None if is_empty(cell) else _NUMBER.fullmatch(cell.strip()) for cell in cells]
    if any(not one and not is_empty(cell) for one, cell in zip(found, cells, strict=True)):
        return None
    given = [one for one in found if one]
    units = {((one["before"] or "").strip(), one["after"]) for one in given}
    if (
        not given
        or len(units) != 1
        or any(bool(one["open"]) != bool(one["close"]) for one in given)
    ):
        return None
    digits = [_SEPARATORS.sub("", one["digits"]) for one in given]
    point = _find_point(digits) or _find_point(_digits(beside))
    doubtful = [each for each in digits if _is_doubtful(each)]
    if point is None:
        point = "." if all("," in each for each in doubtful) else ""
    if not point:
        return None
    other = "," if point == "." else "."
    plain = [each.replace(other, "") for each in digits]
    wrong = any(each.count(point) > 1 for each in plain)
    if wrong or any(not _is_grouped(each, other, point) for each in digits):
        return None
    read = iter(
        Decimal(text.replace(point, ".").rstrip("."))
        * (-1 if one["open"] or one["sign"] in tuple("-−–") or one["inner"] else 1)
        for text, one in zip(plain, given, strict=True)
    )
    values = tuple(next(read) if one else None for one in found)
    decimals = max(len(each.partition(point)[2]) for each in plain)
    (before, after) = units.pop()
    before = f"{before} " if before.isalpha() else before
    grouped = any(other in each for each in digits)
    return Numbers(values, decimals, point, grouped, before, after)


def _digits(cells: Iterable[str]) -> list[str]:
    matches = (_NUMBER.fullmatch(cell.strip()) for cell in cells if not read_moment(cell))
    return [_SEPARATORS.sub("", one["digits"]) for one in matches if one]


def _is_doubtful(digits: str) -> bool:
    """Tell whether it is unclear if ``1,200`` has a decimal point."""
    return re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", digits) is not None


def _is_grouped(digits: str, sign: str, point: str) -> bool:
    """Tell whether the thousands of a number, if any, have three digits."""
    first, *groups = digits.partition(point)[0].split(sign)
    return (not groups or len(first) <= _GROUP) and all(len(group) == _GROUP for group in groups)


def _find_point(numbers: Iterable[str]) -> str | None:
    """Find the sign before decimals; None where no number shows it, "" where two disagree."""
    signs = set()
    for digits in numbers:
        used = [sign for sign in digits if sign in ".,"]
        if len(set(used)) == 2:
            signs.add(used[-1])
        elif len(used) > 1:
            signs.add("," if used[0] == "." else ".")
        elif used and not _is_doubtful(digits):
            signs.add(used[0])
    return None if not signs else signs.pop() if len(signs) == 1 else ""


def read_moments(cells: Sequence[str]) -> tuple[Moment | None, ...] | None:
    """Read a column's cells as dates or times of day; None where one is none or has two readings.

    All are given to the day, or to the month, and so on.
    """
    given = [cell for cell in cells if not is_empty(cell)]
    for day_first in (True, False):
        read = [read_moment(cell, day_first=day_first) for cell in given]
        other = [read_moment(cell, day_first=not day_first) for cell in given]
        if not given or None in read:
            continue
        if None not in other and read != other:
            return None
        if len({_precision(moment) for moment in read if moment}) == 1:
            found = iter(read)
            return tuple(None if is_empty(cell) else next(found) for cell in cells)
    return None


Precision = tuple[Literal["time", "date"], int]


def _precision(moment: Moment) -> Precision:
    return ("time", 2) if moment[0] < 100 else ("date", len(moment))


def read_moment(text: str, *, day_first: bool = True) -> Moment | None:
    """Read a date or a time of day; None where it is none."""
    folded = fold(text.strip())
    for form in _DATES:
        match = form.fullmatch(folded)
        if match:
            return _to_moment(match, day_first=day_first)
    return None


def _to_moment(match: re.Match[str], *, day_first: bool) -> Moment | None:
    parts = match.groupdict()
    if parts.get("one"):
        names = ("day", "month") if day_first else ("month", "day")
        parts |= dict(zip(names, (parts["one"], parts["two"]), strict=True))
    if parts.get("name"):
        number = _MONTHS.get(parts["name"]) or _MONTHS.get(parts["name"][:3])
        if number is None:
            return None
        parts["month"] = str(number)
    if len(parts.get("year") or "") == _SHORT:
        parts["year"] = f"{'19' if parts['year'] >= _LAST_CENTURY else '20'}{parts['year']}"
    day = [int(parts[name]) for name in ("year", "month", "day") if parts.get(name)]
    clock = [int(parts[name]) for name in ("hour", "minute") if parts.get(name)]
    if parts.get("half"):
        clock[0] = clock[0] % 12 + (12 if parts["half"] == "p" else 0)
    limits = [(1000, 2999), (1, 12), (1, 31)][: len(day)] + [(0, 24), (0, 59)][: len(clock)]
    moment = (*day, *clock)
    right = all(low <= one <= high for one, (low, high) in zip(moment, limits, strict=True))
    return moment if right and moment else None
