"""The files of deploy/ fit each other and the code; no container engine runs in the tests."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from rag import Settings
from ui.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")
GIVEN = {"POSTGRES_PASSWORD": "s3cret", "CITESPAN_AUTH": "me:s3cret"}


def substituted(text: str) -> str:
    """As compose puts variables into a file: ``${NAME:?why it is needed}``."""
    return re.sub(r"\$\{(\w+):\?[^}]+\}", lambda name: GIVEN[name[1]], text)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(
        substituted((ROOT / "deploy" / "compose.yaml").read_text("utf-8"))
    )
    return read


def test_every_variable_of_the_app_is_a_setting_and_its_value_is_valid(
    compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = compose["services"]["app"]["environment"]
    assert environment.pop("CITESPAN_AUTH") == GIVEN["CITESPAN_AUTH"]  # the command line's own
    names = {f"CITESPAN_{name.upper()}" for name in Settings.model_fields}
    assert environment.keys() <= names
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert Settings().catalog == environment["CITESPAN_CATALOG"]


def test_the_app_finds_the_servers_by_the_names_of_their_services(compose: dict[str, Any]) -> None:
    services = compose["services"]
    environment = services["app"]["environment"]
    postgres = services["postgres"]["environment"]
    user, password, name = (postgres[f"POSTGRES_{key}"] for key in ("USER", "PASSWORD", "DB"))
    catalog = f"postgresql+psycopg://{user}:{password}@postgres/{name}"
    assert environment["CITESPAN_CATALOG"] == catalog
    assert environment["CITESPAN_CHROMA"] == "http://chroma:8000"
    assert services["app"]["depends_on"].keys() == services.keys() - {"app"}
    assert "healthcheck" in services["postgres"]


def test_only_the_page_is_published_and_only_on_loopback(compose: dict[str, Any]) -> None:
    ports = {name: service.get("ports") for name, service in compose["services"].items()}
    assert ports == {"app": ["127.0.0.1:7860:7860"], "postgres": None, "chroma": None}


def test_every_volume_that_is_mounted_is_declared(compose: dict[str, Any]) -> None:
    mounted = {
        volume.split(":")[0]
        for service in compose["services"].values()
        for volume in service["volumes"]
    }
    assert mounted == compose["volumes"].keys()


def test_chroma_is_the_tested_version(compose: dict[str, Any]) -> None:
    (locked,) = re.findall(r"^chromadb==(.+)$", (ROOT / "constraints.txt").read_text(), re.M)
    assert compose["services"]["chroma"]["image"] == f"chromadb/chroma:{locked}"


def test_the_image_copies_what_is_there_and_starts_a_command_that_exists() -> None:
    for line in re.findall(r"^COPY (.+)$", DOCKERFILE, re.M):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source
    (build,) = re.findall(r"dockerfile: (.+)", (ROOT / "deploy" / "compose.yaml").read_text())
    assert (ROOT / build).is_file()
    (started,) = re.findall(r"^CMD \[(.+)\]$", DOCKERFILE, re.M)
    program, command, *_ = shlex.split(started.replace(",", " "))
    assert program == "citespan"
    assert command in typer.main.get_command(app).commands  # type: ignore[attr-defined]


def test_the_folders_that_the_image_keeps_are_the_ones_its_settings_name(
    compose: dict[str, Any],
) -> None:
    kept = set(re.findall(r"CITESPAN_(?:HOME|MODEL_CACHE)=(\S+)", DOCKERFILE))
    mounts = {volume.split(":")[1] for volume in compose["services"]["app"]["volumes"]}
    assert kept == mounts
    assert all(f'"{folder}"' in DOCKERFILE for folder in kept)


def test_secrets_are_asked_for_and_not_written_down() -> None:
    text = (ROOT / "deploy" / "compose.yaml").read_text("utf-8")
    assert not re.findall(r"(?:PASSWORD|TOKEN|AUTH): (?!\$\{)\S+", text)
