"""Arranges passages for a chat model: neighbours joined, in the order of their documents."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rag.types import Aside, Passage

_LONGEST = 2_500
"""Characters of joined passages; a mark that stands for more says little."""


def arrange_passages(passages: Sequence[Passage]) -> list[Passage]:
    """Join passages that follow one another, and put those of a document in its order.

    :param passages: best first; a document comes where its best passage does.
    """
    of_document: dict[str, list[Passage]] = {}
    for passage in passages:
        of_document.setdefault(passage.document_id, []).append(passage)
    arranged: list[Passage] = []
    for own in of_document.values():
        arranged += _join_neighbours(sorted(own, key=lambda passage: passage.start))
    return arranged


def _join_neighbours(passages: Iterable[Passage]) -> list[Passage]:
    """Join those that begin where the one before ends, under the same heading, and are short."""
    joined: list[Passage] = []
    for passage in passages:
        last = joined[-1] if joined else None
        if (
            last is None
            or (last.end, last.heading) != (passage.start, passage.heading)
            or passage.end - last.start > _LONGEST
        ):
            joined.append(passage)
            continue
        moved = (
            Aside(len(last.text) + start, len(last.text) + end, kind)
            for start, end, kind in passage.asides
        )
        joined[-1] = replace(
            last,
            text=last.text + passage.text,
            end=passage.end,
            score=max(last.score, passage.score),
            asides=(*last.asides, *moved),
        )
    return joined
