"""Call a chat model and stream its reply, with a deadline.

LangChain's time-outs are per read, so a server that sends a byte now and then never reaches them.
So the call runs as a task on an event loop in a thread of its own. After the deadline, or when
nobody reads on, it is cancelled, which closes the connection.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Generator
from contextlib import aclosing
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from rag.chat.failures import ChatFailure, Place, explain_failure
from rag.chat.prompt import Prompt
from rag.types import TokenUsage

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk

_GRACE = 1.0
"""Seconds after the deadline before a model that blocks the loop is abandoned."""
_FINISH = ("finish_reason", "stop_reason", "done_reason")
"""The fields in which OpenAI's, Anthropic's and Ollama's replies say why they ended. OpenAI's
Responses protocol has a ``status``, and ``incomplete_details`` for an incomplete reply."""


@dataclass(frozen=True, slots=True)
class End:
    """The end of a reply.

    :param reason: why it ended, in the provider's word; "" when it does not say.
    """

    reason: str = ""
    usage: TokenUsage | None = None


def stream_reply(
    model: BaseChatModel, prompt: Prompt, place: Place, deadline: float
) -> Generator[str | End]:
    """Call the model; yield the reply's text as it comes, then its end.

    :param deadline: as ``time.monotonic()`` counts.
    :raises ChatFailure: the call failed, or the deadline has passed.
    """
    events: queue.SimpleQueue[str | End | BaseException] = queue.SimpleQueue()
    unread = threading.Event()
    late = ChatFailure(
        f"{place.name} did not finish in time; CITESPAN_CHAT_TIMEOUT gives it longer"
    )
    left = deadline - time.monotonic()
    if left <= 0:
        raise late
    running = asyncio.run_coroutine_threadsafe(_run(model, prompt, left, events, unread), _loop())
    try:
        while True:
            try:
                event = events.get(timeout=max(deadline - time.monotonic(), 0) + _GRACE)
            except queue.Empty:
                raise late from None
            if isinstance(event, TimeoutError) and time.monotonic() >= deadline:
                raise late
            if isinstance(event, BaseException):
                raise explain_failure(event, place)
            yield event
            if isinstance(event, End):
                return
    finally:
        unread.set()
        running.cancel()


async def _run(
    model: BaseChatModel,
    prompt: Prompt,
    seconds: float,
    events: queue.SimpleQueue[str | End | BaseException],
    unread: threading.Event,
) -> None:
    from langchain_core.messages import HumanMessage, SystemMessage
    from langsmith import tracing_context

    messages = list(prompt.own) or [SystemMessage(prompt.system), HumanMessage(prompt.user)]
    end: dict[str, Any] = {"reason": "", "usage": None}
    try:
        # LANGSMITH_TRACING would send documents away
        with tracing_context(enabled=False):
            async with asyncio.timeout(seconds):
                stream = cast("AsyncGenerator[AIMessageChunk]", model.astream(messages))
                async with aclosing(stream) as chunks:
                    async for chunk in chunks:
                        if unread.is_set():  # a busy stream may swallow what cancels it
                            return
                        if chunk.text:
                            events.put(str(chunk.text))
                        _note_end(chunk, end)
        events.put(End(**end))
    except Exception as error:  # noqa: BLE001 - any package may raise anything; the caller explains it
        events.put(error)


def _note_end(chunk: AIMessageChunk, end: dict[str, Any]) -> None:
    """Keep what a chunk says about the end."""
    told = chunk.response_metadata
    cut = told.get("incomplete_details") or {}
    for reason in (*map(told.get, _FINISH), told.get("status"), cut.get("reason")):
        end["reason"] = str(reason or "") or end["reason"]
    if used := chunk.usage_metadata:
        before = end["usage"] or TokenUsage(0, 0)
        end["usage"] = TokenUsage(
            before.input_tokens + used["input_tokens"], before.output_tokens + used["output_tokens"]
        )


_starting = threading.Lock()


def _loop() -> asyncio.AbstractEventLoop:
    """The event loop of the process; providers' clients are bound to one."""
    with _starting:
        return _start_loop()


@lru_cache(maxsize=1)
def _start_loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="citespan-chat", daemon=True).start()
    return loop
