"""A library: the home folder with its catalog and the two indexes kept in step with it.

The catalog commits first; the indexes follow. Around each write to an index stands a dirty mark in
the catalog, so a process killed in between leaves either an index at an older generation, which is
brought forward, or a doubtful one, which is rebuilt from the catalog without the model.
"""

from __future__ import annotations

import logging
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeVar

import filelock

from rag.catalog import Catalog, IndexState, StoredChunk
from rag.errors import EmptyLibraryError, LibraryBusyError, LibraryError
from rag.lexical import LexicalIndex
from rag.store import VectorIndex
from rag.types import EVERYTHING, Filter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_log = logging.getLogger(__name__)

_PATIENCE = 120.0
"""Seconds a writer waits for another one before it gives up."""


class _SearchIndex(Protocol):
    """What bringing an index into step needs of it."""

    name: ClassVar[str]
    version: ClassVar[int]

    def __init__(self, folder: Path) -> None: ...
    def count(self) -> int: ...
    def remove(self, ids: Sequence[str]) -> None: ...
    def add(self, chunks: Sequence[StoredChunk]) -> None: ...
    def close(self) -> None: ...


_AnyIndex = TypeVar("_AnyIndex", bound=_SearchIndex)


class Library:
    """The catalog, the vector index and the lexical index of one home.

    :param home: the folder; made when missing and ``create`` is set.
    :raises EmptyLibraryError: there is no library in the folder.
    """

    def __init__(self, home: Path, *, create: bool = False) -> None:
        self.home = home
        path = home / "catalog.sqlite"
        if create:
            _make(home)
        elif not path.is_file():
            raise EmptyLibraryError(nothing_ingested(home))
        self.catalog = Catalog(path, create=create)
        self._writer_lock = filelock.FileLock(home / "writer.lock")
        self._opening = threading.RLock()
        self._opened: dict[str, tuple[IndexState, _SearchIndex]] = {}

    def close(self) -> None:
        """Let go of every file."""
        with self._opening:
            for _, index in self._opened.values():
                index.close()
            self._opened.clear()
        self.catalog.close()

    def nearest(
        self, vector: NDArray[np.float32], limit: int, where: Filter = EVERYTHING
    ) -> list[tuple[str, float]]:
        """Ids of the chunks nearest to a unit vector with their cosine, best first.

        In step with the catalog unless somebody is writing right now. One search at a time, since
        a new generation closes the client that an older search would still be using.
        """
        with self._opening:
            return self._current(VectorIndex).search(vector, limit, where)

    @property
    def lexical(self) -> LexicalIndex:
        """The lexical index, in step with the catalog unless somebody is writing right now."""
        return self._current(LexicalIndex)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one writer; on leaving, the indexes are brought into step with the catalog.

        After an error they are not: what was committed stays, and the next open catches up.

        :raises LibraryBusyError: another process kept writing for longer than we wait.
        """
        with self._writer(patience=_PATIENCE):
            yield
            for kind in (VectorIndex, LexicalIndex):
                state = self.catalog.index_state(kind.name)
                # What is in step need not be opened: an ingest that changed nothing ends at once.
                if state.dirty or state.generation != self.catalog.generation:
                    self._current(kind)

    def _current(self, kind: type[_AnyIndex]) -> _AnyIndex:
        """The index, opened again when another process has changed it, mended when it must be."""
        with self._opening:
            state = self.catalog.index_state(kind.name)
            known = self._opened.get(kind.name)
            if known is None or known[0] != state or state.generation < self.catalog.generation:
                known = self._catch_up(kind)
            index = known[1]
            assert isinstance(index, kind)
            return index

    def _catch_up(self, kind: type[_AnyIndex]) -> tuple[IndexState, _SearchIndex]:
        """Open the index, and bring it into step unless another process is at it already."""
        state = self.catalog.index_state(kind.name)
        try:
            with self._writer(patience=0 if state.folder else _PATIENCE):
                index = self._open(kind)
                if not self._replayed(kind, index):
                    index.close()
                    index = self._rebuilt(kind)
        except (LibraryBusyError, PermissionError):
            known = self._opened.get(kind.name)
            if known is not None and known[0] == state:
                return known
            index = self._open(kind)
        self._opened[kind.name] = self.catalog.index_state(kind.name), index
        return self._opened[kind.name]

    def _open(self, kind: type[_AnyIndex]) -> _AnyIndex:
        known = self._opened.pop(kind.name, None)
        if known is not None:
            known[1].close()
        return kind(self.home / (self.catalog.index_state(kind.name).folder or kind.name))

    def _replayed(self, kind: type[_AnyIndex], index: _AnyIndex) -> bool:
        """Apply what was committed since the index's generation; False: not to be trusted."""
        state = self.catalog.index_state(kind.name)
        if state.dirty or not state.folder.startswith(_prefix(kind)):
            return False
        try:
            with self.catalog.changes(state.generation) as changes:
                target = changes.generation
                if state.generation < target:
                    self.catalog.set_index_state(kind.name, replace(state, dirty=True))
                    index.remove(changes.removed)
                    for chunks in changes.added:
                        index.add(chunks)
                whole = index.count() == changes.total
        except Exception as error:  # noqa: BLE001 - a damaged index raises anything; one remedy
            _log.warning("the %s index is damaged (%s); rebuilding it", kind.name, error)
            return False
        if whole and state.generation < target:
            self.catalog.set_index_state(kind.name, replace(state, generation=target))
        return whole

    def _rebuilt(self, kind: type[_AnyIndex]) -> _AnyIndex:
        """A new index in a new folder, from the catalog's chunks and vectors."""
        with self.catalog.changes(0) as changes:
            target, total = changes.generation, changes.total
            folder = f"{_prefix(kind)}{target}-{os.urandom(4).hex()}"
            index = kind(self.home / folder)
            for chunks in changes.added:
                index.add(chunks)
        if index.count() != total:
            raise LibraryError(
                f"the {kind.name} index in {self.home} holds {index.count()} of {total} chunks "
                "after a rebuild; is the disk full?"
            )
        self.catalog.set_index_state(kind.name, IndexState(target, folder, dirty=False))
        for old in self.home.glob(f"{kind.name}-*"):
            if old.name != folder:
                shutil.rmtree(old, ignore_errors=True)
        return index

    @contextmanager
    def _writer(self, *, patience: float) -> Iterator[None]:
        """Hold the writer's lock; ``patience`` is how many seconds to wait for it."""
        holder = self.home / "writer.pid"
        try:
            self._writer_lock.acquire(timeout=0)
        except filelock.Timeout:
            name = _named(holder)
            if patience:
                _log.warning("waiting for %s, which is writing to %s", name, self.home)
            try:
                self._writer_lock.acquire(timeout=patience)
            except filelock.Timeout as error:
                raise LibraryBusyError(
                    f"{name} is writing to {self.home}; wait for it to end, or stop it"
                ) from error
        try:
            holder.write_text(str(os.getpid()))
            yield
        finally:
            self._writer_lock.release()


def _prefix(kind: type[_SearchIndex]) -> str:
    """What the folder of an index begins with; another version's folder is rebuilt, not used."""
    return f"{kind.name}-v{kind.version}-"


def nothing_ingested(home: Path) -> str:
    """What to say when there is nothing to ask yet."""
    return f"nothing has been ingested into {home} yet; run `citespan ingest PATH…` first"


def _named(holder: Path) -> str:
    try:
        return f"process {holder.read_text()}"
    except OSError:
        return "another process"


def _make(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(
            f"cannot make the folder {home} ({error.strerror}); choose another with --home or "
            "CITESPAN_HOME"
        ) from error
