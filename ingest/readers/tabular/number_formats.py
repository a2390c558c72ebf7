"""Shows numbers as a spreadsheet's number formats show them: ``0.15`` as ``15%``.

The codes are those of ECMA-376, part 1, 18.8.31. What is not known here, such as fractions, is
shown as the plain number.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00",
    37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 48: "##0.0E+0",
}  # fmt: skip
"""Codes that files give by number only and that are alike in every language."""
_TOKEN = re.compile(
    r"""
    "(?P<quoted>[^"]*)" | \\(?P<escaped>.) | \[\$(?P<currency>[^\]-]*)[^\]]*\] | \[[^<>=\]][^\]]*\]
    | (?P<condition>\[[<>=][^\]]*\]) | _. | \*. | (?P<general>General) | (?P<digits>[0#?.,]+)
    | (?P<power>E[+-][0#?]+) | (?P<other>.)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_MOST_DECIMALS = 15
_MOST_DIGITS = 30
_EXACT = Context(prec=400)
"""Enough for every digit of a number of 64 bits."""


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How a number is shown.

    :param decimals: digits after the point at most; None for as many as there are.
    :param kept: how many of these are shown even if they are zeros at the end.
    :param digits: before the point at least, filled with zeros.
    :param scale: the power of ten that the number is multiplied by.
    :param before: what stands before it, such as the sign of a currency.
    """

    decimals: int | None = None
    kept: int = 0
    digits: int = 1
    thousands: bool = False
    scientific: bool = False
    scale: int = 0
    before: str = ""
    after: str = ""

    def show(self, number: float) -> str:
        """Write a number in this format."""
        value = abs(Decimal(show_number(number)).scaleb(self.scale, _EXACT))
        if self.decimals is None:
            shown = show_number(float(value))
        elif self.scientific:
            shown = f"{value:.{self.decimals}E}"
        else:
            step = Decimal(1).scaleb(-self.decimals)
            rounded = value.quantize(step, ROUND_HALF_UP, _EXACT)
            whole, _, rest = f"{rounded:{',' if self.thousands else ''}f}".partition(".")
            rest = rest[: self.kept] + rest[self.kept :].rstrip("0")
            shown = whole.zfill(self.digits) + (f".{rest}" if rest else "")
        sign = "-" if number < 0 and any(digit in "123456789" for digit in shown) else ""
        return f"{sign}{self.before}{shown}{self.after}"


def show_number(number: float) -> str:
    """Write a number with the digits that a spreadsheet keeps, at most 15."""
    return f"{number:.15g}"


def read_number_format(code: str) -> NumberFormat | None:
    """Read the code of a number format; None where the plain number is shown.

    Of several parts, the one for positive numbers counts.
    """
    literals: list[list[str]] = [[], []]
    digits, power, percent = "", False, 0
    for token in _TOKEN.finditer(_first_part(code)):
        if token["digits"] or token["general"]:
            if digits and token["digits"].strip(".,") != "":
                return None
            digits += token["digits"] or "G"
        elif token["power"]:
            power = True
        elif token["condition"] or (token["other"] and token["other"] in "/@ymdhsYMDHS"):
            return None
        else:
            percent += token["other"] == "%"
            literal = token["quoted"] or token["escaped"] or token["currency"] or token["other"]
            literals[bool(digits)].append(literal or "")
    before, after = ("".join(part) for part in literals)
    if not digits or (digits == "G" and not (before + after).strip()):
        return None
    if digits.startswith("G"):
        return NumberFormat(before=before.lstrip(), after=after.rstrip(), scale=2 * percent)
    whole, _, decimals = digits.partition(".")
    placed = whole.rstrip(",")
    return NumberFormat(
        decimals=min(sum(sign in "0#?" for sign in decimals), _MOST_DECIMALS),
        kept=decimals.count("0"),
        digits=min(max(placed.count("0"), 1), _MOST_DIGITS),
        thousands="," in placed,
        scientific=power,
        scale=2 * percent - 3 * (len(digits) - len(digits.rstrip(","))),
        before=before.lstrip(),
        after=after.rstrip(),
    )


def _first_part(code: str) -> str:
    """The part of a code before its first semicolon that stands outside of quotes."""
    quoted = False
    for place, sign in enumerate(code):
        if sign == '"':
            quoted = not quoted
        elif sign == ";" and not quoted and code[place - 1 : place] != "\\":
            return code[:place]
    return code
