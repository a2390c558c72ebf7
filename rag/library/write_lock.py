"""The write lock: one writer at a time, over all processes and machines.

A library on one machine has a lock file. The operating system releases it when the process ends,
so a dead process blocks nobody. A library in PostgreSQL has an advisory lock, which the server
releases when the connection ends.
"""

import errno
import logging
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from rag.errors import LibraryBusyError, LibraryError
from rag.library.catalog import Catalog
from rag.library.home import explain_unwritable

_log = logging.getLogger(__name__)

WAIT_SECONDS = 120.0
"""How long a writer waits for another one before it gives up."""
_RETRY_SECONDS = 0.2
"""Between two tries for the lock in PostgreSQL, where waiting for a lock has no time-out."""


class FileLock:
    """A lock of a home: ``writer.lock``; ``writer.pid`` has the process id of its holder.

    :param name: of the two files; ``uploads`` is the lock for changing uploaded files.
    """

    def __init__(self, home: Path, name: str = "writer") -> None:
        self._home = home
        self._holder = home / f"{name}.pid"
        # The soft lock that it else falls back to outlives a process that is killed.
        self._lock = filelock.FileLock(home / f"{name}.lock", mode=0o600, fallback_to_soft=False)

    @contextmanager
    def hold(self, wait: float) -> Iterator[None]:
        """Hold the lock; the holder may take it again.

        :param wait: seconds to wait for another writer.
        :raises LibraryBusyError: another writer kept it for longer.
        :raises LibraryError: the folder cannot be locked or written.
        """
        with self._explain_failure():
            try:
                self._lock.acquire(timeout=0)
            except filelock.Timeout:
                self._wait(wait)
        try:
            with self._explain_failure():
                self._holder.write_text(str(os.getpid()))
            yield
        finally:
            self._lock.release()

    @contextmanager
    def _explain_failure(self) -> Iterator[None]:
        """Raise a sentence about a folder that cannot be locked or written."""
        try:
            yield
        except OSError as error:
            raise LibraryError(explain_unwritable(self._home, error)) from error
        except NotImplementedError as error:  # filelock's word for ENOSYS
            no_locks = OSError(errno.ENOSYS, "no locks")
            raise LibraryError(explain_unwritable(self._home, no_locks)) from error

    def _wait(self, seconds: float) -> None:
        try:
            name = f"process {self._holder.read_text()}"
        except OSError:
            name = "another process"
        if seconds:
            _log.warning("waiting for %s, which is writing to %s", name, self._home)
        try:
            self._lock.acquire(timeout=seconds)
        except filelock.Timeout as error:
            raise _busy_error(name, str(self._home)) from error


class CatalogLock:
    """The lock of a catalog in PostgreSQL."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._mine = threading.local()

    @contextmanager
    def hold(self, wait: float) -> Iterator[None]:
        """Hold the lock; see :meth:`FileLock.hold`."""
        if getattr(self._mine, "held", False):
            yield
            return
        with self._catalog.session() as try_lock:
            if not try_lock():
                name = self._catalog.last_writer() or "another process"
                if wait:
                    _log.warning(
                        "waiting for %s, which is writing to %s", name, self._catalog.place
                    )
                deadline = time.monotonic() + wait
                while not try_lock():
                    if time.monotonic() > deadline:
                        raise _busy_error(name, self._catalog.place)
                    time.sleep(_RETRY_SECONDS)
            self._catalog.record_writer(f"process {os.getpid()} on {socket.gethostname()}")
            self._mine.held = True
            try:
                yield
            finally:
                self._mine.held = False


WriteLock = FileLock | CatalogLock


def _busy_error(name: str, place: str) -> LibraryBusyError:
    return LibraryBusyError(f"{name} is writing to {place}; wait until it has finished, or stop it")
