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
    text = "Enzymes are used to split fat. All enzymes age. Enzymes help."
    made = questions(text + " We like the Warsaw Works. The Warsaw Works was founded in 1990.")
    assert "What are enzymes used for?" in made
    assert "When was the Warsaw Works founded?" in made


def test_a_name_that_may_be_a_persons_is_not_asked_what_it_is() -> None:
    assert questions("Lewnes is a member of the board. We met Lewnes. Lewnes spoke.") == []


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("To change your key, open the panel and press Reset.", "How do I change my key?"),
        ("If you want to convert a file, run pandoc.", "How do I convert a file?"),
        ("The Brede museum is located in Greyholm.", "Where is the Brede museum located?"),
        ("A museum ticket costs 4 euros.", "How much does a museum ticket cost?"),
        ("A museum ship has 12 cabins.", "How many cabins does a museum ship have?"),
        ("The purpose of a harbour levy is to pay for dredging.",
         "What is the purpose of a harbour levy?"),
        ("## How do I reset the lamp?\n\nPress the red button.", "How do I reset the lamp?"),
    ],
)  # fmt: skip
def test_each_shape_asks_for_what_its_sentence_says(text: str, question: str) -> None:
    assert question in questions(text)


@pytest.mark.parametrize(
    "text",
    [
        "Adding an output format requires only a writer. We are adding a format.",
        "To do this, press the red button.",
        "What is it?\n\nA lamp.",
        "The first step is the choice of a lamp.",
        "Sentences are drawn from a corpus.",
    ],
)
def test_what_cannot_be_asked_on_its_own_is_left_out(text: str) -> None:
    assert questions(text) == []


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
