"""What stands for a misspelt word, and how a question is corrected for the model that reads it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st
from rapidfuzz.distance import OSA

from rag.questions.matcher import QuestionMatcher
from rag.questions.question import parse_question
from rag.text.spelling import correct_spelling, find_misspelt, find_variants
from rag.types import FloatArray, Passage

TEXT = (
    "Neonatal stem cells come from the placenta. The Notch and Hedgehog pathways are blocked by a "
    "drug. A motor turns the wheel, and Iraq lies beyond the mountains, where nitrate is found."
)


WORDS = st.text("abcé", max_size=7)


@pytest.mark.parametrize(
    ("first", "second", "errors"),
    [
        ("", "", 0), ("same", "same", 0), ("a", "", 1), ("tea", "tee", 1), ("notch", "noch", 1),
        ("from", "form", 1), ("tea", "eta", 1), ("relaps", "relapse", 1), ("kitten", "sitting", 3),
        ("ca", "abc", 3),  # a letter that was swapped is not edited again
    ],
)  # fmt: skip
def test_typing_errors_are_counted(first: str, second: str, errors: int) -> None:
    assert OSA.distance(first, second) == OSA.distance(second, first) == errors


@given(WORDS, WORDS)
def test_the_library_counts_errors_as_the_formula_does(first: str, second: str) -> None:
    assert OSA.distance(first, second) == edit_distance(first, second)


def edit_distance(first: str, second: str) -> int:
    """Optimal string alignment, row by row."""
    rows = [list(range(len(second) + 1))]
    for i, a in enumerate(first):
        rows.append([i + 1])
        for j, b in enumerate(second):
            cost = min(rows[i][j] + (a != b), rows[i][j + 1] + 1, rows[i + 1][j] + 1)
            if i and j and a == second[j - 1] and first[i - 1] == b:
                cost = min(cost, rows[i - 1][j - 1] + 1)
            rows[i + 1].append(cost)
    return rows[-1][-1]


def test_a_misspelt_word_stands_for_one_that_is_there() -> None:
    known = frozenset({"placenta", "notch", "plan"})
    short = frozenset({"noch"})
    found = find_variants(["placnta", "noch", "plane"], known, short, short)
    assert found["placnta"]["placenta"] == 0.9
    assert found["noch"]["notch"] == 0.9
    assert find_variants(["noch"], known)["noch"].keys() == {"noch", "nochs"}


def test_another_letter_makes_another_short_word() -> None:
    iran, noth = frozenset({"iran"}), frozenset({"noth"})
    assert "iraq" not in find_variants(iran, frozenset({"iraq"}), iran, iran)["iran"]
    swapped = find_variants(noth, frozenset({"ntoh"}), noth, noth)
    assert swapped["noth"]["ntoh"] == 0.9


def idf(term: str) -> float:
    return 1.0 if term in {"placenta", "motor"} else 9.0


def test_only_what_may_be_misspelt_is_corrected() -> None:
    said = {"placenta": "placenta", "neonat": "neonatal"}
    question = "do neonatl cells come form the Placnta?"
    right = correct_spelling(question, frozenset({"placnta"}), frozenset(), lambda: said)
    assert right == "do neonatl cells come form the placenta?"


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("where do neonatl cells come form", "where do neonatal cells come form"),
        ("where do stem cels come form", "where do stem cells come form"),
        ("where are the sells", "where are the sells"),
        ("what is a wheell of a moptor", "what is a wheel of a motor"),
        ("what does a drrug do", "what does a drug do"),
        ("who is a tooth or a drugg", "who is a tooth or a drug"),
        ("Does a drug block the Noch pathway?", "Does a drug block the notch pathway?"),
        ("What does mTOR turn?", "What does mTOR turn?"),
        ("What lies in Iran?", "What lies in Iran?"),
        ("Is nitrite a drug?", "Is nitrite a drug?"),
        ("What about moter parts?", "What about moter parts?"),
        ("IS THE PLACNTA BLOCKED?", "IS THE placenta BLOCKED?"),
        ("What is known of the hedgehogs?", "What is known of the hedgehogs?"),
    ],
)
def test_a_question_is_read_without_its_typing_errors(question: str, right: str) -> None:
    passage = Passage("c", "d", "s", "", "", TEXT, 0, len(TEXT), None, 0.5, None, 0.5)

    def embed(texts: list[str]) -> FloatArray:
        return np.eye(len(texts), 384, dtype=np.float32)

    matcher = QuestionMatcher(parse_question(question), [passage], idf, embed)
    assert matcher.corrected == right


@pytest.mark.parametrize(
    ("question", "misspelt"),
    [
        ("Is the placnta big?", {"placnta"}),
        ("Is the placenta big?", set()),  # the library has it
        ("Is the house big?", set()),  # English has it
        ("Is mTOR on?", set()),  # a code
        ("Is a hzz on?", set()),  # too short
        ("IS THE PLACNTA BIG?", {"placnta"}),
    ],
)
def test_what_may_be_misspelt_is_rare_and_no_code(question: str, misspelt: set[str]) -> None:
    assert find_misspelt(question, idf) == misspelt
