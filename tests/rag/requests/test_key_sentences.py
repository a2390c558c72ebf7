"""Which sentences tell what a document is about."""

from __future__ import annotations

import numpy as np

from rag.requests.key_sentences import SentenceInText, choose_varied, score_sentences


def in_text(text: str, *, titled: float = 0.3) -> SentenceInText:
    return SentenceInText(text, place=3, count=10, typical=0.5, titled=titled)


def test_a_sentence_that_announces_scores_higher() -> None:
    plain = in_text("The tower has a lamp on its roof, and two doors.")
    announcing = in_text("We present a lamp for its roof, and two doors.")
    first, second = score_sentences([plain, announcing])
    assert second > first


def test_a_sentence_like_the_title_scores_higher() -> None:
    words = "The tower has a lamp on its roof, and two doors."
    first, second = score_sentences([in_text(words), in_text(words, titled=0.8)])
    assert second > first


def test_what_says_the_same_is_chosen_once_and_the_order_stays() -> None:
    vectors = np.eye(4, dtype=np.float32)
    vectors[1] = vectors[3]
    scores = np.array([0.1, 1.0, 0.5, 0.9], dtype=np.float32)
    assert choose_varied(scores, vectors, 2) == [1, 2]
    assert choose_varied(scores, vectors, 9) == [0, 1, 2, 3]


def test_sentences_of_other_sections_come_before_more_of_the_same() -> None:
    vectors = np.eye(4, dtype=np.float32)
    scores = np.array([1.0, 0.9, 0.8, 0.0], dtype=np.float32)
    assert choose_varied(scores, vectors, 2) == [0, 1]
    assert choose_varied(scores, vectors, 2, ["Use", "Use", "Care", "Care"]) == [0, 2]
