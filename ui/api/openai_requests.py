"""Reads requests in OpenAI's chat protocol, and writes refusals in its form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from rag.errors import EmptyLibraryError, QuestionError
from rag.metadata import read_conditions
from rag.types import Filter
from ui.failures import error_sentence, tell_failure
from ui.work_queue import BusyError

if TYPE_CHECKING:
    from fastapi import Request, Response

LARGEST_BODY = 1_000_000
"""Bytes of a request, the whole conversation included."""
_RETRY_AFTER = 5
"""Seconds."""


class _Part(BaseModel):
    type: str
    text: str = ""


class _Message(BaseModel):
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[_Part] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content)
        return self.content or ""


class _StreamOptions(BaseModel):
    include_usage: bool = False


class _Where(BaseModel):
    """The part of the library that is asked; see :class:`rag.types.Filter`."""

    model_config = ConfigDict(extra="forbid")

    sources: str | list[str] | None = None
    documents: list[str] | None = None
    pages: tuple[int, int] | None = None
    narrow: bool = True
    metadata: dict[str, Any] | None = None

    @field_validator("metadata")
    @classmethod
    def _conditions(cls, given: dict[str, Any] | None) -> dict[str, Any] | None:
        try:
            read_conditions(given or {"any": 1})
        except TypeError as error:
            raise ValueError(str(error)) from None
        return given or None

    def as_filter(self) -> Filter:
        documents = None if self.documents is None else tuple(self.documents)
        return Filter(
            documents, self.sources, self.pages, narrow=self.narrow, metadata=self.metadata
        )


class ChatRequest(BaseModel):
    """The fields of a request that are read; sampling, tools and others are ignored.

    :param where: citespan's own: the part of the library that is asked.
    """

    model: str
    messages: list[_Message]
    stream: bool = False
    stream_options: _StreamOptions | None = None
    n: int | None = 1
    response_format: dict[str, Any] | None = None
    where: _Where = _Where()


class RefusedError(Exception):
    """A request that gets an error in OpenAI's form.

    :param status: HTTP status code.
    :param param: the field of the request that is meant.
    """

    def __init__(
        self, status: int, message: str, *, param: str | None = None, code: str | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.param, self.code = status, param, code

    @property
    def body(self) -> dict[str, Any]:
        kind = "invalid_request_error" if self.status < 500 else "server_error"
        if self.status == 429:
            kind = "rate_limit_error"
        error = {"message": str(self), "type": kind, "param": self.param, "code": self.code}
        return {"error": error}

    @property
    def response(self) -> Response:
        later = {"Retry-After": str(_RETRY_AFTER)} if self.status in {429, 503} else None
        return JSONResponse(self.body, self.status, headers=later)


async def read_request(request: Request) -> ChatRequest:
    """Read and check a request.

    :raises RefusedError: it is not valid.
    """
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/json":  # other types can be sent by a foreign web page without CORS
        raise RefusedError(415, "Send the request as application/json.")
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BODY:
            text = f"The request is larger than {LARGEST_BODY:,} bytes; shorten the conversation."
            raise RefusedError(413, text)
    try:
        asked = ChatRequest.model_validate_json(bytes(body))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        text = f"{where or 'The request'}: {first['msg']}."
        raise RefusedError(400, text, param=where or None) from None
    if asked.n not in {None, 1}:
        raise RefusedError(400, "Only n = 1 is supported.", param="n")
    if asked.response_format and asked.response_format.get("type", "text") != "text":
        text = "Only text is supported; the field `citespan` of the reply has the answer as JSON."
        raise RefusedError(400, text, param="response_format")
    return asked


def read_turns(messages: list[_Message]) -> tuple[str, list[tuple[str, str]]]:
    """Read the question and the turns before it; system messages are ignored.

    :raises RefusedError: there is no question, or a message is not text.
    """
    history: list[tuple[str, str]] = []
    asked: list[str] = []
    for number, message in enumerate(messages):
        parts = message.content if isinstance(message.content, list) else []
        if any(part.type != "text" for part in parts):
            text = "Only text messages are supported, not pictures, sounds or files."
            raise RefusedError(400, text, param=f"messages.{number}.content")
        if message.role == "user":
            asked.append(message.text)
        elif message.role == "assistant" and asked:
            history.append(("\n".join(asked), message.text))
            asked = []
    if not messages or messages[-1].role != "user":
        raise RefusedError(400, "The last message must be the user's question.", param="messages")
    return "\n".join(asked), history


def to_refusal(error: Exception) -> RefusedError:
    """Turn an error into a refusal in OpenAI's form."""
    match error:
        case RefusedError():
            return error
        case QuestionError():
            return RefusedError(400, error_sentence(error), param="messages")
        case BusyError():
            return RefusedError(429, error_sentence(error), code="too_many_questions")
        case EmptyLibraryError():
            return RefusedError(503, error_sentence(error), code="empty_library")
    return RefusedError(500, tell_failure(error))
