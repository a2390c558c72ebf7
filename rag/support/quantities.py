"""Reads numbers as values, however they are written: ``12 percent``, ``12–15 %``, ``two million``.

Two quantities agree when they have the same value: units of one dimension are converted (``12
months`` is one year), thousands separators and magnitudes are applied, and a number in a range or a
list takes the unit that follows it. A digit inside a code (``CD34``, ``IL-6``) belongs to a name
and is not read.
"""

from __future__ import annotations

import math
import re
import string
from collections.abc import Iterable
from dataclasses import dataclass, replace

from rag.english.number_words import load_number_words
from rag.english.units import Unit, find_unit

_WORDS = load_number_words()
_DIGITS_IN_WORDS = [w for w, n in _WORDS.cardinals.items() if 0 < n < 10 and w not in ("a", "an")]
_TENS = [word for word, number in _WORDS.cardinals.items() if number >= 20]
_FRACTIONS = {**_WORDS.fractions, **_WORDS.fraction_plurals}


def _any(words: Iterable[str]) -> str:
    """A pattern for any of some words, the longest first; a space in one is any white space."""
    longest_first = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word).replace("\\ ", r"\s") for word in longest_first)


_COUNT = rf"(?:{_any(_WORDS.cardinals)})"
_SPELLED = rf"{_COUNT}(?:[-\s](?:{_any(_DIGITS_IN_WORDS)})\b)?"
_NUMBER = re.compile(
    rf"""(?:(?P<money>us\$|[$€£¥₹])\s?)?(?P<sign>(?<![\w)\]])[-−])?
    (?P<digits>\d{{1,3}}(?:[,\u00a0\u2009\u202f'’]\d{{3}})+(?!\d)(?:\.\d+)?
        |\d+,\d{{1,2}}(?![\d,])|\d+(?:\.\d+)?|\.\d+)
    (?:(?P<ordinal>st|nd|rd|th)\b|(?P<decade>s)\b)?
    |\b(?P<part>(?:{_COUNT}[-\s])?(?:half|halves)\b
        |{_COUNT}[-\s](?:{_any(_WORDS.fraction_plurals)})\b
        |(?:one|an?)[-\s](?:{_any(_WORDS.fractions)})(?=\sof\b)
        |(?:{_any(_WORDS.whole_fractions)})\b)
    |\b(?P<multiple>{_any(_WORDS.multiples)})\b
    |\b(?P<nth>(?:(?:{_any(_TENS)})[-\s])?(?:{_any(_WORDS.ordinals)}))\b
    |\b(?P<article>an?)(?=\s(?:{_any(_WORDS.magnitudes)})\b)
    |\b(?!an?\b)(?P<words>{_SPELLED})(?!\w)""",
    re.VERBOSE,
)
_MAGNITUDE = re.compile(
    rf"[\s\u00a0-]{{0,2}}(?P<word>{_any(_WORDS.magnitudes)})\b"
    rf"(?:\s(?:and\s)?(?!an?\b)(?P<rest>{_SPELLED})\b)?"
)
_SHORT_MAGNITUDE = re.compile(rf"\s?({_any(_WORDS.short_magnitudes)})\b")
_THOUSANDS = re.compile(r"(k)\b")
_REFERENCE = re.compile(r"\[\d[\d,;\s–-]{0,30}\]")
_CODE = re.compile(r"(?:[^\W\d]_?[-‐/]?|[^\W_]\.)\Z")
"""What stands before a digit that belongs to a code: ``CD34``, ``IL-6``."""
_PREFIXED = re.compile(rf"\b(?:{_any(_WORDS.number_prefixes)})[-‐]\Z")
_JOINT = re.compile(rf"\s*(?:,|,?\s*(?:{_any(_WORDS.conjunctions)})|{_any(_WORDS.joints)})\s*")
_DASH = re.compile(r"\s?[-–—‐]\s?")
_HEDGE = re.compile(
    rf"(?:\b(?:{_any(_WORDS.hedges)})|{_any(_WORDS.hedge_signs)})\s*(?:us)?[$€£¥₹]?\s*\Z"
)
_COUNTED = re.compile(rf"\b({_any(_WORDS.counted)})s?\s\Z")
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


def find_quantities(text: str) -> list[Quantity]:
    """Find the quantities of a text, in order; reference marks such as ``[12]`` are left out."""
    text = _REFERENCE.sub(lambda mark: " " * len(mark.group()), text)
    lower = text.translate(_LOWER)
    found: list[Quantity] = []
    place = 0
    while match := _NUMBER.search(lower, place):
        place = match.end()
        before = lower[max(0, match.start() - 6) : match.start()]
        if match["digits"] and _CODE.search(before) and not _PREFIXED.search(before):
            continue
        quantity = _read_quantity(text, lower, match)
        if quantity:
            found.append(quantity)
            place = max(place, quantity.end)
    return _share_units(text, found)


def _read_quantity(text: str, lower: str, match: re.Match[str]) -> Quantity | None:
    """Read the quantity that starts with a matched number; None for what is no number (3D)."""
    start, end = match.span()
    value, digits = _read_value(match)
    dimension = "fold" if match["multiple"] else "%" if match["part"] else ""
    unit = Unit(dimension, "decade" if match["decade"] else dimension, 1.0)
    if not any(match[kind] for kind in ("part", "multiple", "nth", "ordinal", "decade")):
        value, end = _apply_magnitudes(lower, value, end, money=bool(match["money"]))
        unit, end = _read_unit(text, lower, start, end, match)
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
        lenient=lower[start:end] in _WORDS.idioms,
    )


def _read_value(match: re.Match[str]) -> tuple[float, int]:
    """Read the matched number, and count its significant digits."""
    if match["digits"]:
        plain = match["digits"]
        decimal_comma = re.fullmatch(r"\d+,\d{1,2}", plain)
        plain = re.sub(r"[,\u00a0\u2009\u202f'’]", "." if decimal_comma else "", plain)
        value = float(plain) * (-1 if match["sign"] else 1)
        return value, len(plain.replace(".", "").strip("0")) or 1
    if match["part"]:
        *count, part = re.split(r"[-\s]", match["part"])
        of = _FRACTIONS[part]
        return 100 * (_WORDS.cardinals[count[0]] if count else 1) / of, 2
    if match["multiple"]:
        return float(_WORDS.multiples[match["multiple"]]), 1
    if match["nth"]:
        *tens, last = re.split(r"[-\s]", match["nth"])
        return float(sum(_WORDS.cardinals[word] for word in tens) + _WORDS.ordinals[last]), 2
    return _add_cardinals(match["words"] or match["article"]), 1


def _add_cardinals(words: str) -> float:
    """Add up cardinals that stand side by side: ``twenty-one``."""
    return float(sum(_WORDS.cardinals[word] for word in re.split(r"[-\s]", words)))


def _apply_magnitudes(lower: str, value: float, end: int, *, money: bool) -> tuple[float, int]:
    """Multiply a value with the magnitudes that follow it (``3.5 million``, ``$5M``).

    :return: the product and where the magnitudes end.
    """
    while magnitude := _MAGNITUDE.match(lower, end):
        value *= _WORDS.magnitudes[magnitude["word"]]
        end = magnitude.end()
        if magnitude["rest"]:
            value += _add_cardinals(magnitude["rest"])
    short = _SHORT_MAGNITUDE.match(lower, end) if money else _THOUSANDS.match(lower, end)
    if short:
        value, end = value * _WORDS.short_magnitudes[short[1]], short.end()
    return value, end


def _read_unit(
    text: str, lower: str, start: int, end: int, match: re.Match[str]
) -> tuple[Unit, int]:
    """Read the unit after a number, before it (``day 90``), or its currency.

    :return: the unit and where number and unit end.
    """
    after = find_unit(text, end)
    if after:
        return after
    before = _COUNTED.search(lower[max(0, start - 9) : start])
    counted = find_unit(f" {before[1]}s", 0) if before else None
    if counted:
        return counted[0], end
    money = _WORDS.currencies.get(match["money"] or "", "")
    return Unit(money, money, 1.0), end


def _share_units(text: str, found: list[Quantity]) -> list[Quantity]:
    """Give the numbers of a range or a list the unit that stands after the last one."""
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
