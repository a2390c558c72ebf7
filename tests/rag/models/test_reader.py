"""Question and passage read together: what it says, the same however it is run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st

from rag import Embedder, Settings
from rag.errors import ModelError
from rag.models.conversions import Changes
from rag.models.reader import LONGEST_ANSWER, TEXT, Page, PageReading, Reader

QUESTION = "When was the old mill rebuilt?"
FIRST = "It stands by the river. "
SECOND = "After the flood the old mill was rebuilt in 1820."
ANSWERS = Page("The mill", FIRST + SECOND)
PAGES = [
    ANSWERS,
    Page("The mill", "In 1820 the bakery burnt down."),
    Page("", "Bees gather nectar, and " * 120),
    Page("A title that goes on " * 20, "It was rebuilt."),
    Page("", ""),
]


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def numbers(reading: PageReading) -> list[float]:
    """What is said of a page, as numbers."""
    return [*reading.logits.ravel(), reading.none, reading.answers]


def test_the_answer_and_its_sentence_are_found(reader: Reader) -> None:
    answers, other, *_ = reader(QUESTION, PAGES)
    score, start, end = answers.find_span()
    assert "1820" in ANSWERS.text[start:end]
    assert end - start < len(SECOND)
    assert score > 0 > other.find_span()[0]
    assert answers.answers > 0 > other.answers
    second = (len(FIRST), len(ANSWERS.text))
    assert answers.find_relevance(*second) > 0 > answers.find_relevance(0, len(FIRST))
    assert answers.find_span(*second)[1:] == (start, end)


def test_a_question_that_says_something_else_is_not_answered(reader: Reader) -> None:
    asked = ["Who painted the old mill?", "When was the new harbour rebuilt?"]
    (right,), *others = (reader(question, [ANSWERS]) for question in (QUESTION, *asked))
    assert all(other.answers < right.answers - 2 for (other,) in others)


def test_pages_do_not_see_one_another(reader: Reader) -> None:
    alone = [reader(QUESTION, [page])[0] for page in PAGES]
    for order in (PAGES, PAGES[::-1]):
        for page, found in zip(order, reader(QUESTION, order), strict=True):
            np.testing.assert_allclose(numbers(found), numbers(alone[PAGES.index(page)]), atol=0.5)


def test_pytorch_reads_as_openvino_does(reader: Reader) -> None:
    torch = Reader(Settings(embedding_backend="torch"))
    for ours, theirs in zip(reader(QUESTION, PAGES), torch(QUESTION, PAGES), strict=True):
        np.testing.assert_allclose(numbers(ours), numbers(theirs), atol=0.5)


def test_a_long_text_is_read_to_its_end(reader: Reader) -> None:
    text = "Bees gather nectar. " * (TEXT // 2) + SECOND
    (reading,) = reader(QUESTION, [Page("", text)])
    assert len(reading.offsets) > 2 * TEXT
    _, start, end = reading.find_span()
    assert text[start:end] == "1820"


def test_whatever_model_embeds_the_reader_is_the_bundled_one(reader: Reader) -> None:
    other = Reader(Settings(embedding_model="another/model", embedding_precision="int8"))
    (theirs,), (ours,) = other(QUESTION, [ANSWERS]), reader(QUESTION, [ANSWERS])
    np.testing.assert_array_equal(numbers(theirs), numbers(ours))


def test_what_has_no_words_answers_nothing(reader: Reader) -> None:
    assert reader(QUESTION, []) == []
    empty = reader(QUESTION, [Page("", "")])[0]
    assert empty.find_span() == (-20.0, 0, 0)
    assert empty.find_relevance() == -20.0


@pytest.mark.parametrize("backend", ["openvino", "torch"])
def test_a_change_to_a_matrix_that_is_not_there_is_told(backend: str, tmp_path: Path) -> None:
    (tmp_path / "changes.npz").write_bytes(b"read by load")
    added = {"encoder.layer.99.weight": np.zeros((2, 2), dtype=np.float32)}
    changes = Changes(tmp_path / "changes.npz", lambda: added)
    settings = Settings.model_validate({"embedding_backend": backend})
    with pytest.raises(ModelError, match=r"layer\.99"):
        Embedder(settings=settings, changes=changes).embed(["a"])


@given(st.lists(st.tuples(*[st.floats(-5, 5)] * 3), min_size=1, max_size=20), st.floats(-5, 5))
def test_the_best_span_is_the_best_of_all(
    rows: list[tuple[float, float, float]], none: float
) -> None:
    logits = np.array(rows, dtype=np.float32)
    offsets = np.array([(2 * i, 2 * i + 1) for i in range(len(rows))], dtype=np.int64)
    every = {
        (2 * i, 2 * j + 1): logits[i, 0] + logits[j, 1] - none
        for i in range(len(rows))
        for j in range(i, min(i + LONGEST_ANSWER, len(rows)))
    }
    score, *span = PageReading(offsets, logits, none, 0.0).find_span()
    assert score == pytest.approx(max(every.values()), abs=1e-4)
    assert every[span[0], span[1]] == pytest.approx(score, abs=1e-4)


@given(
    st.lists(st.tuples(*[st.floats(-5, 5)] * 3), min_size=1, max_size=20),
    st.sets(st.integers(0, 19), max_size=3),
)
def test_no_answer_goes_over_a_break(
    rows: list[tuple[float, float, float]], breaks: set[int]
) -> None:
    logits = np.array(rows, dtype=np.float32)
    offsets = np.array([(2 * i, 2 * i + 1) for i in range(len(rows))], dtype=np.int64)
    reading = PageReading(offsets, logits, 0.0, 0.0)
    _, start, end = reading.find_span(breaks=[2 * place for place in sorted(breaks)])
    assert not breaks.intersection(range(start // 2, (end + 1) // 2))
