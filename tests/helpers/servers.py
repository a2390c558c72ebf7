"""Real servers on this machine for tests: PostgreSQL, Chroma, and S3 as moto speaks it."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class PostgreSql:
    """A cluster of its own; root runs it as the user postgres, since it refuses root."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._user = "postgres" if os.getuid() == 0 else None
        self._data = folder / "data"
        self._port = free_port()
        self._names = count()
        if self._user:
            owner = pwd.getpwnam(self._user)
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        self._run("initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N")
        options = f"-p {self._port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        log = folder / "log"
        self._run("pg_ctl", "-D", self._data, "-o", options, "-l", log, "-w", "start")

    def database(self) -> str:
        """The URL of a new, empty database."""
        name = f"test{next(self._names)}"
        at = ("-h", "127.0.0.1", "-p", str(self._port), "-U", "postgres")
        self._run("createdb", *at, name)
        return f"postgresql+psycopg://postgres@127.0.0.1:{self._port}/{name}"

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop")

    def _run(self, program: str, *arguments: str | Path) -> None:
        subprocess.run(
            [self._programs / program, *arguments],
            user=self._user,
            cwd="/",
            check=True,
            stdout=subprocess.DEVNULL,
        )


def postgresql_programs() -> Path | None:
    """Where PostgreSQL's programs are; Debian keeps them out of the path."""
    debian = [str(folder) for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"))[::-1]]
    for folder in [*debian, *os.environ["PATH"].split(os.pathsep)]:
        if all(shutil.which(name, path=folder) for name in ("initdb", "pg_ctl", "createdb")):
            return Path(folder)
    return None


@contextmanager
def running_postgresql(programs: Path) -> Iterator[PostgreSql]:
    with tempfile.TemporaryDirectory() as folder:
        cluster = PostgreSql(programs, Path(folder))
        try:
            yield cluster
        finally:
            cluster.stop()


@contextmanager
def running_chroma(folder: Path) -> Iterator[str]:
    """The address of `chroma run` on loopback."""
    port = free_port()
    command = [Path(sys.executable).parent / "chroma", "run", "--path", folder]
    with (
        (folder.parent / "chroma.log").open("wb") as log,
        subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)], stdout=log, stderr=log
        ) as server,
    ):
        try:
            _wait_for(f"http://127.0.0.1:{port}/api/v2/heartbeat")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


@contextmanager
def running_s3(folder: Path) -> Iterator[str]:
    """The address of an object store on loopback, which forgets everything when it ends."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with (
        (folder / "s3.log").open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=log) as server,
    ):
        try:
            _wait_for(f"http://127.0.0.1:{port}/moto-api/data.json")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(url):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
