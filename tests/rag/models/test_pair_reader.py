"""Question and sentence read together: what it says, the same however it is run."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from rag import Embedder, Settings
from rag.errors import ModelError
from rag.models.pair_reader import LONGEST_ANSWER, Pair, PairReader, _score_best_span

QUESTION = "When was the old mill rebuilt?"
ANSWERS = Pair("The mill", "", "After the flood the old mill was rebuilt in 1820.")
PAIRS = [
    ANSWERS,
    Pair("The mill", "It stands by the river.", "In 1820 the bakery burnt down."),
    Pair("", "", "Bees gather nectar, and " * 60),
    Pair("A title that goes on " * 10, "Before it. " * 60, "It was rebuilt."),
    Pair("", "", ""),
]


@pytest.fixture(scope="module")
def reader() -> PairReader:
    return PairReader()


def test_the_sentence_that_answers_is_told_from_those_that_do_not(reader: PairReader) -> None:
    span, relevance = reader(QUESTION, PAIRS).T
    assert int(span.argmax()) == int(relevance.argmax()) == 0
    assert span[0] > 0 > span[2]


def test_a_question_that_says_something_else_is_not_answered(reader: PairReader) -> None:
    asked = [QUESTION, "Who painted the old mill?", "When was the new harbour rebuilt?"]
    spans = [reader(question, [ANSWERS])[0, 0] for question in asked]
    assert spans[0] == max(spans)


def test_pairs_do_not_see_one_another(reader: PairReader) -> None:
    alone = np.concatenate([reader(QUESTION, [pair]) for pair in PAIRS])
    np.testing.assert_allclose(reader(QUESTION, PAIRS), alone, atol=0.3)
    np.testing.assert_allclose(reader(QUESTION, PAIRS[::-1])[::-1], alone, atol=0.3)


def test_pytorch_reads_as_openvino_does(reader: PairReader) -> None:
    torch = PairReader(Settings(embedding_backend="torch"))
    np.testing.assert_allclose(reader(QUESTION, PAIRS), torch(QUESTION, PAIRS), atol=0.3)


def test_whatever_model_embeds_the_reader_is_the_bundled_one(reader: PairReader) -> None:
    other = PairReader(Settings(embedding_model="another/model", embedding_precision="int8"))
    np.testing.assert_array_equal(other(QUESTION, [ANSWERS]), reader(QUESTION, [ANSWERS]))


def test_no_pairs_are_no_rows(reader: PairReader) -> None:
    assert reader(QUESTION, []).shape == (0, 2)


@pytest.mark.parametrize("backend", ["openvino", "torch"])
def test_a_change_to_a_matrix_that_is_not_there_is_told(backend: str) -> None:
    changes = {"encoder.layer.99.weight": np.zeros((2, 2), dtype=np.float32)}
    settings = Settings.model_validate({"embedding_backend": backend})
    with pytest.raises(ModelError, match=r"layer\.99"):
        Embedder(settings=settings, changes=changes).embed(["a"])


@given(st.lists(st.tuples(*[st.floats(-5, 5)] * 3), min_size=1, max_size=20))
def test_the_score_best_span_is_the_best_of_all(numbers: list[tuple[float, float, float]]) -> None:
    tokens = np.array(numbers, dtype=np.float32)
    every = [
        tokens[i, 0] + tokens[j, 1]
        for i in range(len(tokens))
        for j in range(i, min(i + LONGEST_ANSWER, len(tokens)))
    ]
    assert _score_best_span(tokens) == pytest.approx(max(every))
