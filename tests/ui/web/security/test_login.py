"""Nothing is served without the login, and beyond this machine not without asking for one."""

from __future__ import annotations

import asyncio
import base64
import logging
from pathlib import Path
from types import SimpleNamespace

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from rag import Rag
from ui.cli.main import app
from ui.web.security import login
from ui.web.security.login import BasicAuth, Login
from ui.web.server import create_server_app


@pytest.fixture(scope="module")
def client(bot: Rag):
    guarded = create_server_app(bot, auth=Login("ada", "pass:word"))
    with (
        pytest.MonkeyPatch.context() as patch,
        TestClient(guarded, base_url="http://127.0.0.1") as client,
    ):
        patch.setattr(login, "_PAUSE", 0)
        yield client


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"}


@pytest.mark.parametrize(
    "path", ["/", "/config", "/gradio_api/info", "/page/documents", "/page/assets/js/main.js"]
)
def test_everything_asks_for_the_login(client: TestClient, path: str) -> None:
    got = client.get(path)
    assert got.status_code == 401
    assert got.headers["WWW-Authenticate"].startswith("Basic")
    assert client.get(path, headers=basic("ada", "pass:word")).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        basic("ada", "password"),
        basic("Ada", "pass:word"),
        basic("", ""),
        {"Authorization": "Basic ???"},
        {"Authorization": "Basic /w=="},
        {"Authorization": "Bearer ada:pass:word"},
        {"Authorization": "Digest x"},
    ],
)
def test_a_wrong_login_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    assert client.get("/page/about", headers=headers).status_code == 401


def test_a_program_gets_its_refusal_in_the_form_it_reads(client: TestClient) -> None:
    got = client.get("/v1/models", headers={"Authorization": "Bearer password"})
    assert got.status_code == 401
    assert got.json()["error"]["code"] == "invalid_api_key"
    assert client.get("/v1/models", headers={"Authorization": "Bearer pass:word"}).is_success


def test_a_program_may_give_the_password_as_its_key(client: TestClient) -> None:
    assert client.get("/page/about", headers={"Authorization": "Bearer pass:word"}).is_success


@pytest.mark.parametrize("text", ["", "ada", ":x", "ada:"])
def test_a_login_has_a_name_and_a_password(text: str) -> None:
    with pytest.raises(ValueError, match="NAME:PASSWORD"):
        Login.parse(text)
    assert "secret" not in repr(Login.parse("ada:secret"))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_beyond_this_machine_nothing_is_served_without_a_login(host: str) -> None:
    done = CliRunner().invoke(app, ["chat", "--host", host])
    assert done.exit_code == 2
    assert "--auth" in done.stderr
    assert "--without-auth" in done.stderr


def test_a_login_without_a_password_is_wrong_usage() -> None:
    done = CliRunner().invoke(app, ["chat"], env={"CITESPAN_AUTH": "ada"})
    assert done.exit_code == 2
    assert "NAME:PASSWORD" in done.stderr


@pytest.mark.parametrize("argument", ["ada:pass:word", "ada"])
def test_a_password_is_no_argument(argument: str) -> None:
    done = CliRunner().invoke(app, ["chat", "--auth", argument])
    assert done.exit_code == 2
    assert "--auth-file" in done.stderr
    assert "pass:word" not in done.stderr


def test_a_password_is_read_from_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    file = tmp_path / "login"
    file.write_text("ada:pass:word\n")
    file.chmod(0o600)
    assert Login.read(file) == Login("ada", "pass:word")
    file.chmod(0o644)
    with pytest.raises(ValueError, match="other users can read"):
        Login.read(file)
    missing = CliRunner().invoke(app, ["chat", "--auth-file", str(tmp_path / "none")])
    assert missing.exit_code == 2
    assert "No such file" in missing.stderr


def test_guessing_is_slowed_down_for_all_but_those_who_know_the_password(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever the guesses come from, they are tried one after the other."""
    pauses: list[str] = []
    trying = most = 0

    async def pause(_: float) -> None:
        nonlocal trying, most
        trying += 1
        most = max(most, trying)
        pauses.append("pause")
        await asyncio.sleep(0)
        trying -= 1

    async def inner(scope: object, receive: object, send: object) -> None:
        pass

    monkeypatch.setattr(login, "asyncio", SimpleNamespace(Lock=asyncio.Lock, sleep=pause))
    guard = BasicAuth(inner, Login("ada", "pass:word"))

    async def give(password: str, address: str) -> int:
        status = 200

        async def send(message: dict[str, object]) -> None:
            nonlocal status
            status = int(str(message.get("status", status)))

        header = basic("ada", password)["Authorization"].encode()
        scope = {
            "type": "http", "path": "/", "method": "GET", "client": (address, 1),
            "headers": [(b"authorization", header)],
        }  # fmt: skip
        await guard(scope, None, send)  # type: ignore[arg-type]
        return status

    async def attack() -> None:
        nonlocal most
        assert await give("pass:word", "192.0.2.1") == 200
        for number in range(5):
            assert await give("wrong", f"198.51.100.{number}") == 401
        pauses.clear()
        assert await give("pass:word", "192.0.2.1") == 200
        assert pauses == []
        most = 0
        tries = [guard._wait_for_turn() for _ in range(20)]
        await asyncio.gather(*tries)
        assert most == 1
        guesses = [give("wrong", f"203.0.113.{number}") for number in range(100)]
        statuses = await asyncio.gather(*guesses)
        assert statuses.count(429) == 60
        assert await give("pass:word", "192.0.2.9") == 200
        assert pauses

    with caplog.at_level(logging.WARNING):
        asyncio.run(attack())
    assert "a wrong login came from 198.51.100.0" in caplog.messages
    assert "tries are slowed down" in caplog.messages[-1]
