"""What is asked about documents, over a real library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import ingest
from rag import Answer, Rag, Settings
from rag.types import Filter

TOWER = """# The tower of Greyholm

The tower of Greyholm was built in 1321 by the monks of Saint Brede to guide ships at night.

## Height

It is 61 metres high. Two hundred and ten steps lead to the lamp. The lamp was lit with whale oil.

## Visitors

Visitors may climb the tower from May to September. Dogs must wait below. A ticket costs 4 euros.
"""
MILL = ("wheel", "stone", "roof", "gate")
PRICES = "name,price\nhammer,12\nsaw,18\n"


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    folder = tmp_path_factory.mktemp("requests")
    (folder / "tower.md").write_text(TOWER, "utf-8")
    (folder / "prices.csv").write_text(PRICES, "utf-8")
    settings = Settings(home=folder / "home")
    ingest([folder / "tower.md", folder / "prices.csv"], settings)
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


def test_the_documents_are_listed_each_with_a_sentence_of_its_own(bot: Rag) -> None:
    answer = bot.ask("What documents do you have?")
    assert (answer.intent, answer.status, answer.match) == ("documents", "answered", None)
    assert "There are 2 documents." in answer.text
    assert "### tower.md" in answer.text
    assert "### prices.csv" in answer.text
    assert len(answer.sentences) == 2
    assert is_exact(bot, answer)


def test_an_overview_of_a_named_document_stays_in_it(bot: Rag) -> None:
    answer = bot.ask("What is tower.md about?")
    assert (answer.intent, answer.scope) == ("overview", ("tower.md",))
    assert "built in 1321" in answer.text
    assert {cited.title for cited in answer.citations} == {"The tower of Greyholm"}
    told, sections = answer.text.split("Sections:\n")
    assert 1 < told.count("[") <= 4
    assert sections.count("- ") == 2
    assert is_exact(bot, answer)


def test_an_overview_names_the_sections_below_the_sentences(bot: Rag, tmp_path: Path) -> None:
    parts = [f"## {part}\n\nThe {part} of the mill is made of oak and iron.\n" for part in MILL]
    text = "\n".join(["# The mill\n\nThe mill grinds corn all year.\n", *parts])
    (tmp_path / "mill.md").write_text(text, "utf-8")
    settings = Settings(home=tmp_path / "home")
    ingest([tmp_path / "mill.md"], settings)
    with Rag(settings, embedder=bot.embedder) as mill:
        answer = mill.ask("Summarize the mill document")
        assert answer.scope == ("mill.md",)
        _, sections = answer.text.split("Sections:\n")
        shown = [line.split(" [")[0] for line in sections.splitlines()]
        assert shown == [f"- {part}" for part in MILL]
        assert is_exact(mill, answer)


def test_what_the_caller_lets_through_is_what_an_overview_is_of(bot: Rag) -> None:
    (tower,) = [each for each in bot.documents() if each.sources[0].endswith("tower.md")]
    answer = bot.ask("Summarize this document", where=Filter(documents=(tower.document_id,)))
    assert {cited.document_id for cited in answer.citations} == {tower.document_id}


def test_an_outline_is_the_headings_as_they_stand(bot: Rag) -> None:
    answer = bot.ask("Show me the outline of tower.md")
    assert answer.intent == "outline"
    assert [sentence.text for sentence in answer.sentences] == ["Height", "Visitors"]
    assert is_exact(bot, answer)


def test_the_outline_of_a_table_is_the_names_of_its_columns(bot: Rag) -> None:
    answer = bot.ask("What columns does prices.csv have?")
    assert [sentence.text for sentence in answer.sentences] == ["name", "price"]
    assert is_exact(bot, answer)


def test_a_document_without_headings_has_no_outline(bot: Rag, tmp_path: Path) -> None:
    (tmp_path / "song.txt").write_text("The gulls sing all day long. Nobody listens.", "utf-8")
    settings = Settings(home=tmp_path / "home")
    ingest([tmp_path / "song.txt"], settings)
    with Rag(settings, embedder=bot.embedder) as song:
        answer = song.ask("Show me the outline of song.txt")
    assert answer.text == "The document has no headings."
    assert answer.sentences == ()


@pytest.mark.parametrize(
    ("text", "says"), [("hi", "Hello."), ("what can you do?", "I answer from")]
)
def test_a_welcome_names_the_documents_and_cites_nothing(bot: Rag, text: str, says: str) -> None:
    answer = bot.ask(text)
    assert answer.text.startswith(says)
    assert "tower.md" in answer.text
    assert answer.citations == ()


def test_more_goes_on_without_what_was_shown(bot: Rag) -> None:
    question = "What is said about visitors of the tower?"
    first = bot.ask(question)
    more = bot.ask("tell me more", [(question, first.text)])
    assert more.intent == "more"
    shown = {sentence.text for sentence in first.sentences}
    assert more.sentences
    assert shown.isdisjoint(sentence.text for sentence in more.sentences)


def test_shorter_is_one_sentence(bot: Rag) -> None:
    question = "What is said about visitors of the tower?"
    answer = bot.ask("shorter please", [(question, bot.ask(question).text)])
    assert answer.intent == "shorter"
    assert len(answer.sentences) == 1


def test_more_and_less_of_an_overview_is_that_overview(bot: Rag) -> None:
    question = "Summarize tower.md"
    first = bot.ask(question)
    shorter = bot.ask("shorter please", [(question, first.text)])
    assert shorter.intent == "shorter"
    assert len(shorter.sentences) < len(first.sentences)
    assert {cited.title for cited in shorter.citations} == {"The tower of Greyholm"}
    more = bot.ask("tell me more", [(question, first.text), ("shorter please", shorter.text)])
    assert len(more.sentences) > len(shorter.sentences)
    assert is_exact(bot, more)


def test_more_of_nothing_is_a_question(bot: Rag) -> None:
    assert bot.ask("tell me more").intent == "answer"


@pytest.mark.parametrize(
    "question",
    [
        "What does the section “Visitors” say?",
        "Summarize the section on visitors.",
        "What is in the “Visitors” section in tower.md?",
    ],
)
def test_a_section_is_summed_up_from_its_own_sentences(bot: Rag, question: str) -> None:
    answer = bot.ask(question)
    assert (answer.intent, answer.status) == ("overview", "answered")
    assert "May to September" in answer.text
    assert "61 metres" not in answer.text
    assert is_exact(bot, answer)


def test_a_section_that_is_not_there_is_searched_for_as_a_question(bot: Rag) -> None:
    assert bot.ask("What does the section “Anchors” say?").intent == "answer"
