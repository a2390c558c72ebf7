"""The doctor's look at the network: what a start asks for is seen, refused and named."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from rag import Settings
from ui.cli import network_check
from ui.cli.doctor_checks import run_checks

PHONES = """
import importlib, socket, sys

try:
    socket.create_connection(("telemetry.example", 443))
except OSError:
    pass
sys.path.remove({folder!r})
del sys.modules[__name__]
importlib.import_module(__name__)
"""
"""Stands before a package of the same name, and then lets it take its place."""


@pytest.mark.slow
def test_a_start_asks_for_nothing_beyond_this_machine(seeds_home: Path) -> None:
    assert network_check.find_connections(Settings(home=seeds_home)) == []


@pytest.mark.slow
def test_a_library_that_phones_home_is_named_by_the_doctor(
    seeds_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "site-packages"
    folder.mkdir()
    (folder / "groovy.py").write_text(PHONES.format(folder=str(folder)))
    monkeypatch.syspath_prepend(folder)
    (finding,) = [each for each in run_checks(Settings(home=seeds_home)) if each.what == "network"]
    assert not finding.ok
    assert finding.detail.startswith("telemetry.example, contacted by gradio")


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", True),
        ("8.8.8.8", False),
        ("pypi.org", False),
        ("192.168.1.1", False),
    ],
)
def test_only_this_machine_is_here(host: str, here: bool) -> None:
    assert network_check._is_local(host) == here


def test_servers_that_the_settings_name_may_be_asked() -> None:
    settings = Settings(
        chroma="http://127.0.0.1:8000", catalog="postgresql+psycopg://me@localhost/x"
    )
    assert {"127.0.0.1", "localhost"} <= network_check._configured_hosts(settings)
    assert socket.gethostname() not in network_check._configured_hosts(Settings())
