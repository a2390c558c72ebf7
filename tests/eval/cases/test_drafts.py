"""Cases drafted from documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from chat_server import says, serving
from eval import evaluate, load_cases
from eval.cases.drafts import draft_cases
from ingest import ingest
from rag import Rag, Settings

HERONS = """# Herons

The grey heron is a wading bird of lakes and rivers, and it eats fish. It is a patient hunter.

## Nests

Herons build large nests of sticks in tall trees. This is the reason for their noise.
"""
STORKS = (
    "Storks are migratory birds. A white stork is a large bird that breeds on roofs. "
    "The grey heron is seen beside it."
)


@pytest.fixture
def birds(tmp_path: Path) -> Iterator[Rag]:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "herons.md").write_text(HERONS)
    (folder / "storks.txt").write_text(STORKS)
    ingest([folder], Settings(home=tmp_path / "library"))
    with Rag(Settings(home=tmp_path / "library")) as rag:
        yield rag


def test_definitions_and_headings_become_questions_with_their_gold(birds: Rag) -> None:
    found = {case.question: case for case in draft_cases(birds) if case.answerable}
    assert list(found) == [
        "What is the grey heron?",
        "Herons: what is said about “Nests”?",
        "What is a white stork?",
    ]
    heron = found["What is the grey heron?"]
    assert heron.facts == (("a wading bird of lakes",),)
    assert heron.quotes[0].quote in HERONS
    nests = found["Herons: what is said about “Nests”?"]
    assert nests.quotes[0].quote == "Herons build large nests of sticks in tall trees."


def test_sentences_become_questions_that_are_judged_by_them(tmp_path: Path) -> None:
    text = (
        "Cord blood banks keep stem cells. The first cord blood bank was founded in 1992. "
        "First is the price of a place in the bank. Neonatal stem cells are derived from "
        "umbilical cord blood. Most neonatal stem cells divide quickly."
    )
    (tmp_path / "banks.txt").write_text(text)
    ingest([tmp_path / "banks.txt"], Settings(home=tmp_path / "library"))
    with Rag(Settings(home=tmp_path / "library")) as rag:
        found = {case.question: case for case in draft_cases(rag)}
    case = found["What are neonatal stem cells derived from?"]
    sentence = "Neonatal stem cells are derived from umbilical cord blood."
    assert case.answers == (sentence,)
    assert case.quotes[0].quote == sentence
    assert case.kind == "from"
    assert not [question for question in found if "First" in question]


def test_the_seeds_give_questions_without_a_chat_model(bot: Rag) -> None:
    made = [case for case in draft_cases(bot) if case.answerable and case.kind != "heading"]
    assert len(made) >= 4
    assert len({case.question for case in made}) == len(made)
    for case in made:
        assert case.quotes[0].quote in bot.source_text(
            next(
                each.document_id
                for each in bot.documents()
                if case.quotes[0].source in each.sources
            )
        )


def test_every_draft_is_marked_and_has_its_own_id(birds: Rag) -> None:
    found = draft_cases(birds)
    assert all(case.draft for case in found)
    assert len({case.id for case in found}) == len(found)


def test_without_its_source_a_question_is_unanswerable_only_if_no_other_says_it(birds: Rag) -> None:
    (removed,) = [case for case in draft_cases(birds) if not case.answerable]
    # the grey heron is mentioned among the storks, the white stork is in its own document alone
    assert removed.question == "What is a white stork?"
    assert Path(removed.without[0]).name == "storks.txt"


def test_accepted_drafts_can_be_asked(birds: Rag, tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    rows = [case.as_row() for case in draft_cases(birds)]
    for row in rows:
        del row["draft"]
    path.write_text("\n".join(map(json.dumps, rows)))
    report = evaluate(birds, load_cases(path))
    assert report.failed == 0
    assert report.score("gold_cited").value is not None
    sources = {p.source for t in report.trials for p in t.outcome.passages if t.case.without}
    assert [Path(source).name for source in sources] == ["herons.md"]


@pytest.mark.parametrize("unusable", [{"quote": "Herons build castles."}, {"fact": ""}, None])
def test_a_chat_model_asks_and_what_it_invents_is_left_out(
    birds: Rag,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    unusable: dict[str, str] | None,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0000")
    quote = "Herons build large nests of sticks in tall trees."
    good = {"question": "Where do herons build nests?", "fact": "in tall trees", "quote": quote}
    other = "I cannot." if unusable is None else json.dumps(good | unusable)
    with serving(says(json.dumps(good)), says(other)) as server:
        settings = birds.settings.model_copy(
            update={"chat_model": "openai:tiny", "chat_base_url": server.url}
        )
        with Rag(settings) as rag:
            found = draft_cases(rag, 1, chat=rag.chat_model)
    assert [case.question for case in found] == ["Where do herons build nests?"] * 2
    assert found[0].facts == (("in tall trees",),)
    assert found[1].without
    assert "storks.txt" in caplog.text


def test_a_limit_spreads_over_the_document(birds: Rag) -> None:
    answerable = [case for case in draft_cases(birds, 1) if case.answerable]
    assert len(answerable) == 2
