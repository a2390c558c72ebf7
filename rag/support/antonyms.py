"""Which search terms say the opposite of each other: by the table of antonyms, or by a prefix."""

from collections.abc import Mapping
from functools import lru_cache

from rag.english.antonyms import load_antonyms
from rag.text.terms import terms

_ROOT = 5
"""Letters; what is left of a shorter word is too often a word of its own (``in-form``)."""


def are_antonyms(first: str, second: str) -> bool:
    """Whether two search terms say the opposite of each other."""
    if are_alike(first, second):
        return False
    sides = _load_sides()
    return any(
        (row, -side) in sides.get(second, ()) for row, side in sides.get(first, ())
    ) or _differ_by_prefix(first, second)


def are_alike(first: str, second: str) -> bool:
    """Whether two terms are the same or stand on one side of a row."""
    sides = _load_sides()
    return first == second or not sides.get(first, frozenset()).isdisjoint(sides.get(second, ()))


@lru_cache(maxsize=1 << 12)
def list_alike(term: str) -> frozenset[str]:
    """List the other terms of the table that stand on one side with a term."""
    return frozenset(other for other in _load_sides() if other != term and are_alike(term, other))


@lru_cache(maxsize=1 << 12)
def list_antonyms(term: str) -> frozenset[str]:
    """List the terms of the table that say the opposite of a term."""
    return frozenset(other for other in _load_sides() if are_antonyms(term, other))


@lru_cache(maxsize=1 << 14)
def _differ_by_prefix(first: str, second: str) -> bool:
    """Whether a prefix makes one of two terms the opposite of the other."""
    table = load_antonyms()
    short, long = sorted((first, second), key=len)
    if len(short) >= _ROOT and any(long == f"{p}{short}" for p in table.negating_prefixes):
        return True
    return any(
        {first, second} == {f"{one}{rest}", f"{other}{rest}"}
        for one, other in table.prefix_pairs
        for rest in (long.removeprefix(one), long.removeprefix(other))
        if _ROOT - 1 <= len(rest) < len(long)
    )


@lru_cache(maxsize=1)
def _load_sides() -> Mapping[str, frozenset[tuple[int, int]]]:
    """Load the rows on which each term stands, and on which side of them: 1 or −1."""
    found: dict[str, set[tuple[int, int]]] = {}
    for number, row in enumerate(load_antonyms().rows):
        for side, words in zip((1, -1), row, strict=True):
            for term in terms(" ".join(words)):
                found.setdefault(term, set()).add((number, side))
    return {term: frozenset(places) for term, places in found.items()}
