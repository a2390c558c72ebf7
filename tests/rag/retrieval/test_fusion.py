"""Fusion: what of a question a passage's words answer to, and the score that comes of it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, strategies as st

from rag.retrieval.fusion import UNREAD_COSINE, WEIGHTS, QuestionTerms, Signals, fuse_scores
from rag.text.terms import terms

RARE = {"cd133": 8.0, "glioma": 6.0}


def asked(question: str, *texts: str) -> QuestionTerms:
    """A question of a library whose terms are those of the texts, all equally common but RARE's."""
    there = {term for text in texts for term in terms(text)}
    return QuestionTerms(question, lambda term: RARE.get(term, 2.0), there.__contains__)


def signals(question: str, *texts: str, title: str = "") -> list[Signals]:
    """The signals of passages with these texts and one title."""
    return asked(question, title, *texts).signals([(terms(title), terms(text)) for text in texts])


def test_a_rare_word_says_more_than_several_common_ones() -> None:
    rare, common = signals(
        "Is CD133 found on stem cells in glioma?", "CD133 was there.", "stem cells are found"
    )
    assert rare.coverage > 0.5 > common.coverage


def test_a_passage_with_all_words_is_covered_whole() -> None:
    (whole,) = signals("Where is CD133 expressed?", "CD133 is expressed everywhere.")
    assert (whole.coverage, whole.closeness) == pytest.approx((1.0, 1.0))


def test_words_far_apart_cover_as_much_but_are_not_close() -> None:
    filler = "word " * 40
    near, far = signals("CD133 glioma", f"CD133 glioma {filler}", f"CD133 {filler} glioma")
    assert near.coverage == far.coverage
    assert near.closeness > far.closeness > 0


def test_the_title_stands_near_everything() -> None:
    filler = "word " * 40
    (found,) = signals("CD133 in glioma", f"{filler} CD133 {filler}", title="Glioma")
    assert found.closeness == pytest.approx(1.0)


def test_a_word_of_the_same_root_counts_when_the_word_itself_is_missing() -> None:
    related, itself, neither = signals(
        "Which religion has Norway?", "religious life in Norway", "a religion of Norway", "Norway"
    )
    assert related.roots > 0
    assert itself.roots == neither.roots == 0


def test_a_misspelt_word_counts_for_the_word_that_was_meant() -> None:
    meant, other = signals("chemotherpay", "chemotherapy is given", "surgery is done")
    assert (meant.misspellings, other.misspellings) == (1.0, 0.0)


def test_a_word_that_the_library_has_is_no_misspelling() -> None:
    found = signals("cancer", "cancel it", "cancer of the skin")
    assert [one.misspellings for one in found] == [0.0, 0.0]


@pytest.mark.parametrize("question", ["What is it?", "why", "的", "Ωμέγα;", "β-catenin", "1.5"])
def test_questions_without_content_words_are_matched_by_what_they_have(question: str) -> None:
    (same,) = signals(question, question)
    assert same.coverage == pytest.approx(1.0)


@given(st.text(), st.lists(st.text(), min_size=1, max_size=4), st.text())
def test_every_signal_is_a_share(question: str, texts: Sequence[str], title: str) -> None:
    for one in signals(question, *texts, title=title):
        for value in (one.coverage, one.closeness, one.roots, one.misspellings):
            assert 0 <= value <= 1 + 1e-9
        assert one.closeness <= one.coverage + 1e-9
        assert one.coverage + one.roots <= 1 + 1e-9
        assert 0 <= fuse_scores(0.0, one) <= 0.6


def test_a_score_is_the_cosine_and_the_weighted_signals() -> None:
    assert fuse_scores(0.4, Signals()) == 0.4
    assert fuse_scores(0.4, Signals(coverage=0.5)) == pytest.approx(0.4 + WEIGHTS.coverage / 2)


def test_a_cosine_of_a_model_that_does_not_read_the_language_counts_little() -> None:
    words = Signals(coverage=0.5)
    assert fuse_scores(0.9, Signals()) > fuse_scores(0.5, words)
    assert fuse_scores(0.9, Signals(), UNREAD_COSINE) < fuse_scores(0.5, words, UNREAD_COSINE)


def test_question_and_passage_are_read_in_the_question_s_language() -> None:
    wanted = QuestionTerms("Welche Häuser hat er?", lambda _: 1.0, lambda _: True, "de")
    (found,) = wanted.signals([([], wanted.terms_of("Das Haus ist blau."))])
    assert found.coverage == 1.0
