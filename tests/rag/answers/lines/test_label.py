"""Lines with a label: what they mean to who asks for that."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from evidence_of_texts import candidates
from ingest import ingest
from rag import Rag, Settings
from rag.answers.lines.label import find_label, write_meaning
from rag.questions.question import parse_question
from rag.types import Passage

POOL = """# Harbour pool

The harbour pool has two basins and a sauna. Children learn to swim there in the summer weeks.

## Visiting

- Opening hours: 7 to 21, on Sundays 9 to 18
- **Entrance fee:** 6 euros
- Address: Quay Street 12

## Water

Water temperature: 27 degrees
The water of both basins is filtered four times a day, and cleaned with ozone.
"""


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    folder = tmp_path_factory.mktemp("shelf")
    (folder / "pool.md").write_text(POOL, encoding="utf-8")
    settings = Settings(home=folder / "home")
    ingest([folder / "pool.md"], settings)
    with Rag(settings) as bot:
        yield bot


@pytest.mark.parametrize(
    ("line", "label", "content"),
    [
        ("Keywords: tea,\n  leaves", "Keywords", "tea, leaves"),
        ("**Entrance fee:** 6 euros", "Entrance fee", "6 euros"),
        ("_Phone_: 555 1234", "Phone", "555 1234"),
    ],
)
def test_a_label_ends_at_its_colon(line: str, label: str, content: str) -> None:
    assert find_label(line) == (label, content)


@pytest.mark.parametrize(
    "line",
    [
        "Open from 7:30 to 9",
        "https://example.org",
        "Keywords:",
        "He said. Price: 3",
        "12: a",
        "| Fee: | 3 |",
        f"{'very ' * 20}long: a",
    ],
)
def test_other_colons_end_no_label(line: str) -> None:
    assert find_label(line) is None


def test_what_a_line_means_is_said_of_its_section_or_its_document() -> None:
    line = find_label("Keywords: tea, leaves")
    assert line is not None
    asked = parse_question("What are the keywords of the paper?")
    within = Passage("c", "d", "s", "On tea", "", "", 0, 0, None, 0.5, None, 0.5)
    assert write_meaning(line, within, asked) == "The keywords of the paper On tea are tea, leaves."
    below = Passage("c", "d", "s", "On tea", "A › Part 2", "", 0, 0, None, 0.5, None, 0.5)
    meant = "The keywords of Part 2, the paper On tea are tea, leaves."
    assert write_meaning(line, below, asked) == meant


def test_a_label_without_a_telling_word_is_not_asked_for() -> None:
    line = find_label("About: tea")
    assert line is not None
    assert not line.is_asked_for(parse_question("What is it about?"))


def test_the_same_line_of_two_sections_is_two_lines() -> None:
    text = "Price: 30 euros"
    sections = [
        Passage(name, "d", "s", "Rooms", name, text, 0, len(text), None, 0.5, None, 0.5)
        for name in ("Single room", "Double room")
    ]
    found = candidates("What is the price of a double room?", sections)
    assert [each.line.reading for each in found] == [
        f"The price of {name}, the article Rooms is 30 euros."
        for name in ("Single room", "Double room")
    ]
    assert len(candidates("Are the rooms dear?", sections)) == 1


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("What are the opening hours of the pool?", "Opening hours: 7 to 21, on Sundays 9 to 18"),
        ("What is the address of the harbour pool?", "Address: Quay Street 12"),
        ("Where is the harbour pool?", "Address: Quay Street 12"),
        ("What is the water temperature?", "Water temperature: 27 degrees"),
        ("How much is the entrance fee?", "6 euros"),
    ],
)
def test_a_line_answers_who_asks_for_its_label(shelf: Rag, question: str, line: str) -> None:
    answer = shelf.ask(question)
    assert line in answer.text
    first = answer.citations[0]
    assert shelf.source_text(first)[first.start : first.end] == first.quote


@pytest.mark.parametrize(
    "question", ["What is the price of an ice cream?", "What is the phone number of the director?"]
)
def test_a_line_answers_nobody_who_asks_for_something_else(shelf: Rag, question: str) -> None:
    assert shelf.ask(question).status == "abstained"
