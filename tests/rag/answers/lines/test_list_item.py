"""Items of lists: which line introduces them, and that both are shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest import ingest
from rag import Rag, Settings
from rag.answers.lines.list_item import find_items, find_lead_in

RULES = """# Reading room

Readers are welcome from nine to five.

## Not allowed

- Dogs, except guide dogs.
- Lending your card:
  - to a friend,
  - to a child.

Bring with you:

1. a pencil
2. your card

A paragraph that announces nothing.

- a stray item
"""


@pytest.mark.parametrize(
    ("item", "lead_in"),
    [
        ("Dogs", "Not allowed"),
        ("Lending", "Not allowed"),
        ("to a friend", "Lending your card:"),
        ("to a child", "Lending your card:"),
        ("a pencil", "Bring with you:"),
        ("your card\n\nA", "Bring with you:"),
        ("a stray", None),
    ],
)
def test_the_line_that_introduces_a_list_is_found(item: str, lead_in: str | None) -> None:
    span = find_lead_in(RULES, RULES.index(item))
    assert (RULES[slice(*span)] if span else None) == lead_in


@pytest.mark.parametrize(
    ("above", "items"),
    [
        ("Bring with you:", ["a pencil", "your card"]),
        ("Not allowed", ["Dogs, except guide dogs.", "Lending your card:", "to a friend,",
                         "to a child."]),
        ("announces nothing.", ["a stray item"]),
        ("from nine to five.", []),
    ],
)  # fmt: skip
def test_the_items_of_a_list_are_found(above: str, items: list[str]) -> None:
    spans = find_items(RULES, RULES.index(above) + len(above))
    assert [RULES[start:end] for start, end in spans] == items


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("What is not allowed in the reading room?", True),
        ("May I bring a dog into the reading room?", False),
    ],
)
def test_a_list_is_shown_whole_when_it_is_asked_for(
    tmp_path: Path, question: str, *, whole: bool
) -> None:
    (tmp_path / "rules.md").write_text(RULES, encoding="utf-8")
    settings = Settings(home=tmp_path / "home", max_sentences=4)
    ingest([tmp_path / "rules.md"], settings)
    with Rag(settings) as bot:
        answer = bot.ask(question)
        assert answer.sentences[0].text == "Not allowed"
        assert ("to a child." in answer.text) == whole
        for cited in answer.citations:
            assert bot.source_text(cited)[cited.start : cited.end] == cited.quote


def test_an_item_is_never_shown_without_what_turns_its_meaning(tmp_path: Path) -> None:
    (tmp_path / "rules.md").write_text(RULES, encoding="utf-8")
    settings = Settings(home=tmp_path / "home")
    ingest([tmp_path / "rules.md"], settings)
    with Rag(settings) as bot:
        answer = bot.ask("May I bring a dog into the reading room?")
        heading, item = answer.sentences[:2]
        assert (heading.text, item.text) == ("Not allowed", "Dogs, except guide dogs.")
        for cited in answer.citations:
            assert bot.source_text(cited)[cited.start : cited.end] == cited.quote
