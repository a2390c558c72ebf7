"""Web addresses that are added on the page."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from ingest import ingest
from rag import Rag, Settings
from ui.answer_json import public_json
from ui.web.documents import document_changes
from ui.web.server import create_server_app
from ui.web.views.text_format import find_format

PAGE = b"<html><title>Reactor</title><p>The zorbium reactor is cooled by liquid helium.</p></html>"


class Server(BaseHTTPRequestHandler):
    status = 200
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(self.status)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def handler() -> type[Server]:
    return type("Own", (Server,), {"asked": []})


@pytest.fixture
def url(handler: type[Server]) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/reactor"
        server.shutdown()


@pytest.fixture
def rag(tmp_path: Path) -> Iterator[Rag]:
    with Rag(Settings(home=tmp_path / "home", upload_files=1)) as rag:
        yield rag


@pytest.fixture
def client(rag: Rag) -> Iterator[TestClient]:
    with TestClient(create_server_app(rag), base_url="http://127.0.0.1:7860") as client:
        yield client


@pytest.fixture
def _loopback_is_public(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = partial(ingest, allow_private_addresses=True)
    monkeypatch.setattr(document_changes, "ingest", allowed)


def add(client: TestClient, address: str) -> dict[str, Any]:
    """The last line of the answer."""
    got = client.post("/page/documents/address", json={"address": address})
    last: dict[str, Any] = json.loads(got.text.splitlines()[-1])
    return last


@pytest.mark.usefixtures("_loopback_is_public")
def test_an_address_is_added_removed_and_restored(
    client: TestClient, url: str, rag: Rag, handler: type[Server]
) -> None:
    added = add(client, f" {url}#top ")
    assert added["status"] == "added"
    document = added["document"]
    view = client.get(f"/page/source/{document}/0/0").json()
    assert (view["title"], view["source"], view["address"]) == ("Reactor", "reactor", url)
    answer = rag.ask("What is the zorbium reactor cooled by?")
    assert public_json(answer)["citations"][0]["source"] == url
    assert "the limit is 1" in add(client, url)["error"]
    assert client.delete(f"/page/documents/{document}").json()["returns"] is True
    assert client.post(f"/page/documents/{document}/back").json() == {"back": True}
    assert client.delete(f"/page/documents/{document}").json()["returns"] is True
    handler.status = 404
    assert "no such page" in add(client, url)["error"]


def test_the_page_reads_no_address_of_this_machine(
    client: TestClient, url: str, handler: type[Server]
) -> None:
    for address in (url, "http://169.254.169.254/latest/meta-data/", "http://localhost:1/"):
        refused = add(client, address)["error"]
        assert "not on the public internet" in refused
        assert "--allow" not in refused
    assert "only http and https" in add(client, "file:///etc/passwd")["error"]
    assert client.post("/page/documents/address", json={}).status_code == 422
    assert handler.asked == []
    assert client.get("/page/documents").json()["documents"] == []


def test_a_read_only_page_takes_no_address(bot: Rag, url: str, handler: type[Server]) -> None:
    app = create_server_app(bot, read_only=True)
    with TestClient(app, base_url="http://127.0.0.1:7860") as client:
        got = client.post("/page/documents/address", json={"address": url})
        assert got.is_client_error
    assert handler.asked == []


@pytest.mark.parametrize(
    ("source", "text_format"),
    [
        ("https://example.org/", "headings"),
        ("https://example.org/wiki/Heron?a=b.md", "headings"),
        ("https://example.org/index.php", "headings"),
        ("https://example.org/readme.md?raw=1", "markdown"),
        ("https://example.org/notes.txt", "plain"),
        ("/home/ann/notes", "plain"),
    ],
)
def test_the_text_of_an_address_is_shown_by_its_format(source: str, text_format: str) -> None:
    assert find_format(source) == text_format
