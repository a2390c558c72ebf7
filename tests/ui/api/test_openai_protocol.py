"""OpenAI's protocol, spoken by OpenAI's own client to a real server on loopback."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from openai import OpenAI

from chat_server import ChatServer, cut, says, serving
from rag import Rag, Settings
from served import served

MARKERS = "Which markers help identify cancer stem cells?"
OFF_TOPIC = "Who won the football world cup in 2018?"


@pytest.fixture(scope="module")
def address(bot: Rag) -> Iterator[str]:
    with served(bot) as url:
        yield url


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[OpenAI]:
    with speaking(address) as client:
        yield client


def speaking(address: str) -> OpenAI:
    return OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0)


def said(client: OpenAI, *messages: str, **options: Any) -> Any:
    """What comes back; messages are the user's and the assistant's in turn."""
    roles = ("user", "assistant")
    turns = [{"role": roles[i % 2], "content": text} for i, text in enumerate(messages)]
    return client.chat.completions.create(**{"model": "citespan", "messages": turns} | options)


def test_the_answer_comes_with_its_exact_spans(client: OpenAI, bot: Rag) -> None:
    completion = said(client, MARKERS)
    answer = bot.ask(MARKERS)
    (choice,) = completion.choices
    assert (choice.message.content, choice.finish_reason) == (answer.text, "stop")
    more = completion.citespan
    assert more["status"] == "answered"
    assert len(more["citations"]) == len(answer.citations) > 0
    for cited in more["citations"]:
        text = bot.source_text(cited["document_id"])
        assert text[cited["start"] : cited["end"]] == cited["quote"]
        assert cited["source"] == "stem-cell-therapy-advances.txt"  # not where it lies on the disk
    assert {s["support"]["verdict"] for s in more["sentences"]} == {"supported"}


def test_a_stream_adds_up_to_the_whole_answer(client: OpenAI, bot: Rag) -> None:
    options = {"stream": True, "stream_options": {"include_usage": True}}
    *pieces, last, usage = said(client, MARKERS, **options)
    text = "".join(piece.choices[0].delta.content or "" for piece in pieces)
    answer = bot.ask(MARKERS)
    assert text == answer.text
    assert len(pieces) > 2
    assert last.choices[0].finish_reason == "stop"
    assert [c["quote"] for c in last.citespan["citations"]] == [c.quote for c in answer.citations]
    assert (usage.choices, usage.usage) == ([], None)
    assert not [piece for piece in pieces if "citespan" in (piece.model_extra or {})]


def test_earlier_messages_make_a_follow_up_stand_alone(client: OpenAI) -> None:
    completion = said(client, "What are neonatal stem cells?", "…", "Where do they come from?")
    assert completion.citespan["standalone_question"] != "Where do they come from?"
    assert "neonatal" in completion.citespan["standalone_question"].lower()


def test_a_message_may_come_in_parts(client: OpenAI, bot: Rag) -> None:
    parts = [{"type": "text", "text": MARKERS}]
    system = {"role": "system", "content": "Answer in verse."}
    completion = said(client, messages=[system, {"role": "user", "content": parts}])
    assert completion.choices[0].message.content == bot.ask(MARKERS).text


def test_a_part_of_the_library_is_asked(client: OpenAI) -> None:
    def ask(**where: Any) -> Any:
        return said(client, MARKERS, extra_body={"where": where}).citespan

    found = {passage["source"] for passage in ask(sources=["neonatal*"])["passages"]}
    assert found == {"neonatal-stem-cells-leukemia.txt"}
    assert ask(sources="stem-cell-therapy-advances.txt")["status"] == "answered"
    for wrong in ({"sources": ["nothing.txt"]}, {"source": "x"}, {"pages": [1]}, {"sources": 3}):
        with pytest.raises(openai.BadRequestError, match=r"nothing\.txt|where"):
            ask(**wrong)


def test_an_abstention_is_said_and_shows_the_nearest(client: OpenAI) -> None:
    completion = said(client, OFF_TOPIC)
    assert completion.citespan["status"] == "abstained"
    assert completion.citespan["citations"] == []
    assert completion.citespan["passages"]
    explained = " ".join(completion.citespan["explanation"])
    assert explained.startswith("Searched ")
    content = completion.choices[0].message.content
    assert content == f"{completion.citespan['text']}\n\n{explained}"


def test_both_models_are_listed(client: OpenAI) -> None:
    names = [model.id for model in client.models.list()]
    assert names == ["citespan", "citespan-extractive"]
    assert [client.models.retrieve(name).id for name in names] == names
    with pytest.raises(openai.NotFoundError, match="citespan-extractive"):
        client.models.retrieve("gpt-9")


PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}


@pytest.mark.fault(94)
@pytest.mark.parametrize(
    ("wrong", "says", "param"),
    [
        ({"model": "gpt-9"}, "citespan-extractive", "model"),
        ({"n": 2}, "n = 1", "n"),
        ({"response_format": {"type": "json_object"}}, "text", "response_format"),
        ({"messages": []}, "user's question", "messages"),
        ({"messages": [{"role": "assistant", "content": "Yes."}]}, "user's question", "messages"),
        ({"messages": [{"role": "user", "content": ""}]}, "empty", "messages"),
        ({"messages": [{"role": "user", "content": None}]}, "empty", "messages"),
        ({"messages": [{"role": "user", "content": "x" * 5_000}]}, "5,000", "messages"),
        ({"messages": [{"role": "user", "content": [PICTURE]}]}, "text", "messages.0.content"),
        ({"messages": "What?"}, "valid array", "messages"),
        ({"stream": "perhaps"}, "boolean", "stream"),
    ],
)
def test_what_cannot_be_answered_is_said_in_openais_form(
    client: OpenAI, wrong: dict[str, Any], says: str, param: str
) -> None:
    with pytest.raises(openai.APIStatusError, match=says) as refused:
        said(client, MARKERS, **wrong)
    assert refused.value.status_code == (404 if param == "model" else 400)
    assert refused.value.body["type"] == "invalid_request_error"
    assert refused.value.param == param


@pytest.mark.fault(94)
@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"x" * 1_000_001, "application/json", 413),
        (b"[" * 100_000, "application/json", 400),
        (b'{"model": "\xff"}', "application/json", 400),
        (b"null", "application/json", 400),
        (b'{"model":"citespan","messages":[{"role":"user","content":"?"}]}', "text/plain", 415),
    ],
)
def test_a_broken_request_is_an_error(address: str, body: bytes, kind: str, status: int) -> None:
    got = httpx.post(f"{address}/v1/chat/completions", content=body, headers={"Content-Type": kind})
    assert got.status_code == status
    assert got.json()["error"]["message"].endswith(".")


def test_another_address_is_said_to_be_none(address: str) -> None:
    got = httpx.post(f"{address}/v1/embeddings", json={})
    assert (got.status_code, got.json()["error"]["code"]) == (404, "unknown_url")


def test_another_host_name_is_refused(address: str) -> None:
    """A web site that points a name of its own at this machine reaches neither interface."""
    for path in ("/v1/models", "/mcp"):
        got = httpx.get(address + path, headers={"Host": "rebound.example"})
        assert got.status_code == 400


def test_an_empty_library_is_an_error_with_the_command(tmp_path: Path) -> None:
    with served(Rag(Settings(home=tmp_path))) as url, speaking(url) as client:
        for stream in (False, True):
            with pytest.raises(openai.InternalServerError, match="citespan ingest") as refused:
                said(client, MARKERS, stream=stream)
            assert refused.value.status_code == 503


def test_an_unforeseen_error_tells_neither_the_client_nor_the_log_what_was_asked(
    seeds_home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bot = Rag(Settings(home=seeds_home))

    def fails(question: str, *_: Any, **__: Any) -> Iterator[Any]:
        raise RuntimeError(question)

    monkeypatch.setattr(bot, "stream", fails)
    with served(bot) as url, speaking(url) as client, caplog.at_level(logging.DEBUG, "ui"):
        for stream in (False, True):
            with pytest.raises(openai.InternalServerError, match="server's log") as refused:
                said(client, "my secret", stream=stream)
            assert "secret" not in str(refused.value)
    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text


@pytest.fixture
def chat() -> Iterator[ChatServer]:
    """A chat model that breaks off after its first sentence."""
    with serving(cut("Markers such as CD133 and CD44 identify them [1]. And then")) as chat:
        yield chat


@pytest.fixture
def prose(seeds_home: Path, chat: ChatServer) -> Iterator[OpenAI]:
    """Speaks to a library whose answers that chat model writes."""
    settings = Settings(home=seeds_home, chat_model="openai:tiny", chat_base_url=chat.url)
    with Rag(settings) as bot, served(bot) as url, speaking(url) as client:
        yield client


def test_what_went_wrong_with_a_chat_model_is_noted(prose: OpenAI) -> None:
    completion = said(prose, MARKERS)
    (notice,) = completion.citespan["notices"]
    assert completion.choices[0].message.content.endswith(f"Note: {notice}")
    *pieces, last = said(prose, MARKERS, stream=True)
    text = "".join(piece.choices[0].delta.content or "" for piece in pieces)
    assert last.citespan["text"] in text
    assert text.endswith(f"Note: {notice}")


def test_the_extractive_model_never_asks_the_chat_model(
    prose: OpenAI, chat: ChatServer, bot: Rag
) -> None:
    completion = said(prose, MARKERS, model="citespan-extractive")
    assert completion.choices[0].message.content == bot.ask(MARKERS).text
    assert chat.requests == []


def test_tokens_are_told_as_the_chat_model_counted_them(prose: OpenAI, chat: ChatServer) -> None:
    chat.behaviours[:] = [says("Markers such as CD133 and CD44 identify them [1].")]
    usage = said(prose, MARKERS).usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (100, 20, 120)
    assert json.dumps(chat.requests)  # it was asked
