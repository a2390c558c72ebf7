"""What a cell of a table holds, told by its text alone: a number, a date, or words."""

import re
from typing import Literal

Kind = Literal["", "number", "date", "text"]
"""Of a cell; "" when it is empty."""

_NUMBER = re.compile(r"\(?[^\w\s()]{0,4}\s?\d[\d.,'’\s]*(?:e[+-]?\d+)?\s?[^\w\s()]{0,4}\)?", re.I)
"""``-62,50``, ``€ 1.310,20``, ``15 %``, ``(1,200)``."""
_MONEY = re.compile(r"[A-Z]{3}\s(?P<after>.+)|(?P<before>.+)\s[A-Z]{3}")
"""A number with the code of a currency: ``EUR 12.00``."""
_TIME = r"\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?(?:\s?[ap]m)?(?:Z|[+-]\d\d:?\d\d)?"
_DAY = r"\d{1,4}([./-])\d{1,2}\1\d{1,4}|\d{1,2}[\s.-]{0,2}[^\W\d_]{3,9}\.?[\s-]\d{2,4}"
_DATE = re.compile(rf"(?:{_DAY})(?:[T\s,]+{_TIME})?|{_TIME}", re.I)
"""``14.03.2024``, ``2024-03-14 10:05``, ``3 May 2024``, ``10:05``."""
_LONGEST = 40
"""Characters; a longer cell is text."""
_YEARS = range(1900, 2101)


def kind_of(cell: str) -> Kind:
    """Tell what a cell holds."""
    if not cell or len(cell) > _LONGEST:
        return "text" if cell else ""
    if _DATE.fullmatch(cell):
        return "date"
    money = _MONEY.fullmatch(cell)
    amount = (money["after"] or money["before"]) if money else cell
    return "number" if _NUMBER.fullmatch(amount) else "text"


def is_year(cell: str) -> bool:
    """Tell whether a cell is a year, which may name a column."""
    return len(cell) == 4 and cell.isascii() and cell.isdecimal() and int(cell) in _YEARS
