"""Words of English for numbers, and those that stand beside a number."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class NumberWords:
    """The words by kind, in lower case.

    :param cardinals: up to ``ninety``; ``a`` and ``an`` are 1.
    :param ordinals: ``third``; beyond ``twentieth`` the round ones.
    :param fractions: in how many parts a ``third`` divides.
    :param fraction_plurals: the same for ``thirds``.
    :param whole_fractions: fractions that count without an ``of`` behind them.
    :param multiples: ``twice``, ``threefold``.
    :param magnitudes: what a number before them is multiplied with.
    :param short_magnitudes: the same after a sum of money (``$5m``).
    :param currencies: the sign before a sum of money, and the unit's name.
    :param hedges: what stands before a number that is not exact.
    :param hedge_signs: the same as a sign, which stands close to what is before it (``p<``).
    :param conjunctions: what joins the numbers of a list, also after a comma.
    :param joints: what else joins the numbers of a range.
    :param counted: units that stand before their number (``day 90``).
    :param number_prefixes: what a hyphen ties to a number (``mid-1990``) without making it a code.
    :param idioms: numbers that are written as often for other reasons (``one of``, ``at first``).
    """

    cardinals: Mapping[str, int]
    ordinals: Mapping[str, int]
    fractions: Mapping[str, int]
    fraction_plurals: Mapping[str, int]
    whole_fractions: tuple[str, ...]
    multiples: Mapping[str, int]
    magnitudes: Mapping[str, float]
    short_magnitudes: Mapping[str, float]
    currencies: Mapping[str, str]
    hedges: tuple[str, ...]
    hedge_signs: tuple[str, ...]
    conjunctions: tuple[str, ...]
    joints: tuple[str, ...]
    counted: tuple[str, ...]
    number_prefixes: tuple[str, ...]
    idioms: tuple[str, ...]


@lru_cache(maxsize=1)
def load_number_words() -> NumberWords:
    text = resources.files("rag.english").joinpath("number_words.json").read_text(encoding="utf-8")
    return NumberWords(**json.loads(text))
