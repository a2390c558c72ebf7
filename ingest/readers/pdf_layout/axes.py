"""Finds the numbers along the axes of charts."""

import re
from collections.abc import Sequence
from itertools import pairwise

from ingest.readers.pdf_layout.lines import Line

_NUMBER = re.compile(r"[-+−–]?[$€£]?\d[\d,]*(?:\.\d+)?[%kKMB°]?")
_FEWEST = 4
"""Numbers of an axis."""
_FEWEST_COUNTED = 5
"""The same where they count 1, 2, 3 …, as the rows of a list do."""
_EVEN = 0.06
"""How far steps may differ from even ones, as a share."""


def find_axes(lines: Sequence[Line]) -> list[Line]:
    """Find numbers one below or beside the other whose steps grow with their distance.

    This is what makes the numbers of an axis: neither prices nor dates of a list have it.
    """
    found: list[Line] = []
    for upright in (True, False):
        chain: list[tuple[Line, float, float]] = []
        for line in lines:
            value = None if line.turned else _value(line.text)
            if value is None:
                found += _axis(chain)
                chain = []
                continue
            place = line.bottom if upright else line.left + line.right
            if chain and not _goes_on(chain, line, value, place, upright=upright):
                found += _axis(chain)
                chain = chain[-1:] if _is_aligned(chain[-1][0], line, upright=upright) else []
            chain.append((line, value, place))
        found += _axis(chain)
    return found


def is_scale(text: str) -> bool:
    """Tell whether a line holds nothing but numbers in even steps, as below a chart."""
    words = text.split()
    values = [value for value in map(_value, words) if value is not None]
    if len(values) < max(_FEWEST, len(words)):
        return False
    steps = [after - before for before, after in pairwise(values)]
    restarts = [step for step in steps if step * steps[0] <= 0]  # the next chart's axis
    first = steps[0]
    even = [abs(step - first) <= _EVEN * abs(first) for step in steps if step * first > 0]
    return first != 0 and all(even) and len(restarts) * (_FEWEST - 1) <= len(even)


def _value(text: str) -> float | None:
    """The number on a line that holds nothing else."""
    if not _NUMBER.fullmatch(text):
        return None
    number = float(re.sub(r"[^\d.]", "", text))
    return -number if text[0] in "-−–" else number


def _goes_on(
    chain: Sequence[tuple[Line, float, float]],
    line: Line,
    value: float,
    place: float,
    *,
    upright: bool,
) -> bool:
    last, last_value, last_place = chain[-1]
    if not _is_aligned(last, line, upright=upright):
        return False
    step, way = value - last_value, place - last_place
    if not step or abs(way) < 0.3 * line.height:
        return False
    if len(chain) == 1:
        return True
    _, value_before, place_before = chain[-2]
    before, way_before = last_value - value_before, last_place - place_before
    ahead, behind = step * way_before, before * way
    return ahead * behind > 0 and abs(ahead - behind) <= _EVEN * abs(behind)


def _is_aligned(last: Line, line: Line, *, upright: bool) -> bool:
    if not upright:
        return abs(last.bottom - line.bottom) < 0.2 * line.height
    middle = abs(last.left + last.right - line.left - line.right) / 2
    return min(abs(last.left - line.left), abs(last.right - line.right), middle) < 1.5


def _axis(chain: Sequence[tuple[Line, float, float]]) -> list[Line]:
    counted = len(chain) > 1 and abs(chain[1][1] - chain[0][1]) == 1
    fewest = _FEWEST_COUNTED if counted else _FEWEST
    return [line for line, *_ in chain] if len(chain) >= fewest else []
