"""Shared fixtures: the real bundled model, a library of the seeds, and no network but loopback."""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from ingest import ingest
from rag import Embedder, Rag, Settings
from servers import PostgreSql, postgresql_programs, running_postgresql

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "seeds"
CONVERTERS = ("conversions", "openvino_convert", "openvino_model", "torch_model", "model_tokens")
settings.register_profile("citespan", deadline=None)  # time is measured in bench/, never here
settings.load_profile("citespan")
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class NetworkRefusedError(RuntimeError):
    """Something tried to reach past this machine."""


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Refuse every connection that is not to this machine."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in _LOOPBACK:
            raise NetworkRefusedError(f"a test tried to connect to {address}")
        real(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        yield


@pytest.fixture(autouse=True, scope="session")
def model_cache(pytestconfig: pytest.Config) -> Iterator[Path]:
    """Where the bundled model is converted, once for all tests; nobody's own cache is touched.

    Pytest keeps it for the next run, until something changes in the code that converts.
    """
    code = b"".join((ROOT / "rag" / "models" / f"{name}.py").read_bytes() for name in CONVERTERS)
    made_by = hashlib.sha256(code).hexdigest()[:16]
    cache = pytestconfig.cache.mkdir(f"models-{made_by}")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("CITESPAN_")]:
            patch.delenv(name)
        patch.setenv("CITESPAN_MODEL_CACHE", str(cache))
        yield cache


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's own library is touched."""
    monkeypatch.setenv("CITESPAN_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The bundled model, loaded once."""
    return Embedder()


@pytest.fixture(scope="session")
def seeds_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of the two seed documents; tests only read it."""
    home = tmp_path_factory.mktemp("seeds-home")
    report = ingest([SEEDS], Settings(home=home))
    assert len(report.added) == 2
    return home


@pytest.fixture(scope="session")
def bot(seeds_home: Path) -> Iterator[Rag]:
    """Answers over the seeds."""
    with Rag(Settings(home=seeds_home)) as rag:
        yield rag


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSql]:
    """A PostgreSQL of the tests' own."""
    programs = postgresql_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed; on Debian and Ubuntu: apt install postgresql")
    with running_postgresql(programs) as cluster:
        yield cluster
