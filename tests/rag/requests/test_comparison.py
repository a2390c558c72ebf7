"""Comparisons of documents and of things, side by side, over a real library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import ingest
from rag import Answer, Rag, Settings
from rag.requests.answer import _compose_comparison
from rag.requests.comparison import Comparison, Row
from rag.requests.overview import KeySentence
from rag.types import Passage

NORTH = """# Lease of the north mill

The monthly rent of the mill is 700 euros. The tenant pays for water and heating.

Pets are welcome in the garden. The contract ends in May 2030.
"""
SOUTH = """# Lease of the south mill

The monthly rent of the mill is 500 euros. The landlord pays for water and heating.

The roof was repaired last year. The contract ends in June 2031.
"""
ANIMALS = """# Animals of the farm

Ducks are smaller and louder than geese.

## Goats

They climb walls and eat bark. A goat gives two litres of milk a day.

## Sheep

They stay on the meadow and eat grass. A sheep gives one litre of milk a day.
"""
OLD = """# Travel policy 2021

Employees book trains in second class. Taxis are paid after midnight only. A meal costs 20 euros
at most. Trips are approved by the head of the group.
"""
NEW = OLD.replace("2021", "2024").replace("20 euros", "30 euros")


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    folder = tmp_path_factory.mktemp("compared")
    texts = {
        "lease-north.md": NORTH,
        "lease-south.md": SOUTH,
        "animals.md": ANIMALS,
        "travel-policy-2021.md": OLD,
        "travel-policy-2024.md": NEW,
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    settings = Settings(home=folder / "home")
    ingest([folder / name for name in texts], settings)
    with Rag(settings) as bot:
        yield bot


def is_exact(bot: Rag, answer: Answer) -> bool:
    """Whether every sentence opens its exact characters."""
    return bool(answer.sentences) and all(
        bot.source_text(cited)[cited.start : cited.end] == cited.quote
        and sentence.support.verdict == "supported"
        for sentence in answer.sentences
        for cited in sentence.citations
    )


def read_rows(answer: Answer) -> list[list[str]]:
    """The cells of the table, as they stand in the text."""
    lines = [line.strip().strip("|").split("|") for line in answer.text.splitlines()]
    return [[cell.strip() for cell in line] for line in lines]


def test_documents_stand_side_by_side_in_a_topic(bot: Rag) -> None:
    answer = bot.ask("Compare the rent in lease-north.md and lease-south.md")
    assert (answer.intent, answer.status) == ("compare", "answered")
    names, rule, first, *_ = read_rows(answer)
    assert names == ["lease-north.md", "lease-south.md"]
    assert rule == ["---", "---"]
    assert "700 euros" in first[0]
    assert "500 euros" in first[1]
    assert is_exact(bot, answer)


def test_documents_are_compared_in_all_they_say(bot: Rag) -> None:
    answer = bot.ask("compare lease-north.md with lease-south.md")
    assert answer.intent == "compare"
    assert {Path(cited.source).name for cited in answer.citations} == {
        "lease-north.md",
        "lease-south.md",
    }
    rent = next(row for row in read_rows(answer) if "700" in row[0])
    assert "500" in rent[1]
    assert is_exact(bot, answer)


def test_of_two_versions_what_differs_is_shown(bot: Rag) -> None:
    answer = bot.ask("What changed between the versions of the travel policy?")
    _, _, *rows = read_rows(answer)
    assert any("20 euros" in row[0] and "30 euros" in row[1] for row in rows)
    assert "second class" not in answer.text
    assert is_exact(bot, answer)


def test_things_are_compared_by_what_is_said_of_each(bot: Rag) -> None:
    answer = bot.ask("What is the difference between goats and sheep?")
    assert answer.intent == "compare"
    names, _, *rows = read_rows(answer)
    assert names == ["goats", "sheep"]
    assert any("two litres" in row[0] and "one litre" in row[1] for row in rows)
    assert is_exact(bot, answer)


def test_a_sentence_on_both_things_stands_above_the_table(bot: Rag) -> None:
    answer = bot.ask("compare ducks with geese")
    assert answer.text.startswith(
        "Ducks are smaller and louder than geese. [1]\n\n| ducks | geese |"
    )
    assert is_exact(bot, answer)


def test_it_is_said_when_the_documents_say_nothing_of_one_side(bot: Rag) -> None:
    answer = bot.ask("compare goats and llamas")
    assert (answer.intent, answer.status) == ("compare", "abstained")
    assert answer.explanation == ("Nothing to compare: the documents say nothing of “llamas”.",)
    assert answer.citations == ()


def test_where_a_document_says_nothing_stands_a_dash() -> None:
    rows = (Row(one_sentence("Pets are welcome."), None), Row(None, one_sentence("No pets.")))
    composed = _compose_comparison(Comparison(("a|b.md", "c.md"), rows, ("c.md",)))
    (first, _), (second, _) = composed.quotes
    assert first.lstrip() == "| a/b.md | c.md |\n| --- | --- |\n| "
    assert second == " | — |\n| — | "


def one_sentence(text: str) -> KeySentence:
    passage = Passage("d:0", "d", "d.md", "", "", text, 0, len(text), None, None, None, 0.0)
    return KeySentence(passage, 0, len(text))
