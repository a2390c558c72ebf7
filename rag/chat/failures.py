"""Explain a chat model's failure to the person who asked: in one sentence, without secrets.

Providers raise their own exceptions. They are told apart by status code and class name, so that
no provider's package is imported here.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass
from urllib.parse import urlsplit

from rag.errors import RagError

_SECRET_NAME = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL", re.IGNORECASE)
_SECRET_SHAPE = re.compile(r"\b(?:sk|pk|rk|gsk|xai|hf|key)[-_][\w*.…-]{6,}|(?i:bearer)\s+\S+")
_USER_IN_ADDRESS = re.compile(r"(?<=://)[^/\s@]+@")
_OVERFLOW = re.compile(
    r"context.{0,20}(?:length|window|size)|maximum context|prompt is too long|too many tokens"
    r"|exceed\w* .{0,30}(?:tokens|context)|input length",
    re.IGNORECASE,
)
_LONGEST_DETAIL = 200
"""Characters of a server's own message that are shown."""
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(eq=False)
class ChatFailure(RagError):  # noqa: N818 - an outcome of a call, met with the extractive answer
    """A chat model gave no answer, or an incomplete one.

    :param what: a sentence without its full stop: what is wrong, where, what to do.
    :param tries: how often to try, this time included, before giving up.
    :param pause: the seconds that the server asked to wait, if it did.
    :param overflow: whether a shorter prompt may succeed.
    :param unknown_model: whether the server does not have the model.
    """

    what: str
    _: KW_ONLY
    tries: int = 1
    pause: float | None = None
    overflow: bool = False
    unknown_model: bool = False

    def __str__(self) -> str:
        return self.what


@dataclass(frozen=True, slots=True)
class Place:
    """A chat model, and the server that runs it.

    :param name: as in the settings, ``provider:model``.
    :param address: of the server; "" when only its package knows it.
    :param key: the environment variable of its key; "" when it needs none.
    """

    name: str
    address: str = ""
    key: str = ""

    @property
    def server(self) -> str:
        """The name of the server in a sentence."""
        return self.address or self.name

    @property
    def remedy(self) -> str:
        """What to do when the server does not answer."""
        if self.name.startswith("ollama:"):
            return "start it with `ollama serve`"
        local = urlsplit(self.address).hostname in _LOOPBACK
        return "start the server" if local else "check the network"


def notice_of_failure(problem: str) -> str:
    """The notice with an answer that the chat model did not write."""
    return f"{capitalize(problem)}. Answered without the model, in the documents' own sentences."


def capitalize(sentence: str) -> str:
    """Capitalise a sentence, unless it begins with a model's name or an address."""
    first = sentence.split(" ", 1)[0]
    return sentence if ":" in first else sentence[:1].upper() + sentence[1:]


def explain_failure(error: BaseException, place: Place) -> ChatFailure:
    """Explain an exception of a provider's package."""
    if isinstance(error, ChatFailure):
        return error
    kinds = {cls.__name__ for cause in _causes(error) for cls in type(cause).__mro__}
    status = _status(error)
    detail = _detail(error)
    if "ContextOverflowError" in kinds or (
        status in {400, 413, 422, 500} and _OVERFLOW.search(detail)
    ):
        return ChatFailure(
            f"the prompt is longer than {place.name} can read; lower CITESPAN_CHAT_CONTEXT_TOKENS",
            overflow=True,
        )
    if status is not None:
        return _explain_status(status, detail, place, _pause(error))
    if kinds & {"TimeoutError", "APITimeoutError", "TimeoutException"}:
        return ChatFailure(f"{place.server} did not answer in time", tries=2)
    if kinds & {"ReadError", "WriteError", "ProtocolError", "ConnectionResetError"}:
        return ChatFailure(f"the connection to {place.server} broke", tries=2)
    if kinds & {"APIConnectionError", "ConnectionError", "ConnectError"}:
        return ChatFailure(
            f"nothing answers at {place.server}; {place.remedy}, or change CITESPAN_CHAT_BASE_URL"
        )
    if "api_key" in detail or "API key" in detail or "authentication method" in detail:
        return missing_key(place)
    if kinds & {"ValueError", "TypeError", "KeyError", "AttributeError", "IndexError", "APIError"}:
        return ChatFailure(
            f"what {place.server} sent is no chat answer ({detail or type(error).__name__})",
            tries=2,
        )
    return ChatFailure(f"{place.name} failed ({type(error).__name__}: {detail})")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An exception and its causes: a client's own exception hides that of its transport."""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__


def missing_key(place: Place) -> ChatFailure:
    """The failure when the key is not in the environment."""
    return ChatFailure(f"{place.name} needs a key; set {place.key or 'it'} in the environment")


def redact(text: str) -> str:
    """Remove keys from a text: the environment's secret values, and what looks like a key."""
    for name, value in os.environ.items():
        if _SECRET_NAME.search(name) and len(value) >= 6:
            text = text.replace(value, "…")
    return _USER_IN_ADDRESS.sub("", _SECRET_SHAPE.sub("…", text))


def _explain_status(status: int, detail: str, place: Place, pause: float | None) -> ChatFailure:
    said = f": {detail}" if detail else ""
    if status in {401, 403}:
        if place.key and not os.environ.get(place.key):
            return ChatFailure(f"{place.server} wants a key ({status}); set {place.key}")
        variable = f"the key in {place.key}" if place.key else "the key"
        return ChatFailure(f"{place.server} did not accept {variable} ({status}); check the key")
    if status == 404:
        model = place.name.partition(":")[2] or place.name
        if place.name.startswith("openai:") and not urlsplit(place.address).path.strip("/"):
            return ChatFailure(
                f"nothing is at {place.server} (404); the address of such a server mostly ends in "
                f"/v1: set CITESPAN_CHAT_BASE_URL={place.address.rstrip('/')}/v1"
            )
        return ChatFailure(f"{place.server} has no model {model!r}", unknown_model=True)
    if status == 429:
        return ChatFailure(
            f"{place.server} takes no more requests for now (429{said}); wait, or look at the "
            "account's limits",
            tries=3,
            pause=pause,
        )
    if status >= 500 or status == 408:
        return ChatFailure(
            f"{place.server} failed ({status}{said}); ask again later", tries=3, pause=pause
        )
    return ChatFailure(f"{place.server} refused the request ({status}{said})")


def _status(error: BaseException) -> int | None:
    for holder in (error, getattr(error, "response", None)):
        status = getattr(holder, "status_code", None)
        if isinstance(status, int) and status >= 400:
            return status
    return None


def _pause(error: BaseException) -> float | None:
    """Seconds of a ``Retry-After`` header in its numeric form (RFC 9110, 10.2.3)."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    told = str(headers.get("retry-after", ""))
    return float(told) if re.fullmatch(r"\d{1,6}(?:\.\d+)?", told) else None


def _detail(error: BaseException) -> str:
    """The server's own message, short and without secrets."""
    body = getattr(error, "body", None)
    inner = body.get("error", body.get("detail", body)) if isinstance(body, dict) else None
    told = inner.get("message") if isinstance(inner, dict) else inner
    text = " ".join(redact(str(told or error)).split())
    return text if len(text) <= _LONGEST_DETAIL else f"{text[:_LONGEST_DETAIL]}…"
