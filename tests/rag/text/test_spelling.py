"""What stands for a misspelt word, and how a question is put right for the model that reads it."""

from __future__ import annotations

import numpy as np
import pytest

from rag.answers.evidence import reader
from rag.text.spelling import edit_distance, mended, spellings
from rag.types import FloatArray, Passage

TEXT = (
    "Neonatal stem cells come from the placenta. The Notch and Hedgehog pathways are blocked by a "
    "drug. A motor turns the wheel, and Iraq lies beyond the mountains, where nitrate is found."
)


@pytest.mark.parametrize(
    ("first", "second", "slips"),
    [("notch", "noch", 1), ("from", "form", 1), ("relaps", "relapse", 1), ("same", "same", 0)],
)
def test_slips_are_counted(first: str, second: str, slips: int) -> None:
    assert edit_distance(first, second) == slips


def test_a_misspelt_word_stands_for_one_that_is_there() -> None:
    known = frozenset({"placenta", "notch", "plan"})
    short = frozenset({"noch"})
    found = spellings(["placnta", "noch", "plane"], known, short, short)
    assert found["placnta"]["placenta"] == 0.9
    assert found["noch"]["notch"] == 0.9
    assert spellings(["noch"], known)["noch"].keys() == {"noch", "nochs"}


def test_another_letter_makes_another_short_word() -> None:
    iran, noth = frozenset({"iran"}), frozenset({"noth"})
    assert "iraq" not in spellings(iran, frozenset({"iraq"}), iran, iran)["iran"]
    swapped = spellings(noth, frozenset({"ntoh"}), noth, noth)
    assert swapped["noth"]["ntoh"] == 0.9


def test_only_what_may_be_misspelt_is_put_right() -> None:
    said = {"placenta": "placenta", "neonat": "neonatal"}
    question = "do neonatl cells come form the Placnta?"
    right = mended(question, frozenset({"placnta"}), frozenset(), said)
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
def test_a_question_is_read_without_its_slips(question: str, right: str) -> None:
    passage = Passage("c", "d", "s", "", "", TEXT, 0, len(TEXT), None, 0.5, None, 0.5)
    known = {"placenta", "motor"}

    def rarity(term: str) -> float:
        return 1.0 if term in known else 9.0

    def embed(texts: list[str]) -> FloatArray:
        return np.eye(len(texts), 384, dtype=np.float32)

    assert reader(question, [passage], rarity, embed).mended == right
