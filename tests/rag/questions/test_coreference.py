"""Follow-ups that point to what only the answer before named."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, strategies as st

from rag.questions.coreference import names
from rag.questions.follow_ups import standalone

DISCOVERY = ("Who discovered penicillin?", "It was found by Alexander Fleming, a Scot. [1]")
PATHWAYS = (
    "Which signals make a tumour grow?",
    "Stem cells grow. [1] Pathways such as Wnt/β-catenin, Notch and Hedgehog regulate CSCs. [2]",
)


@pytest.mark.parametrize(
    ("turn", "question", "carried"),
    [
        (DISCOVERY, "Where was he born?", "Alexander Fleming"),
        (DISCOVERY, "What was his job?", "Alexander Fleming"),
        (DISCOVERY, "What about Marie Curie and her prize?", "discovered penicillin"),
        (DISCOVERY, "Is it safe?", "discovered penicillin"),
        (DISCOVERY, "Is this safe?", "discovered penicillin"),
        (PATHWAYS, "What do these pathways do?",
         "Wnt/β-catenin Notch Hedgehog"),
        (("Which drug was first?", "The drug was FTY720. [1]"), "Where does that drug come from?",
         "FTY720"),
        (("Which drug was the first?", "It was FTY720. [1]"), "Where does that drug come from?",
         "first"),
        (("Who ran the mill?", "Johnson did. Johnson was rich."), "When did he die?", "ran mill"),
        (("Who ran the mill?", "In 1800 Johnson. [1]"), "When did he die?",
         "ran mill"),
        (("Who ran it?", "In Port Ellis, New Wales, it was Ada Byron."), "When was she born?",
         "Ada Byron"),
        (("What did the painter Ada Lee show?", "A view of York Minster."), "Did she sell it?",
         "painter Ada Lee"),
        (PATHWAYS, "Where are those cells found?", "signals make tumour grow"),
        (PATHWAYS, "What do these signals do?", "make tumour grow"),
        (("Where was Ada Lovelace born?", "In London, near Hyde Park."), "What did she write?",
         "Ada Lovelace born"),
        (("What makes wine?", "Yeasts do. Zygosaccharomyces is one."), "What are those fungi?",
         "makes wine"),
        (("Who was Ada Lovelace?", "She worked with Charles Babbage."), "When was she born?",
         "Ada Lovelace"),
        (("who split the atom?", "The Nobel Prize was won by Otto Hahn."), "Where was he born?",
         "Otto Hahn"),
        (("Who led it?", "Charles W. Eliot led it."), "When did he die?", "Charles W Eliot"),
        (("Who was born there?", "She was, in the city of Ulm."), "How big is that city?", "Ulm"),
        (("What is sold?", "In Germany drugs are."), "Who buys those drugs?", "sold"),
        (PATHWAYS, "Is it known that these pathways are blocked?",
         "Wnt/β-catenin Notch Hedgehog"),
        (("What makes wine?", ""), "What are those fungi?", "makes wine"),
    ],
)  # fmt: skip
def test_what_only_the_answer_named_is_carried_when_the_question_points_to_it(
    turn: tuple[str, str], question: str, carried: str
) -> None:
    assert standalone(question, [turn]) == f"{question} ({carried})"


def test_what_an_answer_named_lasts_over_the_next_turn() -> None:
    history = [DISCOVERY, ("Where was he born?", "In Lochfield, Ayrshire. [1]")]
    carried = "discovered penicillin Alexander Fleming born"
    assert standalone("When did he die?", history) == f"When did he die? ({carried})"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Here Marie Curie met Lise Meitner, and IL-6.", ["Marie Curie", "Lise Meitner", "IL-6"]),
        ("Jean de la Rue left for Kew.", ["Jean de la Rue", "Kew"]),
        ("Fingolimod: New Drug", ["Fingolimod", "New Drug"]),
        ("The Royal Society met.", ["Royal Society"]),
        ("Nothing is here of note.", []),
        ("", []),
    ],
)
def test_names_and_codes_of_a_sentence(text: str, found: list[str]) -> None:
    words = text.split()
    named = [" ".join(words[first:last]).strip(".,:") for first, last in names(words)]
    assert named == found


@given(st.text())
def test_any_text_has_names_or_none(text: str) -> None:
    words = text.split()
    places = [place for name in names(words) for place in range(*name)]
    assert places == sorted(set(places))
    assert all(0 <= place < len(words) for place in places)


def test_what_is_carried_has_a_bound() -> None:
    proteins = ", ".join(f"N{number}x" for number in range(5000))
    asked = standalone("What do these proteins do?", [("Which grow?", f"Proteins {proteins}")])
    assert len(asked.split()) <= 5 + 12


def test_long_turns_take_no_longer() -> None:
    began = time.perf_counter()
    standalone("Where was he born?", [(f"Who {' ' * 10**5} did?", "a" + " " * 10**5 + "Foo Bar")])
    assert time.perf_counter() - began < 1
