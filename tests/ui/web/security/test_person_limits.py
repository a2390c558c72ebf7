"""Who sends too much is refused, before it is read; others are not."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import pytest
from starlette.applications import Starlette
from starlette.requests import Request  # noqa: TC002 - Starlette reads it
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from rag import Rag
from ui.web.security import person_limits
from ui.web.security.person_limits import PersonLimits
from ui.web.server import create_server_app


def serve(largest: int = 100, hold: threading.Event | None = None) -> PersonLimits:
    async def count(request: Request) -> Response:
        size = len(await request.body())
        if hold is not None and request.headers.get("x-wait"):
            await anyio.to_thread.run_sync(hold.wait, 60)
        return JSONResponse(size)

    routes = [Route(path, count, methods=["POST"]) for path in ("/v1/x", "/page/documents")]
    return PersonLimits(Starlette(routes=routes), largest)


@pytest.mark.fault(128)
def test_a_person_who_sends_too_much_is_refused_for_a_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(person_limits, "_MOST_READ", 1000)
    app, now = serve(), 0.0
    monkeypatch.setattr(person_limits.time, "monotonic", lambda: now)
    greedy, other = (TestClient(app, client=(f"192.0.2.{n}", 1)) for n in (1, 2))
    assert greedy.post("/v1/x", content=b"a" * 800).json() == 800
    refused = greedy.post("/v1/x", content=b"a" * 300)
    assert refused.status_code == 429
    assert refused.json()["error"]["message"].startswith("You have sent very much")
    assert greedy.post("/v1/x", content=b"a" * 200).status_code == 200
    assert other.post("/v1/x", content=b"a" * 800).status_code == 200
    now = 61.0
    assert greedy.post("/v1/x", content=b"a" * 300).status_code == 200


@pytest.mark.fault(128)
def test_a_persons_uploads_do_not_fill_the_memory() -> None:
    over = threading.Event()
    app = serve(100, over)
    with TestClient(app, client=("192.0.2.1", 1)) as client, ThreadPoolExecutor() as pool:
        send: dict[str, Any] = {"url": "/page/documents", "content": b"a" * 100}
        held = [pool.submit(client.post, **send, headers={"x-wait": "1"}) for _ in range(4)]
        while sum(app._uploading.values()) < 400:
            pass
        refused = client.post(**send)
        other = TestClient(app, client=("192.0.2.2", 1)).post(**send)
        over.set()
        assert [each.result(timeout=60).status_code for each in held] == [200] * 4
        assert (refused.status_code, other.status_code) == (429, 200)
        assert client.post(**send).status_code == 200
    assert not app._uploading


def test_the_server_has_these_limits(bot: Rag, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(person_limits, "_MOST_READ", 1000)
    with TestClient(create_server_app(bot), base_url="http://127.0.0.1:7860") as client:
        got = client.post("/v1/chat/completions", content=b"a" * 1001)
        assert (got.status_code, got.headers["Retry-After"]) == (429, "60")
