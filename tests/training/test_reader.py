"""What the reader is fitted on: labelled windows of texts, and texts that do not answer."""

from __future__ import annotations

import random
from itertools import chain

import numpy as np
import pytest

from rag import Embedder
from rag.text.sentences import sentence_spans
from training.data.changed_questions import abbreviate_phrase, twist
from training.reader.loss import OUTPUTS, compute_loss
from training.reader.made import ask_whether
from training.reader.questions import Question, find_lines, label_sentences
from training.reader.rows import UNKNOWN, Negatives, Row, RowMaker, cut_answer_out
from training.tuning import TunedEncoder, make_batches

TEXT = (
    "The mill stands by the river. It was built by monks in 1820. A flood destroyed it in 1901. "
    "Since then it has been a ruin, where bats sleep by day."
)


def ask(question: str, text: str, answer: str = "", group: str = "mill") -> Question:
    """A question about a text, answered by the words given."""
    spans = ((text.index(answer), text.index(answer) + len(answer)),) if answer else ()
    sentences = tuple(sentence_spans(text))
    labels = label_sentences(text, sentences, spans)
    return Question(
        "test", group, question, "The mill", text, spans, sentences, labels, bool(spans)
    )


BUILT = ask("When was the mill built?", TEXT, "1820")
LONG = ask("When was the mill built?", f"{TEXT} {'Bats hang there by their feet. ' * 30}", "1820")


@pytest.fixture
def maker(embedder: Embedder) -> RowMaker:
    return RowMaker(embedder.tokens, random.Random(0))


def test_only_the_sentence_with_the_span_answers_and_its_words_elsewhere_may() -> None:
    text = "It opened in 1820. The church is of 1820, too. Nothing else is known."
    assert label_sentences(text, sentence_spans(text), [(13, 17)]) == (True, None, False)


def test_a_window_holds_the_answer_at_its_place(maker: RowMaker, embedder: Embedder) -> None:
    lengths = set()
    for _ in range(20):
        row = maker.make_row(LONG)
        assert row is not None
        assert row.answers
        assert row.ids[row.begins : row.ends + 1] == embedder.tokens.ids(["1820"])[0]
        (right,) = [(a, b) for a, b, label in row.sentences if label == 1]
        assert right[0] <= row.begins <= row.ends < right[1]
        lengths.add(len(row.sentences))
    assert len(lengths) > 1


def test_a_text_without_the_answer_points_to_none(maker: RowMaker) -> None:
    for kept in cut_answer_out(BUILT, random.Random(0)):
        row = maker.make_row(kept)
        assert row is not None
        assert (row.begins, row.ends, row.answers) == (0, 0, False)
        assert {label for *_, label in row.sentences} == {0}


def test_an_answer_whose_place_is_not_known_has_no_label(maker: RowMaker) -> None:
    question = Question(
        "test", "g", "How?", "", TEXT, (), BUILT.sentences, (None, True, False, None)
    )
    row = maker.make_row(question, whole=True)
    assert row is not None
    assert (row.begins, row.ends) == (UNKNOWN, UNKNOWN)
    assert [label for *_, label in row.sentences] == [-1, 1, 0, -1]


def test_a_text_that_looks_like_the_answer_has_none_of_its_words() -> None:
    other = ask("Who owns it?", "The mill was built anew in 1950 by the town.", "the town")
    same = ask("Which year?", "In 1820 the mill was built of stone.", "1820", "quarry")
    far = ask("What do bees do?", "Bees gather nectar.", "nectar", "bees")
    negatives = Negatives([BUILT, other, same, far], random.Random(0))
    for _ in range(10):
        found = negatives.find(BUILT)
        assert found is not None
        assert "1820" not in found.text
        assert (found.question, found.has_answer, found.spans) == (BUILT.question, False, ())


def test_every_row_is_in_one_batch() -> None:
    rows = [Row([0] * (10 + i % 90), 1, 0, 0, [], False) for i in range(5000)]
    batches = make_batches(rows, random.Random(0))
    assert sorted(chain(*batches)) == list(range(5000))
    assert max(len(batch) * max(len(rows[i].ids) for i in batch) for batch in batches) <= 4608


def test_lines_without_a_word_are_no_sentences() -> None:
    assert find_lines("a: 1\n\n  \nb: 2") == [(0, 4), (9, 13)]


def test_what_is_written_is_what_was_fitted(maker: RowMaker) -> None:
    row = maker.make_row(BUILT)
    assert row is not None
    network = TunedEncoder(OUTPUTS)
    loss = compute_loss(network, [row])
    loss.backward()  # type: ignore[no-untyped-call]
    for matrix in network.matrices.values():
        matrix.data -= 0.01 * matrix.grad  # type: ignore[operator]
    written = network.arrays()
    again = TunedEncoder(OUTPUTS)
    again.start_from(written)
    for name, matrix in network.matrices.items():
        change = (matrix - network.published[name]).abs().max().item()
        np.testing.assert_allclose(
            again.matrices[name].detach(), matrix.detach(), atol=change / 200 + 1e-7
        )
    assert compute_loss(again, [row]).item() < loss.item()


@pytest.mark.parametrize(
    ("claim", "question"),
    [
        ("The mill was built in 1820 .", "Was the mill built in 1820?"),
        ("Ada Byron has three sons.", "Does Ada Byron have three sons?"),
        ("Ada Byron has been knighted.", "Has Ada Byron been knighted?"),
        ("The mill has burned down.", "Has the mill burned down?"),
        ("It had a wheel.", "Did it have a wheel?"),
        ("Monks built the mill.", "Is it true that Monks built the mill?"),
    ],
)
def test_a_claim_becomes_a_question_for_yes_or_no(claim: str, question: str) -> None:
    asked = {ask_whether(claim, random.Random(seed)) for seed in range(8)}
    assert question in asked


@pytest.mark.parametrize(
    ("question", "text", "found"),
    [
        ("When was the mill built?", "It was built.", {"When was not the mill built?"}),
        ("What was the largest mill?", "A mill.", {"What was the smallest mill?"}),
        ("Who bought it in 1820?", "1820, then 1901.", {"Who bought it in 1901?"}),
        ("Who dug?", "They dug.", {""}),
    ],
)
def test_a_twisted_question_asks_for_something_else(
    question: str, text: str, found: set[str]
) -> None:
    asked = {twist(question, text, random.Random(seed)) for seed in range(30)}
    assert found <= asked
    assert question not in asked


def test_a_phrase_of_question_and_text_is_written_by_its_initials() -> None:
    text = "Cancer stem cells are rare. Few cancer stem cells divide."
    asked = {
        abbreviate_phrase("Which markers do cancer stem cells have?", text, random.Random(seed))
        for seed in range(20)
    }
    assert "Which markers do CSCs have?" in asked
    assert abbreviate_phrase("Where do herons nest?", text, random.Random(0)) == ""
