"""Parts of a document that stand beside its text, as its layout shows: notes, words of figures.

They are found when a document is read, stay in its text, and are stored with its chunks.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from rag.types import Aside, AsideKind

_LETTERS: dict[AsideKind, str] = {"note": "n", "figure": "f", "reference": "r", "footer": "p"}
_KINDS = {letter: kind for kind, letter in _LETTERS.items()}


def merge_asides(*found: Iterable[Aside]) -> tuple[Aside, ...]:
    """All of them by their places; of two that overlap, the first."""
    merged: list[Aside] = []
    for each in sorted(aside for some in found for aside in some):
        if each.end > each.start and (not merged or merged[-1].end <= each.start):
            merged.append(each)
    return tuple(merged)


def clip_asides(asides: Sequence[Aside], start: int, end: int) -> tuple[Aside, ...]:
    """What of them is in ``text[start:end]``, counted from ``start``.

    :param asides: by their places, without overlap.
    """
    found = []
    first = bisect_right(asides, start, key=lambda aside: aside.end)
    for aside in asides[first:]:
        if aside.start >= end:
            break
        first_in, end_in = max(aside.start, start), min(aside.end, end)
        found.append(Aside(first_in - start, end_in - start, aside.kind))
    return tuple(found)


def encode_asides(asides: Iterable[Aside]) -> str:
    """Write them as a short text: ``n0-12 r40-90``."""
    return " ".join(f"{_LETTERS[each.kind]}{each.start}-{each.end}" for each in asides)


def decode_asides(written: str) -> tuple[Aside, ...]:
    """Read what :func:`encode_asides` wrote; what is something else is left out."""
    found = []
    for part in written.split():
        start, _, end = part[1:].partition("-")
        if part[0] in _KINDS and start.isdecimal() and end.isdecimal():
            found.append(Aside(int(start), int(end), _KINDS[part[0]]))
    return tuple(found)
