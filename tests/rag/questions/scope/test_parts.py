"""Which parts of documents questions name: sections, sheets and pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest import ingest
from rag import Filter, Rag, Settings
from rag.questions.scope.parts import PartFinder, may_name_part
from rag.types import EVERYTHING

OVEN = """# Oven manual

## Introduction

The oven bakes bread for up to forty people.

## Chapter 1: Safety

Wear gloves of leather when the door is open.

### 1.1 Children

Children stay two metres away from the oven.

## Chapter 2: Use

Heat the oven for ninety minutes before the first bread.

### 2.1 Cleaning

Clean the oven with a brush of brass after every tenth bread.

## Appendix B

The oven weighs 310 kilograms.
"""
KILN = """# Kiln manual

## Introduction

The kiln fires bowls of clay at night.

## 1 Safety instructions

Wear glasses of dark glass near the kiln.

## 2 Getting started

Fire the empty kiln for six hours.
"""


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Rag:
    folder = tmp_path_factory.mktemp("shelf")
    (folder / "oven.md").write_text(OVEN)
    (folder / "kiln.md").write_text(KILN)
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    ingest(folder, settings)
    return Rag(settings)


@pytest.mark.parametrize(
    ("question", "names", "rest"),
    [
        ("In chapter 2 of the oven manual, how long is the oven heated?",
         "oven.md › Chapter 2: Use", None),
        ("How long is the oven heated according to chapter two?", "oven.md › Chapter 2: Use",
         "How long is the oven heated?"),
        ("How far away do children stay in section 1.1?", "oven.md › 1.1 Children",
         "How far away do children stay?"),
        ("What is the oven cleaned with in Chapter II?", "oven.md › Chapter 2: Use",
         "What is the oven cleaned with?"),
        ("How heavy is the oven in appendix B?", "oven.md › Appendix B", "How heavy is the oven?"),
        ("What do people wear under Safety instructions?", "kiln.md › 1 Safety instructions", None),
        ("Which gloves do people wear in the safety section?", "oven.md › Chapter 1: Safety",
         "Which gloves do people wear?"),
        ("What is fired empty in “Getting started”?", "kiln.md › 2 Getting started", None),
        ("How many people eat bread in the introduction?",
         "kiln.md › Introduction oven.md › Introduction", "How many people eat bread?"),
        ("How many hours is the kiln fired in the section on getting started with clay?",
         "kiln.md › 2 Getting started", None),
    ],
)  # fmt: skip
def test_a_section_is_found_by_its_number_or_its_name(
    shelf: Rag, question: str, names: str, rest: str | None
) -> None:
    assert may_name_part(question)
    part = PartFinder(shelf.library.catalog).find(question, EVERYTHING)
    assert part is not None
    assert " ".join(sorted(part.names)) == names
    assert rest is None or part.question == rest


@pytest.mark.parametrize(
    "question",
    [
        "How long is it in chapter 7?",
        "What is written in the glossary?",
        "What do people wear in section 2.4?",
        "What happens under pressure in the kiln?",
        "What is on page 3?",
        "How is bread baked in Germany?",
        "Which part of the oven is hot?",
    ],
)
def test_what_no_document_has_is_no_part(shelf: Rag, question: str) -> None:
    assert PartFinder(shelf.library.catalog).find(question, EVERYTHING) is None


def test_only_the_part_is_searched_and_the_answer_says_so(shelf: Rag) -> None:
    question = "What do people wear in chapter 1?"
    answer = shelf.ask(question)
    assert answer.scope[0] == "oven.md › Chapter 1: Safety"
    assert {passage.heading.split(" › ")[0] for passage in answer.passages} <= {
        "Chapter 1: Safety", "1 Safety instructions"
    }  # fmt: skip
    whole = shelf.ask(question, where=Filter(narrow=False))
    assert whole.scope == ()
    assert len(whole.passages) > len(answer.passages)


def test_the_part_is_one_of_the_documents_that_are_asked(shelf: Rag) -> None:
    kiln = Filter(sources="kiln.md")
    answer = shelf.ask("Who bakes bread at night in the introduction?", where=kiln)
    assert answer.scope == ("kiln.md › Introduction",)
    assert {Path(passage.source).name for passage in answer.passages} == {"kiln.md"}
    named = shelf.ask("In oven.md, for how many people is bread baked, in the introduction?")
    assert named.scope == ("oven.md › Introduction",)
    assert "forty" in named.text


def test_a_page_is_found_with_what_runs_over_onto_it(bot: Rag) -> None:
    catalog = bot.library.catalog
    assert PartFinder(catalog).find("What is shown on page 2?", EVERYTHING) is None  # no pages
