"""Keep one index in step with the catalog.

The catalog marks an index dirty before each write to it, and clears the mark afterwards. So a
process that is killed leaves either an index at an older generation, or a dirty one.

=====================================  ==========================================================
state of the index                     what happens
=====================================  ==========================================================
at the catalog's generation            it is searched
behind the catalog                     the missing commits are applied to it
dirty, or never built, or written by   it is rebuilt in a new folder, from the catalog's chunks
another version of the code            and vectors, without the model; the old folder is deleted
folder missing, or files changed       a child process compares it with the catalog; it is used
                                       when nothing differs, and otherwise rebuilt
cannot be opened, or fails a search    it is not opened again in that state, but rebuilt
another process holds the write lock   this one searches the index as it is, unless it is dirty,
                                       and in memory what was committed since
cannot be written: the disk is full,   the same, with a warning in the log; a writer gets the
or the folder is read-only             error
its server fails                       a ServiceError is raised
=====================================  ==========================================================
"""

import logging
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Generic, TypeVar

from rag.errors import LibraryBusyError, LibraryError, ServiceError
from rag.library.catalog import Catalog, IndexState
from rag.library.index_protocols import IndexStore, MemoryIndex, StoredIndex
from rag.library.unindexed import UnindexedChunks
from rag.library.write_lock import WAIT_SECONDS, WriteLock

_log = logging.getLogger(__name__)

Index = TypeVar("Index", bound=StoredIndex)
Memory = TypeVar("Memory", bound=MemoryIndex)
Result = TypeVar("Result")


class SyncedIndex(Generic[Index, Memory]):
    """One index of a library, in step with the catalog.

    May be used from several threads. They search one after the other, since a new generation closes
    the client that an older search would still be using.

    :param store: where the versions of the index are.
    :param make_memory_index: makes an empty index of the same kind in memory.
    :param lock: for writing to the index.
    """

    def __init__(
        self,
        catalog: Catalog,
        store: IndexStore[Index],
        make_memory_index: Callable[[], Memory],
        lock: WriteLock,
    ) -> None:
        self._catalog = catalog
        self._store = store
        self._make_memory_index = make_memory_index
        self._lock = lock
        self._threads = threading.RLock()
        self._open: tuple[IndexState, Index] | None = None
        self._failed: IndexState | None = None
        self._unindexed: UnindexedChunks[Memory] | None = None

    @property
    def name(self) -> str:
        return self._store.name

    def open(self) -> None:
        """Open the index now, so that the first search need not wait for it."""
        with self._threads:
            if self._open is None:
                self.open_parts()

    def close(self) -> None:
        with self._threads:
            if self._open is not None:
                self._open[1].close()
            self._open = self._unindexed = None

    def search(self, search: Callable[[Sequence[Index | Memory]], Result]) -> Result:
        """Search the parts that hold, together, all that is committed.

        An index that fails is not searched again before it has been rebuilt.
        """
        with self._threads:
            try:
                return search(self.open_parts())
            except LibraryError:
                raise
            except Exception as error:  # noqa: BLE001 - a damaged index raises anything
                self._raise_if_service_failed(error)
                _log.warning("the %s index fails (%s)", self.name, error)
                self._failed = self._open[0] if self._open else None
                self.close()
                return search(self.open_parts())

    def open_parts(self) -> list[Index | Memory]:
        """Open the index, updated when that is possible, and what it lacks, in memory."""
        with self._threads:
            if self._open is not None and self._is_current(self._open[0]):
                return [self._open[1]]
            self._update_if_possible()
            since = self._open[0].generation if self._open else 0
            parts: list[Index | Memory] = [self._open[1]] if self._open else []
            if since < self._catalog.generation or not parts:
                if self._unindexed is None:
                    self._unindexed = UnindexedChunks(self._make_memory_index(), since)
                self._unindexed.catch_up(self._catalog)
                parts.append(self._unindexed.index)
            return parts

    def update(self) -> None:
        """Bring the index to the catalog's generation.

        :raises LibraryBusyError: another process kept the write lock for too long.
        :raises LibraryError: it cannot be written.
        """
        with self._threads, self._lock.hold(WAIT_SECONDS):
            state, generation = self._catalog.index_state_and_generation(self.name)
            # When nothing is missing it need not be opened: an ingest without changes ends at once.
            if state.dirty or state.generation != generation:
                self._update()

    def find_defect(self) -> str:
        """Compare the whole index with the catalog; return what is wrong, or ""."""
        state = self._catalog.index_state(self.name)
        if not state.folder:
            return "it was never built"
        if not self._store.is_version(state.folder):
            return "another version of citespan built it"
        if state.dirty:
            return "a write to it was interrupted, or is going on"
        return self._store.find_defect(state.folder, self._catalog, state.generation)

    def find_unused(self) -> list[str]:
        """The versions of the index that are not in use; the write lock is held."""
        state = self._catalog.index_state(self.name)
        return sorted(self._store.list_others(state.folder)) if state.folder else []

    def delete_unused(self, version: str) -> None:
        """Delete one of them; the write lock is held."""
        self._store.delete(version)

    def rebuild(self) -> None:
        with self._threads, self._lock.hold(WAIT_SECONDS):
            self.close()
            index = self._build()
            self._use(self._catalog.index_state(self.name), index)

    def _use(self, state: IndexState, index: Index) -> None:
        self._open, self._unindexed = (state, index), None

    def _is_current(self, opened: IndexState) -> bool:
        state, generation = self._catalog.index_state_and_generation(self.name)
        return opened == state and state.generation == generation

    def _update_if_possible(self) -> None:
        try:
            with self._lock.hold(0):
                self._update()
        except LibraryBusyError:
            self._open_as_it_is()
        except ServiceError:
            raise
        except (LibraryError, OSError) as error:
            _log.warning("the %s index is not updated: %s", self.name, error)
            self._open_as_it_is()

    def _update(self) -> None:
        """Apply what was committed, or rebuild the index; the write lock is held."""
        state = self._catalog.index_state(self.name)
        index = self._open_if_sound(state)
        if index is None or not self._apply_changes(index, state):
            if index is not None:
                index.close()
                self.close()
            index = self._build()
        self._use(self._catalog.index_state(self.name), index)

    def _open_as_it_is(self) -> None:
        """Open the index without the write lock, unless somebody is writing to it."""
        if self._open is not None:
            return
        state = self._catalog.index_state(self.name)
        index = self._open_if_sound(state)
        if index is None:
            return
        try:
            index.warm_up()
        except Exception as error:  # noqa: BLE001 - a damaged index raises anything
            self._raise_if_service_failed(error)
            _log.warning("the %s index cannot be opened (%s)", self.name, error)
            index.close()
            return
        if self._catalog.index_state(self.name) == state:
            self._use(state, index)
        else:
            index.close()

    def _open_if_sound(self, state: IndexState) -> Index | None:
        """Open the index in this state; None when it must be rebuilt."""
        if self._open is not None and self._open[0] == state:
            return self._open[1]
        if self._open is not None:
            self.close()
        is_ours = self._store.is_version(state.folder)
        if state.dirty or state == self._failed or not is_ours:
            return None
        if self._store.describe_files(state.folder) != state.files:
            found = self._store.find_defect(state.folder, self._catalog, state.generation)
            if found:
                _log.warning("the %s index is damaged: %s", self.name, found)
                return None
        return self._store.open(state.folder)

    def _apply_changes(self, index: Index, state: IndexState) -> bool:
        """Apply what was committed since the index's generation; False: it must be rebuilt."""
        try:
            with self._catalog.changes(state.generation) as changes:
                target = changes.generation
                if state.generation < target:
                    self._check_room()
                    self._record(replace(state, dirty=True))
                    index.remove(changes.removed)
                    for chunks in changes.added:
                        index.add(chunks)
                complete = index.count() == changes.total
        except LibraryError:
            raise
        except Exception as error:  # noqa: BLE001 - a damaged index raises anything
            self._raise_if_service_failed(error)
            _log.warning("the %s index is damaged: %s", self.name, error)
            return False
        files = self._store.describe_files(state.folder)
        if complete and (state.generation, state.files) != (target, files):
            self._record(IndexState(target, state.folder, dirty=False, files=files))
        return complete

    def _build(self) -> Index:
        """Build a new index in a new folder, from the catalog's chunks and vectors."""
        self._check_room()
        with self._catalog.changes(0) as changes:
            folder = f"{self._store.prefix}{changes.generation}-{os.urandom(4).hex()}"
            index = self._store.open(folder)
            try:
                for chunks in changes.added:
                    index.add(chunks)
                count = index.count()
                if count != changes.total:
                    raise LibraryError(f"it holds {count:,} of {changes.total:,} chunks")
            except Exception as error:
                index.close()
                self._raise_if_service_failed(error)
                self._store.delete(folder)
                raise LibraryError(
                    f"the {self.name} index cannot be built ({error}); check that the disk is not "
                    "full"
                ) from error
            files = self._store.describe_files(folder)
            self._record(IndexState(changes.generation, folder, dirty=False, files=files))
        for other in self._store.list_others(folder):
            self._store.delete(other)
        return index

    def _raise_if_service_failed(self, error: Exception) -> None:
        """Raise the failure of a server, which is not the index's own."""
        explained = self._store.explain(error)
        if explained:
            raise explained from error

    def _check_room(self) -> None:
        if not self._store.has_room():
            raise LibraryError(
                f"the disk has no room for the {self.name} index; what was committed is safe: free "
                "some space and run the same command again"
            )

    def _record(self, state: IndexState) -> None:
        self._catalog.set_index_state(self.name, state)
