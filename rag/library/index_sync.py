"""One index, kept in step with the catalog.

Around each write to an index stands a dirty mark in the catalog, so a process killed in between
leaves either an index at an older generation, which is brought forward, or a doubtful one, which is
rebuilt from the catalog without the model. Whoever cannot do so, since another process is at it or
nothing may be written, goes on with what it has, and searches the rest in memory.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Generic, TypeVar

from rag.errors import LibraryBusyError, LibraryError, ServiceError
from rag.library.catalog import Catalog, IndexState
from rag.library.index_folders import Storage, StoredIndex
from rag.library.unindexed import MemoryIndex, Tail
from rag.library.write_lock import PATIENCE, WriterLock

_log = logging.getLogger(__name__)

Index = TypeVar("Index", bound=StoredIndex)
Memory = TypeVar("Memory", bound=MemoryIndex)
Result = TypeVar("Result")


class Keeper(Generic[Index, Memory]):
    """One index of a library.

    May be used from several threads; they search one after the other, since a new generation closes
    the client that an older search would still be using.

    :param storage: where the index is.
    :param memory: makes an index of the same kind in memory.
    :param lock: of those who may write to the index.
    """

    def __init__(
        self,
        catalog: Catalog,
        storage: Storage[Index],
        memory: Callable[[], Memory],
        lock: WriterLock,
    ) -> None:
        self._catalog = catalog
        self._storage = storage
        self._memory = memory
        self._lock = lock
        self._threads = threading.RLock()
        self._opened: tuple[IndexState, Index] | None = None
        self._failed: IndexState | None = None
        self._tail: Tail[Memory] | None = None

    @property
    def name(self) -> str:
        """Under which the catalog knows the index."""
        return self._storage.name

    def open(self) -> None:
        """Open the index now, so that the first question need not wait for it."""
        with self._threads:
            if self._opened is None:
                self.parts()

    def close(self) -> None:
        """Let go of every file."""
        with self._threads:
            if self._opened is not None:
                self._opened[1].close()
            self._opened = self._tail = None

    def ask(self, question: Callable[[Sequence[Index | Memory]], Result]) -> Result:
        """Put a question to the parts that hold, together, all that is committed.

        An index that fails is not asked again before it has been mended.
        """
        with self._threads:
            try:
                return question(self.parts())
            except LibraryError:
                raise
            except Exception as error:  # noqa: BLE001 - a damaged index raises anything
                self._check_service(error)
                _log.warning("the %s index fails (%s)", self._storage.name, error)
                self._distrust()
                return question(self.parts())

    def parts(self) -> list[Index | Memory]:
        """The index, and in memory what it lacks."""
        with self._threads:
            if self._opened is not None and self._in_step(self._opened[0]):
                return [self._opened[1]]
            self._follow()
            since = self._opened[0].generation if self._opened else 0
            parts: list[Index | Memory] = [self._opened[1]] if self._opened else []
            if since < self._catalog.generation or not parts:
                self._tail = self._tail or Tail(self._memory(), since)
                self._tail.catch_up(self._catalog)
                parts.append(self._tail.index)
            return parts

    def bring_up(self) -> None:
        """Bring the index to the catalog's generation.

        :raises LibraryBusyError: another process kept writing for longer than we wait.
        :raises LibraryError: it cannot be written.
        """
        with self._threads, self._lock.held(PATIENCE):
            state, generation = self._catalog.standing(self._storage.name)
            # What is in step need not be opened: an ingest that changed nothing ends at once.
            if state.dirty or state.generation != generation:
                self._mend()

    def defect(self) -> str:
        """What a look at all of the index finds wrong, or ""."""
        state = self._catalog.index_state(self._storage.name)
        if not state.folder:
            return "it was never built"
        if state.dirty:
            return "a write to it broke off, or is going on"
        return self._storage.defect(state.folder, self._catalog, state.generation)

    def rebuild(self) -> None:
        """Build the index anew from the catalog."""
        with self._threads, self._lock.held(PATIENCE):
            self.close()
            index = self._rebuilt()
            self._use(self._catalog.index_state(self._storage.name), index)

    def _use(self, state: IndexState, index: Index) -> None:
        """Search this index from now on; a tail of another one is of no use any more."""
        self._opened, self._tail = (state, index), None

    def _in_step(self, opened: IndexState) -> bool:
        state, generation = self._catalog.standing(self._storage.name)
        return opened == state and state.generation == generation

    def _follow(self) -> None:
        """Bring the index into step if that can be done now, and else use what there is."""
        try:
            with self._lock.held(0):
                self._mend()
        except LibraryBusyError:
            self._borrow()
        except ServiceError:
            raise
        except (LibraryError, OSError) as error:
            _log.warning("the %s index stays as it is: %s", self._storage.name, error)
            self._borrow()

    def _mend(self) -> None:
        """Bring the index into step; the lock is held."""
        state = self._catalog.index_state(self._storage.name)
        index = self._trusted(state)
        if index is None or not self._replayed(index, state):
            if index is not None:
                index.close()
                self.close()
            index = self._rebuilt()
        self._use(self._catalog.index_state(self._storage.name), index)

    def _borrow(self) -> None:
        """Open the index as it is, unless somebody is writing to it."""
        if self._opened is not None:
            return  # as it was when it was opened; what came since is searched in memory
        state = self._catalog.index_state(self._storage.name)
        index = self._trusted(state)
        if index is None:
            return
        try:
            index.warm()
        except Exception as error:  # noqa: BLE001 - a damaged index raises anything
            self._check_service(error)
            _log.warning("the %s index cannot be opened (%s)", self._storage.name, error)
            index.close()
            return
        if self._catalog.index_state(self._storage.name) == state:
            self._use(state, index)
        else:
            index.close()

    def _trusted(self, state: IndexState) -> Index | None:
        """The index in this state, unless there is something wrong with it."""
        if self._opened is not None and self._opened[0] == state:
            return self._opened[1]
        if self._opened is not None:
            self.close()
        is_ours = state.folder.startswith(self._storage.prefix)
        if state.dirty or state == self._failed or not is_ours:
            return None
        if self._storage.fingerprint(state.folder) != state.files:
            found = self._storage.defect(state.folder, self._catalog, state.generation)
            if found:
                _log.warning("the %s index is damaged: %s", self._storage.name, found)
                return None
        return self._storage.open(state.folder)

    def _replayed(self, index: Index, state: IndexState) -> bool:
        """Apply what was committed since the index's generation; False: not to be trusted."""
        try:
            with self._catalog.changes(state.generation) as changes:
                target = changes.generation
                if state.generation < target:
                    self._check_room()
                    self._record(replace(state, dirty=True))
                    index.remove(changes.removed)
                    for chunks in changes.added:
                        index.add(chunks)
                whole = index.count() == changes.total
        except LibraryError:
            raise
        except Exception as error:  # noqa: BLE001 - a damaged index raises anything
            self._check_service(error)
            _log.warning("the %s index is damaged: %s", self._storage.name, error)
            return False
        files = self._storage.fingerprint(state.folder)
        if whole and (state.generation, state.files) != (target, files):
            self._record(IndexState(target, state.folder, dirty=False, files=files))
        return whole

    def _rebuilt(self) -> Index:
        """A new index under a new name, from the catalog's chunks and vectors."""
        self._check_room()
        with self._catalog.changes(0) as changes:
            folder = f"{self._storage.prefix}{changes.generation}-{os.urandom(4).hex()}"
            index = self._storage.open(folder)
            try:
                for chunks in changes.added:
                    index.add(chunks)
                count = index.count()
                if count != changes.total:
                    raise LibraryError(f"it holds {count:,} of {changes.total:,} chunks")
            except Exception as error:
                index.close()
                self._check_service(error)
                self._storage.drop(folder)
                raise LibraryError(
                    f"the {self._storage.name} index cannot be built ({error}); is the disk full?"
                ) from error
            files = self._storage.fingerprint(folder)
            self._record(IndexState(changes.generation, folder, dirty=False, files=files))
        for other in self._storage.others(folder):
            self._storage.drop(other)
        return index

    def _distrust(self) -> None:
        """Not open the index again as it is: the next look rebuilds it, where that can be done."""
        self._failed = self._opened[0] if self._opened else None
        self.close()

    def _check_service(self, error: Exception) -> None:
        """Raise what a failure means that is not the index's own."""
        explained = self._storage.explained(error)
        if explained:
            raise explained from error

    def _check_room(self) -> None:
        if not self._storage.has_room():
            raise LibraryError(
                f"the disk has no room for the {self._storage.name} index; what was committed is "
                "safe: make room, and run the same command again"
            )

    def _record(self, state: IndexState) -> None:
        self._catalog.set_index_state(self._storage.name, state)
