"""Nothing is served without the login, and beyond this machine not without asking for one."""

from __future__ import annotations

import base64

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from rag import Rag
from ui.cli.main import app
from ui.web.security import login
from ui.web.security.login import Login
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
    done = CliRunner().invoke(app, ["chat", "--auth", "ada"])
    assert done.exit_code == 2
    assert "NAME:PASSWORD" in done.stderr
