"""Finds and deletes what interrupted work left in a home.

A process may be killed between any two steps. What it leaves is in no document's way, but may hold
the text of a document that somebody removed. ``citespan doctor`` names it, ``--repair`` deletes it.
"""

import hashlib
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import filelock

from rag.files import is_draft
from rag.library.catalog import Catalog
from rag.library.files.own_files import REMOVED, delete_whole, find_unnamed
from rag.library.home import IMPORTING

_LOCK = "owner.lock"
_OLD_DRAFTS = re.compile(
    r"\.catalog\.sqlite\.(?:draft|\d+)(?:-wal|-shm|-journal)?|home\.id\.\d+|\..+\.[0-9a-f]{32}"
)
"""Files that are moved to their place when they are whole; with numbers, from older versions."""


class RemovedFiles:
    """Where one process keeps the files of removed documents, until it ends.

    Each process has a folder of its own, and holds a lock in it; the operating system releases the
    lock when the process ends, so that others know that nobody can undo these removals.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._folder = home / REMOVED / uuid4().hex
        # held by the process, whichever of its threads took it
        self._lock = filelock.FileLock(
            self._folder / _LOCK, thread_local=False, fallback_to_soft=False
        )

    def folder(self, document_id: str) -> Path:
        """The folder for the files of one document; the lock of the uploads is held."""
        if not self._lock.is_locked:
            self._folder.mkdir(parents=True, mode=0o700, exist_ok=True)
            self._lock.acquire(timeout=0)
        # The id may have been imported, so it is no name of a folder.
        return self._folder / hashlib.sha256(document_id.encode()).hexdigest()[:32]

    def close(self) -> None:
        """Delete all of them."""
        self._lock.release()
        shutil.rmtree(self._folder, ignore_errors=True)
        with suppress(OSError):
            self._folder.parent.rmdir()


def find_left_overs(home: Path, catalog: Catalog) -> Iterator[Path]:
    """Find what nothing in the catalog names and no living process uses.

    The lock of the home and that of its uploads are held.
    """
    for path in sorted(home.iterdir()):
        is_import = path.name.startswith(IMPORTING) and path.is_dir()
        if is_draft(path.name) or is_import or _OLD_DRAFTS.fullmatch(path.name):
            yield path
    yield from _find_abandoned(home / REMOVED)
    yield from find_unnamed(home, catalog.sources())


def delete_unnamed(home: Path, catalog: Catalog) -> None:
    """Delete uploads and removed files that nobody needs; the lock of the uploads is held.

    :raises OSError: one cannot be deleted.
    """
    for path in [*_find_abandoned(home / REMOVED), *find_unnamed(home, catalog.sources())]:
        delete_whole(path)


def _find_abandoned(removed: Path) -> Iterator[Path]:
    """Find the folders of processes that have ended."""
    for folder in sorted(removed.iterdir()) if removed.is_dir() else ():
        lock = filelock.FileLock(folder / _LOCK, fallback_to_soft=False)
        try:
            with lock.acquire(timeout=0):
                pass
        except filelock.Timeout:
            continue
        except (OSError, NotImplementedError):
            pass
        yield folder
