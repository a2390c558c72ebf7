"""Units of measure as they are written, with what they measure and how much of it."""

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

_GAP = r"[\s\u00a0-]"
_PER = re.compile(r"\s?(?:/|per\s|an?\s(?=day|week|month|year|hour|minute|second))\s?")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure.

    :param dimension: what it measures; two units of one dimension can be converted.
    :param factor: how many of the dimension's base unit it is.
    """

    name: str
    dimension: str
    factor: float


def find_unit(text: str, start: int) -> tuple[Unit, int] | None:
    """Find the unit that is written at ``start``, after a space or a hyphen, with what it is per.

    :return: the unit and where it ends.
    """
    pattern, table = _load_units()
    match = pattern.match(text, start)
    if not match:
        return None
    unit, end = table[str(match.lastgroup)], match.end()
    per = _PER.match(text, end)
    below = pattern.match(text, per.end()) if per and unit.dimension != "%" else None
    if not below:
        return unit, end
    other = table[str(below.lastgroup)]
    compound = Unit(
        f"{unit.name}/{other.name}",
        f"{unit.dimension}/{other.dimension}",
        unit.factor / other.factor,
    )
    return compound, below.end()


@lru_cache(maxsize=1)
def _load_units() -> tuple[re.Pattern[str], dict[str, Unit]]:
    """Load one pattern with a group for each row of the table, and what each group means."""
    text = resources.files("rag.english").joinpath("units.txt").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if not line.startswith("#")]
    table: dict[str, Unit] = {}
    groups: list[tuple[int, str]] = []
    for row, line in enumerate(rows):
        what, _, written = line.partition(" = ")
        dimension, factor, name = what.split(" ")
        table[f"u{row}"] = Unit(name, dimension, float(factor))
        spellings = sorted(re.split(r"(?<!\\) ", written), key=len, reverse=True)
        pattern = "|".join(spelling.replace("\\ ", _GAP) for spelling in spellings)
        groups.append((len(spellings[0]), f"(?P<u{row}>{pattern})"))
    longest_first = "|".join(group for _, group in sorted(groups, key=lambda g: -g[0]))
    return re.compile(rf"{_GAP}{{0,2}}(?:{longest_first})(?![\w²³])"), table
