"""Claims for the judge: made of questions with answers, and of sentences that are changed."""

from __future__ import annotations

import random

import pytest

from training.data.false_changes import OTHERWISE
from training.support.declare import declare


@pytest.mark.parametrize(
    ("question", "answer", "before", "said"),
    [
        ("Who founded the mill?", "Ada Bell", "", "Ada Bell founded the mill."),
        ("What is the tallest tree?", "the oak", "", "The tallest tree is the oak."),
        ("When was the mill built?", "1820", "was built in ", "The mill was built in 1820."),
        ("When was the dam opened?", "3 May", "opened on ", "The dam was opened on 3 May."),
        ("How many people live in Visby?", "24,000", "", "24,000 people live in Visby."),
        ("Which river passes Lund?", "Höje", "", "Höje passes Lund."),
        ("What is the island known for?", "geese", "", ""),
        ("Why did it close?", "a flood", "", ""),
        ("How many people did it kill?", "40", "", ""),
    ],
)
def test_question_and_answer_become_a_statement(
    question: str, answer: str, before: str, said: str
) -> None:
    assert declare(question, answer, before) == said


@pytest.mark.parametrize(
    ("kind", "sentence", "changed"),
    [
        ("roles", "In 1990, Acme sued Bolt.", "In 1990, Bolt sued Acme."),
        ("order", "It rose from 12 to 18 percent.", "It rose from 18 to 12 percent."),
        ("quantity", "It killed most of the bees.", "It killed all of the bees."),
        ("hedge", "The drug may cause pain.", "The drug will cause pain."),
        (
            "condition",
            "The deposit is paid back, unless the room is damaged.",
            "The deposit is paid back.",
        ),
        ("order", "It was 12 and 18 long.", ""),
    ],
)
def test_a_sentence_says_otherwise(kind: str, sentence: str, changed: str) -> None:
    found = [new for new, _ in OTHERWISE[kind](sentence, sentence, random.Random(0))]
    assert (changed in found) if changed else not found
