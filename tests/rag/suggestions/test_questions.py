"""Sentences become questions that read well, each about something it names itself."""

from __future__ import annotations

import pytest

from rag.suggestions.questions import make_candidates, select_candidates

WIND = """How Wind Turbines Could Be the Future of Energy

Wind turbines are made from steel and fibreglass. Turbines, like mills, face the wind.
However, one of the main challenges of wind turbines is their noise.
The wind turbine is a machine that turns wind into power.
Sensors such as vanes and anemometers help steer the blades. Both sensors measure gusts.
All sensors age.
Blades play an important role in safety because they brake. They are derived from aircraft wings.
This machine is used to mill grain. On 3 May the blades were repaired by hand.
"""


def questions(text: str, title: str = "") -> list[str]:
    return [made.question for made in select_candidates(make_candidates(title, text), 12)]


def test_sentences_become_the_questions_they_answer() -> None:
    made = questions(WIND, WIND.splitlines()[0])
    assert "How could wind turbines be the future of energy?" in made
    assert "What are wind turbines made from?" in made
    assert "What role do blades play in safety?" in made
    assert "Which sensors help steer the blades?" in made


@pytest.mark.parametrize(
    "sentence",
    [
        "They are derived from aircraft wings.",
        "This machine is used to mill grain.",
        "The city was built from wood.",  # which city, only the reader of the rest knows
        "On 3 May the blades were made from wood.",
        "Although turbines can turn, many are derived from mills.",
    ],
)
def test_what_leans_on_another_sentence_is_left_out(sentence: str) -> None:
    assert questions(sentence) == []


def test_capitals_stay_on_names_alone() -> None:
    text = "Enzymes are used to split fat. All enzymes age. Warsaw is the capital. We like Warsaw."
    made = questions(text + " Enzymes help. Warsaw grows.")
    assert "What are enzymes used for?" in made
    assert "What is Warsaw?" in made


def test_a_subject_is_asked_about_once_and_always_in_the_same_order() -> None:
    text = "Stem cells are derived from bone. Stem cells are used to heal. Stem cells can divide."
    assert len(questions(text)) == 1
    assert questions(WIND) == questions(WIND)


def test_odd_texts_make_no_questions_and_no_trouble() -> None:
    for text in ("", "\n\n", "1 2 3", "。" * 500, "a" * 50_000, "is a is a is a", "{} is the {x}"):
        assert isinstance(questions(text, text[:80]), list)


def test_a_heading_that_runs_into_its_sentence_is_no_subject() -> None:
    plain = "The parse trees are used here. We like parse trees. A parse tree is a tree."
    assert "What are parse trees derived from?" in questions(
        f"Parse trees are derived from code. {plain}"
    )
    run_in = f"Parse Tree Parse trees are derived from code. {plain}"
    assert not [made for made in questions(run_in) if "derived" in made]
