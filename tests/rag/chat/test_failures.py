"""An exception of any provider becomes one sentence with the remedy and without a secret."""

from __future__ import annotations

import pytest

from rag.chat.failures import ChatFailure, Place, explain_failure, notice_of_failure, redact

PLACE = Place("openai:tiny", "http://127.0.0.1:8000/v1", "OPENAI_API_KEY")


class Response:
    def __init__(self, status: int, **headers: str) -> None:
        self.status_code = status
        self.headers = headers


class StatusError(Exception):
    def __init__(self, status: int, message: str = "", **headers: str) -> None:
        super().__init__(message)
        self.response = Response(status, **headers)


class ContextOverflowError(Exception):
    """Named as LangChain's."""


@pytest.mark.fault(82)
@pytest.mark.parametrize(
    "text",
    [
        "key sk-proj-abc123DEF456 is wrong",
        "Incorrect API key provided: sk-proj-********************f456.",
        "Authorization: Bearer abc.def.ghi was refused",
        "see http://me:hunter2@host/v1",
        "your token is correct-horse-battery",
    ],
)
def test_no_secret_is_ever_told(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_SERVICE_TOKEN", "correct-horse-battery")
    told = redact(text)
    for secret in ("abc123", "f456", "abc.def", "hunter2", "correct-horse"):
        assert secret not in told
    assert secretless(explain_failure(StatusError(500, text), PLACE).what)


def secretless(text: str) -> bool:
    return not any(secret in text for secret in ("f456", "abc.def", "hunter2", "correct-horse"))


@pytest.mark.parametrize(
    ("error", "told", "tries"),
    [
        (StatusError(401, "bad key"), "did not accept the key in OPENAI_API_KEY (401)", 1),
        (StatusError(403), "did not accept the key in OPENAI_API_KEY (403)", 1),
        (StatusError(404), "has no model 'tiny'", 1),
        (StatusError(429, "slow"), "takes no more requests for now (429: slow)", 3),
        (StatusError(500), "failed (500)", 3),
        (StatusError(400, "bad field"), "refused the request (400: bad field)", 1),
        (TimeoutError(), "did not answer in time", 2),
        (ConnectionRefusedError(111, "refused"), "nothing answers at", 1),
        (ConnectionResetError(104, "reset"), "broke", 2),
        (ValueError("no chunks"), "sent is no chat answer (no chunks)", 2),
        (KeyError("choices"), "sent is no chat answer", 2),
        (ContextOverflowError("x"), "longer than openai:tiny can read", 1),
        (StatusError(400, "maximum context length is 10"), "longer than openai:tiny can read", 1),
        (
            StatusError(400, "Requested tokens (5000) exceed context window of 2048"),
            "longer than openai:tiny can read",
            1,
        ),
        (RuntimeError("odd"), "openai:tiny failed (RuntimeError: odd)", 1),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_each_failure_has_its_sentence(
    error: Exception, told: str, tries: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "0123456789")
    failure = explain_failure(error, PLACE)
    assert told in failure.what
    assert failure.tries == tries


def test_what_the_transport_raised_counts() -> None:
    class APIConnectionError(Exception):
        pass

    outer = APIConnectionError("Connection error.")
    outer.__cause__ = ConnectionResetError(104, "reset")
    assert "broke" in explain_failure(outer, PLACE).what
    assert "nothing answers" in explain_failure(APIConnectionError("Connection error."), PLACE).what


def test_the_wait_that_a_server_asks_for_is_kept() -> None:
    assert explain_failure(StatusError(429, **{"retry-after": "7"}), PLACE).pause == 7
    later = {"retry-after": "Sat, 21 Nov 2026 00:00:00 GMT"}
    assert explain_failure(StatusError(429, **later), PLACE).pause is None


def test_a_failure_stays_what_it_is() -> None:
    failure = ChatFailure("it is over")
    assert explain_failure(failure, PLACE) is failure


@pytest.mark.parametrize(
    ("place", "remedy"),
    [
        (Place("ollama:tiny", "http://127.0.0.1:11434"), "`ollama serve`"),
        (Place("openai:tiny", "http://localhost:8000/v1"), "start the server"),
        (Place("openai:tiny", "https://api.openai.com/v1"), "check the network"),
    ],
)
def test_a_server_that_is_not_there_has_a_remedy(place: Place, remedy: str) -> None:
    assert remedy in explain_failure(ConnectionRefusedError(), place).what


def test_a_long_page_of_an_error_is_cut() -> None:
    assert len(explain_failure(StatusError(500, "<html>" * 1000), PLACE).what) < 400


def test_a_notice_is_a_sentence() -> None:
    assert notice_of_failure("nothing answers").startswith("Nothing answers. ")
    assert notice_of_failure("openai:tiny failed").startswith("openai:tiny failed. ")


def test_a_key_that_is_not_set_is_not_blamed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    told = explain_failure(StatusError(401, "unauthorized"), PLACE).what
    assert told == "http://127.0.0.1:8000/v1 wants a key (401); set OPENAI_API_KEY"


def test_an_address_without_its_path_is_named() -> None:
    place = Place("openai:tiny", "http://127.0.0.1:8000/", "OPENAI_API_KEY")
    failure = explain_failure(StatusError(404, "Not Found"), place)
    assert "CITESPAN_CHAT_BASE_URL=http://127.0.0.1:8000/v1" in failure.what
    assert not failure.unknown_model
