"""Passages for a chat model: neighbours are joined, documents are in their order."""

from __future__ import annotations

from rag.chat.context import arrange_passages
from rag.types import Aside, Passage

TEXT = "One. Two. Three. Four. "


def passage(document: str, start: int, end: int, heading: str = "") -> Passage:
    return Passage(
        f"{document}:{start}", document, f"{document}.txt", document, heading, TEXT[start:end],
        start, end, None, 0.5, None, 1 - start / 100, (), (Aside(0, 3, "note"),),
    )  # fmt: skip


def test_neighbours_are_joined_and_a_document_comes_where_its_best_passage_does() -> None:
    given = [
        passage("b", 10, 17),
        passage("a", 0, 5),
        passage("b", 5, 10),
        passage("b", 17, 23, "x"),
    ]
    found = arrange_passages(given)
    assert [(each.document_id, each.start, each.end) for each in found] == [
        ("b", 5, 17), ("b", 17, 23), ("a", 0, 5),
    ]  # fmt: skip
    for each in found:
        assert TEXT[each.start : each.end] == each.text
        assert all(each.text[a:b] in ("One", "Two", "Thr", "Fou") for a, b, _ in each.asides)
    assert len(found[0].asides) == 2
