"""Windows and batches: every token once, nothing longer than allowed."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st
from tokenizers import Tokenizer

from rag import Embedder
from rag.models.model_tokens import Tokens, balance_batches, make_batches, split_windows


@given(st.integers(0, 2000), st.integers(1, 300))
def test_windows_give_every_token_once_in_order(tokens: int, longest: int) -> None:
    given: list[int] = []
    for start, new in split_windows(tokens, longest):
        assert 0 <= start <= new
        end = min(tokens, start + longest)
        given.extend(range(new, end))
    assert given == list(range(tokens))


@given(st.integers(1, 2000), st.integers(1, 300))
def test_a_last_window_is_as_long_as_the_text_allows(tokens: int, longest: int) -> None:
    start, _ = split_windows(tokens, longest)[-1]
    assert tokens - start == min(tokens, longest)


@given(st.lists(st.integers(1, 400), max_size=60), st.integers(0, 1000))
def test_batches_hold_every_text_once_and_no_more_than_allowed(
    lengths: list[int], most: int
) -> None:
    found = make_batches(lengths, most)
    assert sorted(place for batch in found for place in batch) == list(range(len(lengths)))
    for batch in found:
        assert len(batch) == 1 or len(batch) * max(lengths[i] for i in batch) <= most
    longest = [max(lengths[i] for i in batch) for batch in found]
    assert longest == sorted(longest)


@given(st.lists(st.integers(1, 400), max_size=60), st.integers(1, 1000), st.integers(1, 8))
def test_balanced_batches_hold_every_text_once_the_largest_first(
    lengths: list[int], most: int, streams: int
) -> None:
    found = balance_batches(lengths, most, streams)
    assert sorted(place for batch in found for place in batch) == list(range(len(lengths)))
    for batch in found:
        assert len(batch) == 1 or len(batch) * max(lengths[i] for i in batch) <= most
    if sum(lengths) < most:
        sizes = [len(batch) * max(lengths[i] for i in batch) for batch in found]
        assert sizes == sorted(sizes, reverse=True)


def test_few_texts_keep_all_streams_working_and_are_not_padded_for_it() -> None:
    assert len(balance_batches([3] * 36, 512, 2)) == 2
    assert balance_batches([10] * 8 + [90], 512, 2) == [[8], list(range(8))]


@pytest.fixture(scope="module")
def tokens(embedder: Embedder) -> Tokens:
    assert embedder.folder is not None
    return Tokens(Tokenizer.from_file(str(embedder.folder / "tokenizer.json")))


def test_the_special_tokens_stand_around_a_text(tokens: Tokens) -> None:
    (ids,) = tokens.ids(["stem cells"], 100)
    assert tokens.special == 2
    assert tokens.add_special(ids) == [101, *ids, 102]


@given(texts=st.lists(st.text(max_size=40), max_size=5), longest=st.integers(0, 8))
def test_ids_counts_and_encodings_agree(tokens: Tokens, texts: list[str], longest: int) -> None:
    encodings = tokens.encodings(texts)
    assert tokens.count(texts) == [len(encoding.ids) for encoding in encodings]
    assert tokens.ids(texts, longest) == [encoding.ids[:longest] for encoding in encodings]
