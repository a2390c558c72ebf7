"""Thumbs are kept when they rate an answer of this library."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import TypeAdapter
from starlette.testclient import TestClient

from eval.cases import feedback
from eval.cases.feedback import load_feedback
from ingest import ingest
from rag import Answer, Rag, Settings
from ui.web.routes.feedback import feedback_routes

TEXT = "The zorbium reactor is cooled by liquid helium. It was built in Ulm in 1987."


@pytest.fixture
def rag(tmp_path: Path) -> Iterator[Rag]:
    (tmp_path / "reactor.txt").write_text(TEXT)
    ingest([tmp_path / "reactor.txt"], Settings(home=tmp_path / "home"))
    with Rag(Settings(home=tmp_path / "home")) as rag:
        yield rag


def rate(rag: Rag, answer: Answer, *, read_only: bool = False) -> tuple[int, str]:
    app = FastAPI()
    app.include_router(feedback_routes(rag, read_only=read_only))
    with TestClient(app) as client:
        sent: dict[str, Any] = TypeAdapter(Answer).dump_python(answer, mode="json")
        got = client.post("/page/feedback", json={"answer": sent, "verdict": "up"})
        return got.status_code, got.json().get("detail", "")


def test_a_rating_must_quote_the_library(rag: Rag, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = rag.ask("What is the zorbium reactor cooled by?")
    assert rate(rag, answer) == (200, "")
    assert len(load_feedback(rag.settings.home)) == 1
    (cited, *_) = answer.citations
    for forged in (
        {"quote": "Buy gold now."},
        {"source": "/etc/passwd"},
        {"document_id": "none"},
        {"start": -5},
        {"end": 10**9},
    ):
        other = dataclasses.replace(cited, **forged)
        sentence = dataclasses.replace(answer.sentences[0], citations=(other,))
        refused = rate(rag, dataclasses.replace(answer, sentences=(sentence,)))
        assert refused == (422, "This is not an answer of this page."), forged
    assert rate(rag, answer, read_only=True)[0] == 403
    monkeypatch.setattr(feedback, "MOST_BYTES", 10)
    assert rate(rag, answer) == (507, "No more ratings can be saved.")
    assert len(load_feedback(rag.settings.home)) == 1
