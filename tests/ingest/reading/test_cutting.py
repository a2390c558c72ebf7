"""Texts are cut in the reading processes, under their limits; the tokenizer stays here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from ingest.reading.cutting import cut_text, pack_cut, unpack_cut
from ingest.reading.workers import Workers
from ingest.split import split
from rag.errors import DocumentError

TEXT = (
    "# Herons\n\nThey nest in tall trees. They eat fish.\n\n| a | b |\n|---|---|\n"
    + "| one | 2 |\n" * 200
    + "\n\n# References\n\n[1] Ada Bell. 2019. On herons.\n\n[2] Cy Dunn. 2020. Owls.\n\n"
)


def count_tokens(texts: Sequence[str]) -> list[int]:
    return [len(each.split()) + len(each) // 6 for each in texts]


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(1, silence=30) as one:
        yield one


def test_a_process_cuts_as_this_one_does(workers: Workers) -> None:
    there = workers.cut(TEXT, "Birds", count_tokens, 80, markdown=True)
    assert there == cut_text(TEXT, "Birds", count_tokens, 80, markdown=True)
    assert list(there.chunks) == split(TEXT, "Birds", count_tokens, 80)
    assert len(there.references) == 2


def test_many_texts_are_counted_in_several_messages(workers: Workers) -> None:
    calls: list[int] = []

    def count(texts: Sequence[str]) -> list[int]:
        calls.append(sum(map(len, texts)))
        return count_tokens(texts)

    text = "Herons nest in tall trees near the water. " * 20_000
    cut = workers.cut(text, "Birds", count, 80, markdown=False)
    assert "".join(chunk.text for chunk in cut.chunks) == text
    assert max(calls) < 600_000


@pytest.mark.fault(121)
def test_a_text_that_takes_too_long_to_cut_is_refused_and_the_next_one_is_cut() -> None:
    def wait(_: Sequence[str]) -> list[int]:
        return []  # not as many as were asked for, so that the process fails

    with Workers(1, silence=30) as workers:
        with pytest.raises(DocumentError, match="cannot be cut into passages"):
            workers.cut(TEXT, "Birds", wait, 80, markdown=True)
        assert workers.cut(TEXT, "Birds", count_tokens, 80, markdown=True).chunks


@pytest.mark.parametrize("chunks", [[[0, 3, ""]], [[1, 7, ""]], [[0, 3, ""], [4, 7, ""]], []])
def test_chunks_that_do_not_tile_the_text_are_refused(chunks: list[list[object]]) -> None:
    fields = pack_cut(cut_text("Tea is.", "", count_tokens, 80, markdown=False))
    with pytest.raises(DocumentError):
        unpack_cut(fields | {"chunks": chunks}, "Tea is.")
