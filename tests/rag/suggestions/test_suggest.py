"""What is suggested after an answer is answered, and was not asked before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ingest import ingest
from rag import Rag, Settings
from rag.suggestions.suggest import MOST
from rag.types import Filter

TOWER = """# The tower of Greyholm

## How high is the tower of Greyholm?

The tower of Greyholm is 61 metres high. Two hundred and ten steps lead to the lamp.

## Lamp oil

The lamp oil is derived from whale fat and is kept in the cellar. The monks of Saint Brede sold the
rest of the oil to sailors every spring.

## Visitors

Visitors may climb the tower from May to September. Dogs must wait below. A ticket costs 4 euros.
"""
HARBOUR = """# The harbour

The harbour master keeps a list of all ships. Boats pay a levy of 12 euros in summer.
"""


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rag]:
    folder = tmp_path_factory.mktemp("suggest")
    (folder / "tower.md").write_text(TOWER, "utf-8")
    (folder / "harbour.md").write_text(HARBOUR, "utf-8")
    settings = Settings(home=folder / "home")
    ingest([folder / "tower.md", folder / "harbour.md"], settings)
    with Rag(settings) as bot:
        yield bot


def test_suggestions_are_answered_from_the_document_that_was_cited(bot: Rag) -> None:
    answer = bot.ask("Where must dogs wait at the tower?")
    suggested = bot.suggest(answer)
    assert 0 < len(suggested) <= MOST
    for question in suggested:
        again = bot.ask(question)
        assert again.status == "answered"
        assert {each.document_id for each in again.citations} == {answer.citations[0].document_id}
    assert suggested == bot.suggest(answer)


def test_what_was_asked_is_not_suggested_again(bot: Rag) -> None:
    answer = bot.ask("Where must dogs wait at the tower?")
    first = bot.suggest(answer)[0]
    assert first not in bot.suggest(answer, [(first, "")])


def test_a_refusal_offers_the_nearest_topics(bot: Rag) -> None:
    answer = bot.ask("Which colour has the roof of the tower?")
    assert answer.status == "abstained"
    suggested = bot.suggest(answer)
    assert suggested
    assert all(bot.ask(question).status == "answered" for question in suggested)


def test_suggestions_stay_in_the_part_that_is_asked(bot: Rag) -> None:
    (harbour,) = (each for each in bot.documents() if each.sources[0].endswith("harbour.md"))
    where = Filter(documents=(harbour.document_id,))
    answer = bot.ask("How high is the tower?", where=where)
    for question in bot.suggest(answer, where=where):
        cited = bot.ask(question, where=where).citations
        assert {each.document_id for each in cited} == {harbour.document_id}


def test_nothing_is_suggested_after_a_greeting(bot: Rag) -> None:
    assert bot.suggest(bot.ask("Hello!")) == ()
