"""The page is given questions to ask next; a busy library gives none."""

from __future__ import annotations

import dataclasses
import threading

from fastapi import FastAPI
from fastapi.testclient import TestClient

from rag import Rag
from ui.answering import Answering
from ui.web.routes.suggestions import suggestion_routes


def post(answering: Answering, sent: object) -> tuple[int, dict[str, list[str]]]:
    app = FastAPI()
    app.include_router(suggestion_routes(answering))
    reply = TestClient(app).post("/page/suggestions", json=sent)
    return reply.status_code, reply.json()


def test_an_answer_gets_questions_that_are_answered(bot: Rag) -> None:
    answer = bot.ask("What is leukemia?")
    status, body = post(Answering(bot), {"answer": dataclasses.asdict(answer)})
    assert status == 200
    assert body["questions"]
    assert all(bot.ask(question).status == "answered" for question in body["questions"])


def test_what_is_no_answer_is_refused(bot: Rag) -> None:
    assert post(Answering(bot), {"answer": {"text": "made up"}})[0] == 422


def test_nothing_is_suggested_while_all_threads_work(bot: Rag) -> None:
    answer = bot.ask("What is leukemia?")
    answering, begun, go_on = Answering(bot, at_once=1), threading.Event(), threading.Event()

    class Slow(Rag):
        def stream(self, *args: object, **kwargs: object):  # type: ignore[override]
            begun.set()
            go_on.wait(60)
            yield answer

    slow = Slow(bot.settings)
    asking = threading.Thread(target=lambda: list(answering.stream("any", rag=slow)))
    asking.start()
    try:
        assert begun.wait(60)
        assert post(answering, {"answer": dataclasses.asdict(answer)}) == (200, {"questions": []})
    finally:
        go_on.set()
        asking.join()
