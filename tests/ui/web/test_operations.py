"""What who runs the server can ask of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from rag import Embedder, QuestionError, Rag, Settings
from ui.answering import Answering
from ui.web.security import login
from ui.web.security.login import Login
from ui.web.server import create_server_app
from ui.work_queue import BusyError

MARKERS = "Which markers help identify cancer stem cells?"
OFF_TOPIC = "Who won the football world cup in 2018?"


@pytest.fixture(scope="module")
def client(bot: Rag) -> Iterator[TestClient]:
    guarded = create_server_app(bot, auth=Login("ada", "pass:word"))
    with (
        pytest.MonkeyPatch.context() as patch,
        TestClient(guarded, base_url="http://127.0.0.1") as client,
    ):
        patch.setattr(login, "_PAUSE", 0)
        yield client


def read(exported: bytes, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", exported.decode(), re.MULTILINE)
    assert found, name
    return float(found[1])


def outcome(answering: Answering, name: str) -> float:
    return read(answering.metrics.export(), f'citespan_answers_total{{outcome="{name}"}}')


def test_health_needs_no_login_and_says_nothing_else(client: TestClient) -> None:
    got = client.get("/healthz")
    assert (got.status_code, got.json()) == (200, {"status": "ok"})


def test_metrics_need_the_login(client: TestClient) -> None:
    assert client.get("/metrics").status_code == 401
    got = client.get("/metrics", headers={"Authorization": "Bearer pass:word"})
    assert got.status_code == 200
    assert read(got.content, "citespan_documents") == 2
    assert read(got.content, "citespan_waiting") == 0


def test_a_library_that_is_empty_is_healthy_and_a_broken_one_is_not(
    tmp_path: Path, embedder: Embedder
) -> None:
    rag = Rag(Settings(home=tmp_path / "none"), embedder=embedder)
    with TestClient(create_server_app(rag), base_url="http://127.0.0.1") as client:
        assert client.get("/healthz").status_code == 200
        assert read(client.get("/metrics").content, "citespan_documents") == 0
        (tmp_path / "none").mkdir(exist_ok=True)
        (tmp_path / "none" / "catalog.sqlite").write_bytes(b"not a database")
        assert client.get("/healthz").status_code == 503


def test_answers_are_counted_by_how_they_end(bot: Rag) -> None:
    answering = Answering(bot, at_once=1, longest=1)
    for question in (MARKERS, OFF_TOPIC):
        list(answering.stream(question))
    left = answering.stream(MARKERS)
    next(left)
    left.close()
    with pytest.raises(QuestionError):
        list(answering.stream(" "))
    counted = {
        name: outcome(answering, name) for name in ("answered", "abstained", "left", "failed")
    }
    assert counted == dict.fromkeys(counted, 1)
    exported = answering.metrics.export()
    assert read(exported, "citespan_answer_seconds_count") == 2
    assert MARKERS not in exported.decode()


def test_refusals_of_a_full_queue_are_counted(bot: Rag) -> None:
    answering = Answering(bot, at_once=1, longest=0)
    with pytest.raises(BusyError):
        list(answering.stream(MARKERS))
    assert outcome(answering, "busy") == 1
