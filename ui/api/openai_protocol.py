"""OpenAI's chat protocol at ``/v1``: a client of a chat model can ask a library.

Replies have one more field, ``citespan``: the answer as ``citespan ask --json`` prints it.
docs/reference/api.md describes both.
"""

import json
import secrets
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from rag.types import Answer
from ui.answer_json import public_json
from ui.answering import Answering, last_answer
from ui.api.openai_requests import RefusedError, read_request, read_turns, to_refusal
from ui.person import person_of
from ui.work_queue import Waiting

MODEL = "citespan"
"""The model name for answers as the library's settings say."""
EXTRACTIVE = "citespan-extractive"
"""The model name for the documents' own sentences, whatever chat model the settings name."""
_Item = TypeVar("_Item")


def openai_routes(answering: Answering) -> APIRouter:
    """Create ``/v1/models`` and ``/v1/chat/completions`` over a library."""
    router = APIRouter(prefix="/v1")
    models = {
        MODEL: lambda: answering.rag,
        EXTRACTIVE: lambda: answering.rag.varied(chat_model=None),
    }
    started = int(time.time())

    def describe(name: str) -> dict[str, Any]:
        return {"id": name, "object": "model", "created": started, "owned_by": "citespan"}

    @router.get("/models")
    async def list_models() -> dict[str, Any]:
        return {"object": "list", "data": [describe(name) for name in models]}

    @router.get("/models/{name}")
    async def get_model(name: str) -> Response:
        if name not in models:
            return _no_such_model().response
        return JSONResponse(describe(name))

    @router.post("/chat/completions")
    async def chat_completions(request: Request) -> Response:
        try:
            asked = await read_request(request)
            question, history = read_turns(asked.messages)
            if asked.model not in models:
                raise _no_such_model()
            completion = _Completion(asked.model)
            where, rag = asked.where.as_filter(), models[asked.model]()
            person = person_of(request)
            stream = answering.stream(question, history, where=where, rag=rag, person=person)
            # The first item comes before the status: a question that is refused is no 200.
            items = await _wait_for_first(answering.iterate_async(stream))
            if not asked.stream:
                return JSONResponse(completion.whole(await last_answer(items)))
        except Exception as error:  # noqa: BLE001 - the outermost edge: log it, say it, go on
            return to_refusal(error).response
        usage = asked.stream_options is not None and asked.stream_options.include_usage
        events = completion.events(items, usage=usage)
        headers = {"Cache-Control": "no-cache"}
        return StreamingResponse(events, media_type="text/event-stream", headers=headers)

    @router.api_route("/{path:path}", methods=["GET", "POST", "DELETE"], include_in_schema=False)
    async def refuse_other_paths() -> Response:
        message = "Only /v1/models and /v1/chat/completions exist here."
        return RefusedError(404, message, code="unknown_url").response

    return router


class _Completion:
    """Writes one answer in the protocol's two forms, whole and in pieces."""

    def __init__(self, model: str) -> None:
        id_ = f"chatcmpl-{secrets.token_hex(12)}"
        self._common = {"id": id_, "created": int(time.time()), "model": model}

    def whole(self, answer: Answer) -> dict[str, Any]:
        message = {"role": "assistant", "content": answer.text + _notes(answer), "refusal": None}
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        return self._common | {
            "object": "chat.completion",
            "choices": [choice],
            "usage": _usage(answer),
            "citespan": public_json(answer),
        }

    async def events(
        self, items: AsyncGenerator[Answer | Waiting], *, usage: bool
    ) -> AsyncIterator[str]:
        """Yield the growing text; the last piece has the field ``citespan``.

        Who waits gets comments, which clients ignore, so that the connection stays open.
        """
        sent, answer = "", None
        yield self._piece({"role": "assistant", "content": ""})
        try:
            async with aclosing(items):
                async for item in items:
                    if isinstance(item, Waiting):
                        yield f": {item}\n\n"
                        continue
                    answer = item
                    if more := _unsent(sent, answer.text):
                        yield self._piece({"content": more})
                        sent += more
        except Exception as error:  # noqa: BLE001 - the outermost edge: log it, say it, go on
            yield _event(to_refusal(error).body)
            yield _DONE
            return
        assert answer is not None
        if notes := _notes(answer):
            yield self._piece({"content": notes})
        yield self._piece({}, finish_reason="stop", citespan=public_json(answer))
        if usage:
            yield _event(self._chunk(choices=[], usage=_usage(answer)))
        yield _DONE

    def _piece(self, delta: dict[str, Any], finish_reason: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason, "logprobs": None}
        return _event(self._chunk(choices=[choice], **more))

    def _chunk(self, **more: Any) -> dict[str, Any]:
        return self._common | {"object": "chat.completion.chunk"} | more


_DONE = "data: [DONE]\n\n"


async def _wait_for_first(items: AsyncGenerator[_Item]) -> AsyncGenerator[_Item]:
    """Wait for the first item, and raise what getting it raises; then give all of them."""
    first = await anext(items)

    async def all_of_them() -> AsyncGenerator[_Item]:
        async with aclosing(items):
            yield first
            async for item in items:
                yield item

    return all_of_them()


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"


def _unsent(sent: str, text: str) -> str:
    """The part of a text that has not been sent yet.

    Sent text cannot be taken back: when a chat model fails midway, the documents' own sentences
    follow as a new paragraph, and a notice says why.
    """
    return text[len(sent) :] if text.startswith(sent) else f"\n\n{text}"


def _notes(answer: Answer) -> str:
    explained = f"\n\n{' '.join(answer.explanation)}" if answer.explanation else ""
    return explained + "".join(f"\n\nNote: {notice}" for notice in answer.notices)


def _usage(answer: Answer) -> dict[str, int] | None:
    """Tokens as the chat model counted them; None if there was none or it did not count."""
    if answer.usage is None:
        return None
    given, written = answer.usage.input_tokens, answer.usage.output_tokens
    return {"prompt_tokens": given, "completion_tokens": written, "total_tokens": given + written}


def _no_such_model() -> RefusedError:
    message = f"There is no such model; use {MODEL} or {EXTRACTIVE}."
    return RefusedError(404, message, param="model", code="model_not_found")
