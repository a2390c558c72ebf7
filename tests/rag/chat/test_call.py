"""One call: its words as they come, its end, and a deadline that nothing outlasts."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel, GenericFakeChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk, ChatResult

from rag.chat.call import End, stream_reply
from rag.chat.failures import ChatFailure, Place
from rag.chat.prompt import Prompt
from rag.types import TokenUsage

PROMPT = Prompt("Rules.", "Question?", ())
PLACE = Place("fake:model")


class Scripted(BaseChatModel):
    """Sends these chunks, then waits at the gate if there is one."""

    chunks: list[AIMessageChunk] = []  # noqa: RUF012 - a pydantic field
    gate: Any = None

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(self, *_: Any, **__: Any) -> ChatResult:
        raise NotImplementedError

    def _stream(self, *_: Any, **__: Any) -> Iterator[ChatGenerationChunk]:
        for chunk in self.chunks:
            yield ChatGenerationChunk(message=chunk)
        if self.gate is not None:
            self.gate.wait(60)


class Blocking(Scripted):
    """Blocks the event loop that it is run on."""

    async def _astream(self, *_: Any, **__: Any) -> AsyncIterator[ChatGenerationChunk]:
        self.gate.wait(60)
        yield ChatGenerationChunk(message=AIMessageChunk("late"))


def in_a_minute() -> float:
    return time.monotonic() + 60


def test_words_come_in_order_and_then_the_end() -> None:
    model = GenericFakeChatModel(messages=iter([AIMessage("Herons nest in trees")]))
    *words, end = stream_reply(model, PROMPT, PLACE, in_a_minute())
    assert "".join(map(str, words)) == "Herons nest in trees"
    assert len(words) > 1
    assert end == End()


@pytest.mark.parametrize("field", ["finish_reason", "stop_reason", "done_reason"])
def test_the_end_says_why_and_what_was_used(field: str) -> None:
    used = {"input_tokens": 5, "output_tokens": 0, "total_tokens": 5}
    more = {"input_tokens": 0, "output_tokens": 2, "total_tokens": 2}
    chunks = [
        AIMessageChunk("Herons", usage_metadata=used),
        AIMessageChunk("", usage_metadata=more, response_metadata={field: "length"}),
    ]
    *_, end = stream_reply(Scripted(chunks=chunks), PROMPT, PLACE, in_a_minute())
    assert end == End("length", TokenUsage(5, 2))


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"status": "completed"}, "completed"),
        (
            {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}},
            "max_output_tokens",
        ),
        ({"status": "completed", "incomplete_details": None}, "completed"),
    ],
)
def test_the_responses_protocol_says_why_it_ended(told: dict[str, Any], reason: str) -> None:
    chunks = [AIMessageChunk("Herons"), AIMessageChunk("", response_metadata=told)]
    *_, end = stream_reply(Scripted(chunks=chunks), PROMPT, PLACE, in_a_minute())
    assert end == End(reason)


def test_blocks_of_text_are_text_and_others_are_not() -> None:
    blocks = [{"type": "reasoning", "reasoning": "Hm."}, {"type": "text", "text": "Herons"}]
    words = stream_reply(
        Scripted(chunks=[AIMessageChunk(content=blocks)]), PROMPT, PLACE, in_a_minute()
    )
    assert next(words) == "Herons"


@pytest.mark.fault(87, 88)
@pytest.mark.parametrize("kind", [Scripted, Blocking])
def test_a_model_that_never_ends_is_given_up(kind: type[Scripted]) -> None:
    gate = threading.Event()
    model = kind(chunks=[AIMessageChunk("Herons")], gate=gate)
    try:
        with pytest.raises(ChatFailure, match="fake:model did not finish in time"):
            list(stream_reply(model, PROMPT, PLACE, time.monotonic() + 0.2))
    finally:
        gate.set()


def test_past_the_deadline_nothing_is_called() -> None:
    model = GenericFakeChatModel(messages=iter([]))
    with pytest.raises(ChatFailure, match="did not finish in time"):
        list(stream_reply(model, PROMPT, PLACE, time.monotonic() - 1))


def test_an_exception_of_the_model_is_explained() -> None:
    model = GenericFakeChatModel(messages=iter([]))  # nothing left to say
    with pytest.raises(ChatFailure, match="fake:model"):
        list(stream_reply(model, PROMPT, PLACE, in_a_minute()))


def test_many_calls_run_side_by_side() -> None:
    together = threading.Barrier(5)

    class Meeting(Scripted):
        def _stream(self, *_: Any, **__: Any) -> Iterator[ChatGenerationChunk]:
            together.wait(60)
            yield ChatGenerationChunk(message=AIMessageChunk("met"))

    heard: list[str] = []

    def call() -> None:
        heard.append(str(next(stream_reply(Meeting(), PROMPT, PLACE, in_a_minute()))))

    threads = [threading.Thread(target=call) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard == ["met"] * 5
