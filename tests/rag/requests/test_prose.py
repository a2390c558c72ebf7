"""Overviews in a chat model's words, over a server that speaks OpenAI's protocol."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chat_server import Behaviour, ChatServer, Handler, refuses, says, serving
from ingest import ingest
from rag import Answer, Rag, Settings

FERRY = """# The ferry of Lake Tarn

The ferry of Lake Tarn carries forty passengers between Oak Bay and Pine Point.

## Timetable

It leaves Oak Bay at every full hour from April to October. In winter it runs on Sundays only.

## Fares

A crossing costs six euros. Bicycles travel free of charge.
"""
YEARS = range(1901, 1961)
ASKED = "What is ferry.md about?"
OVERVIEW = (
    "The ferry carries forty passengers between Oak Bay and Pine Point [1]. A crossing costs six "
    "euros [3]."
)
PASSAGE = re.compile(r'<passage number="(\d+)"[^>]*>\n(.*?)\n</passage>', re.DOTALL)

Open = Callable[..., Rag]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prose")
    events = (
        f"## The year {year}\n\nThe keeper of the lighthouse counted {year - 1800} ships in "
        f"{year}. The winter of {year} was long and the lamp burned whale oil every night.\n"
        for year in YEARS
    )
    (folder / "ferry.md").write_text(FERRY, "utf-8")
    (folder / "lighthouse.md").write_text("# The lighthouse\n\n" + "\n".join(events), "utf-8")
    ingest([folder / "ferry.md", folder / "lighthouse.md"], Settings(home=folder / "home"))
    return folder / "home"


@pytest.fixture
def opened(bot: Rag, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    bots: list[Rag] = []

    def open_(server: ChatServer, **options: object) -> Rag:
        given = {"home": home, "chat_model": "openai:tiny", "chat_base_url": server.url}
        bots.append(Rag(Settings.model_validate(given | options), embedder=bot.embedder))
        return bots[-1]

    yield open_
    for each in bots:
        each.close()


def tells_first_sentences(handler: Handler) -> None:
    """Says the first sentence of the first passage and of the last one, with their numbers."""
    found = PASSAGE.findall(handler.chat.asked())
    told = [f"{text.split('. ')[0].split('# ')[-1].split(chr(10))[-1].rstrip('.')} [{number}]."
            for number, text in (found[0], found[-1])]  # fmt: skip
    says(" ".join(told))(handler)


def check(rag: Rag, answer: Answer) -> None:
    """Every sentence is supported, and opens its exact characters."""
    assert answer.sentences
    for sentence in answer.sentences:
        assert sentence.support.verdict == "supported", sentence
        for cited in sentence.citations:
            assert rag.source_text(cited)[cited.start : cited.end] == cited.quote


def test_a_model_writes_over_the_whole_document(opened: Open) -> None:
    with serving(says(OVERVIEW)) as server:
        rag = opened(server)
        answer = rag.ask(ASKED)
        assert (answer.intent, answer.answerer) == ("overview", "chat:openai:tiny")
        assert answer.scope == ("ferry.md",)
        assert [len(sentence.citations) for sentence in answer.sentences] == [1, 1]
        assert "every full hour" in server.asked()
        assert "lighthouse" not in server.asked()
        assert len(server.requests) == 1
        check(rag, answer)


def test_a_long_document_is_read_part_by_part(opened: Open) -> None:
    with serving(tells_first_sentences) as server:
        rag = opened(server, chat_context_tokens=2000, chat_reply_tokens=200)
        answer = rag.ask("Summarize lighthouse.md")
        assert answer.answerer == "chat:openai:tiny"
        parts, written = server.requests[:-1], server.asked()
        assert len(parts) > 1
        assert str(YEARS[0]) in written
        assert str(YEARS[-1]) in written
        assert all(len(text.split(". ")) == 1 for _, text in PASSAGE.findall(written))
        assert not answer.notices
        check(rag, answer)


def test_of_a_very_long_document_some_parts_are_read_and_it_is_said(opened: Open) -> None:
    with serving(tells_first_sentences) as server:
        rag = opened(server, chat_context_tokens=800, chat_reply_tokens=100)
        answer = rag.ask("Summarize lighthouse.md")
        (notice,) = answer.notices
        assert re.fullmatch(r"The document is long: 8 of its \d+ parts were read\.", notice)
        check(rag, answer)


def test_a_section_is_summed_up_by_itself(opened: Open) -> None:
    with serving(says("A crossing costs six euros [1].")) as server:
        rag = opened(server)
        answer = rag.ask("Summarize the fares section of ferry.md")
        assert (answer.intent, answer.answerer) == ("overview", "chat:openai:tiny")
        assert "Bicycles" in server.asked()
        assert "full hour" not in server.asked()
        check(rag, answer)


@pytest.mark.fault(85, 90)
@pytest.mark.parametrize(
    ("behaviour", "told"),
    [
        (refuses(500, "no"), "500: no"),
        (says("The ferry was sunk by a whale in 1911 [1]."), "had no support"),
        (says(""), "empty answer"),
    ],
)
def test_when_the_model_fails_the_documents_own_sentences_are_shown(
    opened: Open, behaviour: Behaviour, told: str
) -> None:
    with serving(behaviour) as server:
        rag = opened(server, chat_timeout=5)
        answer = rag.ask(ASKED)
        assert (answer.intent, answer.answerer) == ("overview", "extractive")
        assert told in answer.notices[0]
        assert "forty passengers" in answer.text
        check(rag, answer)


@pytest.mark.fault(86)
def test_a_prompt_that_is_too_long_for_the_server_is_cut_once(opened: Open) -> None:
    too_long = refuses(400, "This model's maximum context length is 100 tokens")
    with serving(too_long, says(OVERVIEW)) as server:
        rag = opened(server)
        answer = rag.ask(ASKED)
        assert answer.answerer == "chat:openai:tiny"
        assert len(server.requests) == 2
        check(rag, answer)


def test_an_unsupported_sentence_is_marked(opened: Open) -> None:
    false = "The ferry carries ninety passengers between Oak Bay and Pine Point [1]."
    with serving(says(f"{OVERVIEW} {false}")) as server:
        answer = opened(server).ask(ASKED)
        assert [s.support.verdict for s in answer.sentences][-1] == "unsupported"
        assert "[not supported]" in answer.text


def test_shorter_asks_for_a_shorter_overview(opened: Open) -> None:
    with serving(
        says("The ferry carries forty passengers between Oak Bay and Pine Point [1].")
    ) as s:
        rag = opened(s)
        answer = rag.ask("shorter please", [(ASKED, "The ferry …")])
        assert answer.intent == "shorter"
        assert "at most 2 sentences" in s.asked()
        check(rag, answer)
