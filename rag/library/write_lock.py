"""One writer at a time, in this process or any other, on this machine or any other.

A library on one machine has a lock file, held by the operating system for as long as the process
lives, so that a dead one's lock holds nobody up. A library in PostgreSQL has an advisory lock
there, held for as long as the connection lives.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import filelock

from rag.errors import LibraryBusyError
from rag.library.catalog import Catalog

_log = logging.getLogger(__name__)

PATIENCE = 120.0
"""Seconds a writer waits for another one before it gives up."""
_LOOKS_AGAIN = 0.2
"""Seconds between two tries for a lock in PostgreSQL, which can only be waited for without end."""


class WriterLock(Protocol):
    """What only one holds; whoever holds it may take it again."""

    def held(self, patience: float) -> AbstractContextManager[None]:
        """Hold it.

        :param patience: seconds to wait for another one.
        :raises LibraryBusyError: another one kept it for longer.
        """


class FileLock:
    """The lock of a home: ``writer.lock``, with the number of who holds it in ``writer.pid``."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._holder = home / "writer.pid"
        self._lock = filelock.FileLock(home / "writer.lock")

    @contextmanager
    def held(self, patience: float) -> Iterator[None]:
        """As :meth:`WriterLock.held`."""
        try:
            self._lock.acquire(timeout=0)
        except filelock.Timeout:
            self._wait(patience)
        try:
            self._holder.write_text(str(os.getpid()))
            yield
        finally:
            self._lock.release()

    def _wait(self, patience: float) -> None:
        try:
            name = f"process {self._holder.read_text()}"
        except OSError:
            name = "another process"
        if patience:
            _log.warning("waiting for %s, which is writing to %s", name, self._home)
        try:
            self._lock.acquire(timeout=patience)
        except filelock.Timeout as error:
            raise _busy(name, str(self._home)) from error


class CatalogLock:
    """The lock of a shared catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._mine = threading.local()

    @contextmanager
    def held(self, patience: float) -> Iterator[None]:
        """As :meth:`WriterLock.held`."""
        if getattr(self._mine, "held", False):
            yield
            return
        with self._catalog.session() as session:
            if not session.lock():
                name = self._catalog.writer() or "another process"
                if patience:
                    _log.warning(
                        "waiting for %s, which is writing to %s", name, self._catalog.place
                    )
                deadline = time.monotonic() + patience
                while not session.lock():
                    if time.monotonic() > deadline:
                        raise _busy(name, self._catalog.place)
                    time.sleep(_LOOKS_AGAIN)
            self._catalog.set_writer(f"process {os.getpid()} on {socket.gethostname()}")
            self._mine.held = True
            try:
                yield
            finally:
                self._mine.held = False


def _busy(name: str, place: str) -> LibraryBusyError:
    return LibraryBusyError(f"{name} is writing to {place}; wait for it to end, or stop it")
