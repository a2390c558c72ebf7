"""The features of a comparison from which the probability of support is computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rag.support.comparison import Comparison


@dataclass(frozen=True, slots=True)
class Feature:
    """A number that says something about support.

    :param sign: 1 when a higher value speaks for support, -1 when it speaks against it.
    """

    name: str
    sign: int
    compute: Callable[[Comparison], float]


FEATURES = (
    Feature("coverage", 1, lambda seen: seen.coverage),
    Feature("numbers missing", -1, lambda seen: seen.numbers_missing),
    Feature("names missing", -1, lambda seen: seen.names_missing),
)
"""All of them; the product computes, and training fits, what stands here."""
