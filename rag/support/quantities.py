"""Numbers as they are written, read as values: ``12 percent``, ``12–15 %``, ``two million``.

Two quantities agree when they mean the same value: units of one dimension are converted (``12
months`` is one year), thousands separators and magnitudes are worked out, and a number that stands
in a range or a list takes the unit that follows it. A digit inside a code (``CD34``, ``IL-6``) is
part of a name and is not read here.
"""

from __future__ import annotations

import math
import re
import string
from collections.abc import Mapping
from dataclasses import dataclass, replace

from rag.support.units import Unit, unit_at


def _numbered(words: str, start: int = 0, step: int = 1) -> dict[str, int]:
    return {word: start + step * place for place, word in enumerate(words.split())}


_DIGITS_IN_WORDS = _numbered("one two three four five six seven eight nine", start=1)
_TENS = _numbered("twenty thirty forty fifty sixty seventy eighty ninety", start=20, step=10)
_SMALL: Mapping[str, int] = (
    {"zero": 0, "a": 1, "an": 1}
    | _DIGITS_IN_WORDS
    | _numbered(
        """ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen""",
        start=10,
    )
    | _TENS
)
_LARGE = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
          "dozen": 12.0}  # fmt: skip
_SHORT_LARGE = {"k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "b": 1e9, "tn": 1e12}
_ORDINALS = _numbered(
    """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
    fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth""",
    start=1,
) | {"thirtieth": 30, "fortieth": 40, "fiftieth": 50, "hundredth": 100}
_PARTS = {"half": 2, "halve": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "tenth": 10}
_MULTIPLES = {"twice": 2, "thrice": 3, "twofold": 2, "threefold": 3, "fourfold": 4, "fivefold": 5,
              "tenfold": 10}  # fmt: skip
_MONEY = {"$": "$", "us$": "$", "€": "€", "£": "£", "¥": "¥", "₹": "₹"}


def _any(words: Mapping[str, object]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_COUNT = rf"(?:{_any(_SMALL)})"
_SPELLED = rf"{_COUNT}(?:[-\s](?:{_any(_DIGITS_IN_WORDS)})\b)?"
_NUMBER = re.compile(
    rf"""(?:(?P<money>us\$|[$€£¥₹])\s?)?(?P<sign>(?<![\w)\]])[-−])?
    (?P<digits>\d{{1,3}}(?:[,\u00a0\u2009\u202f'’]\d{{3}})+(?!\d)(?:\.\d+)?
        |\d+,\d{{1,2}}(?![\d,])|\d+(?:\.\d+)?|\.\d+)
    (?:(?P<ordinal>st|nd|rd|th)\b|(?P<decade>s)\b)?
    |\b(?P<part>(?:{_COUNT}[-\s])?(?:half|halves)\b
        |{_COUNT}[-\s](?:thirds|quarters|fourths|fifths|tenths)\b
        |(?:one|an?)[-\s](?:third|quarter|fourth|fifth|tenth)(?=\sof\b)
        |one-(?:third|quarter|fifth)\b)
    |\b(?P<multiple>{_any(_MULTIPLES)})\b
    |\b(?P<nth>(?:(?:{_any(_TENS)})[-\s])?(?:{_any(_ORDINALS)}))\b
    |\b(?P<article>an?)(?=\s(?:{_any(_LARGE)})\b)
    |\b(?!an?\b)(?P<words>{_SPELLED})(?!\w)""",
    re.VERBOSE,
)
_MAGNITUDE = re.compile(
    rf"[\s\u00a0-]{{0,2}}(?P<word>{_any(_LARGE)})\b(?:\s(?:and\s)?(?!an?\b)(?P<rest>{_SPELLED})\b)?"
)
_SHORT_MAGNITUDE = re.compile(rf"\s?({_any(_SHORT_LARGE)})\b")
_THOUSANDS = re.compile(r"(k)\b")
_REFERENCE = re.compile(r"\[\d[\d,;\s–-]{0,30}\]")
_CODE = re.compile(r"(?:[^\W\d]_?[-‐/]?|[^\W_]\.)\Z")
_PREFIXED = re.compile(r"\b(?:mid|pre|post|under|over|late|early)[-‐]\Z")
"""What stands before a digit that belongs to a code (``CD34``, ``IL-6``), and what does not."""
_JOINT = re.compile(r"\s*(?:[-–—‐/±]|to|through|and|or|,|,\s*and|,\s*or|versus|vs\.?)\s*")
_DASH = re.compile(r"\s?[-–—‐]\s?")
_HEDGE = re.compile(
    r"""(?:\b(?:about|around|approximately|approx\.?|roughly|nearly|almost|some|circa|ca?\.|over
    |under|(?:more|less|fewer|greater)\sthan|at\sleast|at\smost|up\sto|close\sto
    |just\s(?:over|under))|[~≈∼>≥<≤])\s*(?:us)?[$€£¥₹]?\s*\Z""",
    re.VERBOSE,
)
_COUNTED = re.compile(r"\b(day|week|month|year)s?\s\Z")
"""What stands before a number as its unit: ``at day 90``."""
_LENIENT = frozenset({"one", "first", "second", "half", "a half", "one half"})
"""Words that count, but are written as often for other reasons (``one of``, ``at first``)."""
_ROUNDED = 0.7
"""Percentage points by which a share in words may differ from one in figures (``a third``)."""
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
"""Keeps every character in its place, which ``str.lower`` does not."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text, ``text[start:end]`` with its unit.

    :param value: in ``unit``.
    :param unit: its name; empty without one.
    :param dimension: what the unit measures; empty without one.
    :param factor: of the unit in its dimension's base unit.
    :param digits: significant digits written.
    :param hedged: whether a word like ``about`` or ``more than`` stands before it.
    :param lenient: whether it may be a turn of phrase (``one of``).
    """

    value: float
    unit: str
    dimension: str
    factor: float
    text: str
    start: int
    end: int
    digits: int = 0
    hedged: bool = False
    lenient: bool = False

    def means(self, other: Quantity) -> bool:
        """Whether both are the same amount, or this one is the other one rounded and hedged."""
        return self.dimension == other.dimension and self._agrees(
            other.value * other.factor / self.factor, other
        )

    def counts_as(self, other: Quantity) -> bool:
        """Whether both have the same number, whatever their units."""
        return self._agrees(other.value, other)

    def _agrees(self, theirs: float, other: Quantity) -> bool:
        if math.isclose(self.value, theirs, rel_tol=1e-6, abs_tol=1e-12):
            return True
        in_words = self.text[:1].isalpha() or other.text[:1].isalpha()
        if self.dimension == "%" and in_words and "." not in self.text + other.text:
            return abs(self.value - theirs) < _ROUNDED
        hedged = (self.hedged or other.hedged) and self.digits < other.digits
        if not hedged or not self.value or not math.isfinite(self.value):
            return False
        place = 10.0 ** (math.floor(math.log10(abs(self.value))) - self.digits + 1)
        return abs(self.value - theirs) < place


def quantities(text: str) -> list[Quantity]:
    """The quantities of a text, in order; reference marks such as ``[12]`` are passed over."""
    text = _REFERENCE.sub(lambda mark: " " * len(mark.group()), text)
    lower = text.translate(_LOWER)
    found: list[Quantity] = []
    place = 0
    while match := _NUMBER.search(lower, place):
        place = match.end()
        before = lower[max(0, match.start() - 6) : match.start()]
        if match["digits"] and _CODE.search(before) and not _PREFIXED.search(before):
            continue
        quantity = _read(text, lower, match)
        if quantity:
            found.append(quantity)
            place = max(place, quantity.end)
    return _in_ranges(text, found)


def _read(text: str, lower: str, match: re.Match[str]) -> Quantity | None:
    """The quantity that starts with a matched number; None for what only looks like one (3D)."""
    start, end = match.span()
    value, digits = _value(match)
    dimension = "fold" if match["multiple"] else "%" if match["part"] else ""
    unit = Unit(dimension, "decade" if match["decade"] else dimension, 1.0)
    if not any(match[kind] for kind in ("part", "multiple", "nth", "ordinal", "decade")):
        value, end = _magnified(lower, value, end, money=bool(match["money"]))
        unit, end = _measured(text, lower, start, end, match)
        follows = text[end : end + 1]
        if match["digits"] and not unit.name and (follows.isalpha() or follows == "_"):
            return None
    return Quantity(
        value=value,
        unit=unit.name,
        dimension=unit.dimension,
        factor=unit.factor,
        text=text[start:end],
        start=start,
        end=end,
        digits=digits,
        hedged=_HEDGE.search(lower[max(0, start - 16) : start]) is not None,
        lenient=lower[start:end] in _LENIENT,
    )


def _value(match: re.Match[str]) -> tuple[float, int]:
    """The number matched, and how many significant digits it has."""
    if match["digits"]:
        plain = match["digits"]
        decimal_comma = re.fullmatch(r"\d+,\d{1,2}", plain)
        plain = re.sub(r"[,\u00a0\u2009\u202f'’]", "." if decimal_comma else "", plain)
        value = float(plain) * (-1 if match["sign"] else 1)
        return value, len(plain.replace(".", "").strip("0")) or 1
    if match["part"]:
        *count, part = re.split(r"[-\s]", match["part"])
        of = _PARTS[part.removesuffix("s")]
        return 100 * (_SMALL[count[0]] if count else 1) / of, 2
    if match["multiple"]:
        return float(_MULTIPLES[match["multiple"]]), 1
    if match["nth"]:
        *tens, last = re.split(r"[-\s]", match["nth"])
        return float(sum(_SMALL[word] for word in tens) + _ORDINALS[last]), 2
    return _sum(match["words"] or match["article"]), 1


def _sum(words: str) -> float:
    return float(sum(_SMALL[word] for word in re.split(r"[-\s]", words)))


def _magnified(lower: str, value: float, end: int, *, money: bool) -> tuple[float, int]:
    """The value times the magnitudes that follow (``3.5 million``, ``$5M``), and where they end."""
    while magnitude := _MAGNITUDE.match(lower, end):
        value *= _LARGE[magnitude["word"]]
        end = magnitude.end()
        if magnitude["rest"]:
            value += _sum(magnitude["rest"])
    short = _SHORT_MAGNITUDE.match(lower, end) if money else _THOUSANDS.match(lower, end)
    if short:
        value, end = value * _SHORT_LARGE[short[1]], short.end()
    return value, end


def _measured(
    text: str, lower: str, start: int, end: int, match: re.Match[str]
) -> tuple[Unit, int]:
    """The unit after a number, before it (``day 90``), or its currency; and where it ends."""
    after = unit_at(text, end)
    if after:
        return after
    before = _COUNTED.search(lower[max(0, start - 9) : start])
    counted = unit_at(f" {before[1]}s", 0) if before else None
    if counted:
        return counted[0], end
    money = _MONEY.get(match["money"] or "", "")
    return Unit(money, money, 1.0), end


def _in_ranges(text: str, found: list[Quantity]) -> list[Quantity]:
    """Numbers of a range or a list with the unit that stands after the last one."""
    for i in range(len(found) - 1, 0, -1):
        before, after = found[i - 1], found[i]
        between = text[before.end : after.start]
        year = before.text.isdigit() and 1000 <= before.value < 3000
        if year and _DASH.fullmatch(between) and re.fullmatch(r"\d\d", after.text):
            found[i] = replace(after, value=before.value // 100 * 100 + after.value)  # 2018–19
        elif not year and after.dimension and not before.dimension and _JOINT.fullmatch(between):
            found[i - 1] = replace(
                before, unit=after.unit, dimension=after.dimension, factor=after.factor
            )
    return found
