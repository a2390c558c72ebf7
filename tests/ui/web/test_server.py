"""What the server lets in, what it tells a browser to refuse, and where it listens."""

from __future__ import annotations

import base64
import re
import socket
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from rag import Rag
from served import served
from ui.cli.main import app
from ui.web.security import http_protocol
from ui.web.security.login import Login
from ui.web.server import create_server_app, open_listener


@pytest.fixture(scope="module")
def client(bot: Rag):
    with TestClient(create_server_app(bot), base_url="http://127.0.0.1:7860") as client:
        yield client


def directives(header: str) -> dict[str, str]:
    return dict(part.strip().split(" ", 1) for part in header.split(";"))


def test_the_policy_names_no_other_host_and_no_unsafe_script(client: TestClient) -> None:
    policy = directives(client.get("/").headers["Content-Security-Policy"])
    assert policy["default-src"] == "'none'"
    assert "unsafe" not in policy["script-src"]
    for sources in policy.values():
        assert not re.search(r"https?:|//|\*|blob:", sources)


def test_every_inline_script_has_this_answers_nonce(client: TestClient) -> None:
    pages = [client.get("/") for _ in range(2)]
    nonces = set()
    for page in pages:
        (nonce,) = set(re.findall(r"'nonce-([\w-]+)'", page.headers["Content-Security-Policy"]))
        nonces.add(nonce)
        scripts = re.findall(r"<script[^>]*>", page.text)
        assert len(scripts) > 1
        assert all(f'nonce="{nonce}"' in script for script in scripts)
    assert len(nonces) == 2
    assert "https://" not in re.sub(r"<script.*?</script>", "", pages[0].text, flags=re.DOTALL)


def test_a_source_is_read_by_its_span(client: TestClient, bot: Rag) -> None:
    answer = bot.ask("Which markers help identify cancer stem cells?")
    cited = answer.citations[0]
    got = client.get(f"/page/source/{cited.document_id}/{cited.start}/{cited.end}").json()
    assert f">{cited.quote}</mark>" in got["html"]
    assert got["title"] == cited.title
    assert got["source"] == "stem-cell-therapy-advances.txt"  # not where it lies on the disk


@pytest.mark.parametrize("end", [10**9])
def test_what_is_not_there_is_said(client: TestClient, bot: Rag, end: int) -> None:
    document = bot.documents()[0].document_id
    got = client.get(f"/page/source/{document}/1/{end}")
    assert (got.status_code, got.json()["detail"]) == (404, "This passage is not in the document.")
    got = client.get("/page/source/none/0/1")
    assert got.json()["detail"] == "This document is no longer in the library."


@pytest.mark.fault(98)
@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file=../../../etc/passwd",
        "/file=/etc/passwd",
        "/page/assets/..%2fserver.py",
        "/page/assets/%2e%2e/server.py",
        "/page/source/..%2f..%2fetc%2fpasswd/0/1",
    ],
)
def test_no_path_leads_to_a_file_of_this_machine(client: TestClient, path: str) -> None:
    got = client.get(path)
    assert got.status_code >= 400 or got.headers["content-type"].startswith("text/html")
    assert "root:" not in got.text
    assert "create_server_app" not in got.text


@pytest.mark.fault(97)
@pytest.mark.fault(99)
@pytest.mark.fault(100)
def test_what_the_page_does_not_use_is_closed(client: TestClient) -> None:
    upload = {"files": ("notes.txt", b"hello")}
    assert client.post("/gradio_api/upload", files=upload).status_code == 404
    for path in ("/gradio_api/proxy=http://127.0.0.1:1/", "/gradio_api/deep_link", "/monitoring"):
        assert client.get(path).status_code == 404


@pytest.mark.fault(113)
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost:3000", "http://[", "x", ""]
)
def test_another_web_site_cannot_act_or_read_here(client: TestClient, origin: str) -> None:
    elsewhere = {"Origin": origin}
    for method, path in (
        ("POST", "/page/documents"), ("DELETE", "/page/documents/x"), ("GET", "/config"),
        ("GET", "/page/documents"), ("OPTIONS", "/gradio_api/queue/join"),
    ):  # fmt: skip
        got = client.request(method, path, headers=elsewhere)
        assert got.status_code == 403
        assert got.json() == {"detail": "Requests from other web sites are refused."}
    own = {"Origin": "http://127.0.0.1:7860"}
    assert client.delete("/page/documents/x", headers=own).status_code == 409
    got = client.get("/config", headers=own)
    assert got.status_code == 200
    assert not [name for name in got.headers if name.startswith("access-control-")]


@pytest.mark.fault(94)
def test_a_body_is_refused_by_its_length(client: TestClient) -> None:
    def endless():
        yield b"{}"

    join = "/gradio_api/queue/join"
    assert client.post(join, content=endless()).status_code == 411
    got = client.post(join, content=b"x" * 2_000_001)
    assert got.status_code == 413
    assert got.json()["detail"] == (
        "This is larger than 2 MB, the most that is taken. Send less at once."
    )
    upload = {"X-File-Name": "notes.xyz"}
    assert (
        client.post("/page/documents", content=b"x" * 2_000_001, headers=upload).status_code == 415
    )
    assert client.post("/page/documents", content=b"x" * 64_000_001).status_code == 413
    got = client.post("/v1/chat/completions", content=b"x", headers={"Content-Length": "9" * 12})
    assert "larger than 2 MB" in got.json()["error"]["message"]


@pytest.mark.fault(113)
@pytest.mark.parametrize(
    ("host", "options", "name", "answered"),
    [
        ("127.0.0.2", {}, "127.0.0.2:7860", True),
        ("0.0.0.0", {}, "rebound.example", False),
        ("0.0.0.0", {"auth": Login("a", "b")}, "library.example", True),
    ],
)
def test_only_names_of_this_server_are_answered(
    bot: Rag, host: str, options: dict[str, Any], name: str, answered: bool
) -> None:
    """A web site that points a name of its own at this machine reads nothing."""
    client = TestClient(create_server_app(bot, host=host, **options))
    headers = {"Host": name, "Authorization": f"Basic {base64.b64encode(b'a:b').decode()}"}
    got = client.get("/page/about", headers=headers)
    assert got.status_code == (200 if answered else 400)
    assert answered or "does not know the name" in got.json()["detail"]


@pytest.mark.fault(114)
@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n",
        b"POST /page/documents HTTP/1.1\r\nHost: 127.0.0.1\r\nX-File-Name: a.txt\r\n"
        b"Content-Length: 1000\r\n\r\nhalf",
        b"GET /page/about HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nGET /page/about HT",
    ],
)
def test_half_a_request_is_closed(bot: Rag, monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_SECONDS", 0.2)
    monkeypatch.setattr(http_protocol, "BODY_SECONDS", 0.2)
    with served(bot) as address:
        port = int(address.rpartition(":")[2])
        connections = [socket.create_connection(("127.0.0.1", port), 60) for _ in range(5)]
        for connection in connections:
            connection.sendall(sent)
        for connection in connections:
            with connection, suppress(ConnectionError):
                while connection.recv(65536):  # until the server closes it
                    pass
        with urllib.request.urlopen(f"{address}/page/about", timeout=60) as got:
            assert got.status == 200


@pytest.mark.fault(114)
def test_a_slow_body_that_goes_on_is_taken(bot: Rag, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_SECONDS", 0.2)
    monkeypatch.setattr(http_protocol, "BODY_SECONDS", 30)
    head = "POST /page/feedback HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 8\r\n\r\n"
    with served(bot) as address:
        port = int(address.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), 60) as connection:
            connection.sendall(head.encode())
            for byte in b"{      }":
                time.sleep(0.05)
                connection.sendall(bytes([byte]))
            assert connection.recv(100).startswith(b"HTTP/1.1 422")


@pytest.mark.fault(103)
def test_a_taken_port_gives_the_next_free_one() -> None:
    with open_listener("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with open_listener("127.0.0.1", port) as second:
            assert port < second.getsockname()[1] <= port + 100
            with socket.create_connection(second.getsockname(), timeout=5):
                pass


@pytest.mark.fault(103)
def test_a_taken_port_is_told_with_the_one_that_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.web.server._Server.run", lambda server, **_: server._ready())
    with open_listener("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        taken = CliRunner().invoke(app, ["chat", "--home", str(tmp_path), "--port", str(port)])
    free = CliRunner().invoke(app, ["chat", "--home", str(tmp_path), "--port", "0"])
    found = re.search(r"http://127\.0\.0\.1:(\d+) ", taken.stdout)
    assert found
    assert f"port {port} is taken" in taken.stderr
    assert f"{found[1]} is used" in taken.stderr
    assert "is used" not in free.stderr


def test_an_address_of_another_machine_is_an_error() -> None:
    with pytest.raises(OSError):  # noqa: PT011 the system's own words
        open_listener("203.0.113.1", 7860)
