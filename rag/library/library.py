"""A library: a catalog, and two indexes kept in step with it.

The catalog commits first; the indexes follow (:mod:`rag.library.index_sync`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Self

from rag.errors import EmbedderMismatchError, LibraryError
from rag.library.bm25_index import Bm25Index, LexicalSearch
from rag.library.catalog import Catalog
from rag.library.chroma_index import ChromaIndex
from rag.library.chroma_server import ChromaServer, CollectionStore
from rag.library.home import CATALOG, explain_failures, make_home, missing_catalog_error, read_id
from rag.library.index_folders import FolderStore
from rag.library.index_protocols import Hits
from rag.library.index_sync import SyncedIndex
from rag.library.unindexed import MemoryVectorIndex, best_hits
from rag.library.write_lock import WAIT_SECONDS, CatalogLock, FileLock, WriteLock
from rag.settings import Settings
from rag.types import EVERYTHING, Filter, FloatArray

_MOST_COMPARED = 50_000
"""Up to so many chunks, a process that asks one question compares it with every vector of the
catalog: for 20,000 that takes a fifth of the time of importing and opening Chroma, and is exact."""


class Library:
    """The catalog, the vector index and the lexical index of one home.

    :param home: the folder; made when it is missing and ``create`` is set.
    :param catalog: the URL of the catalog's database, when it is not a file in the home.
    :param chroma: the server of the vector index, when it is not in the home.
    :param once: this process asks one question, so opening Chroma does not pay off.
    :raises EmptyLibraryError: there is no library.
    :raises DamagedError: its catalog is gone.
    """

    def __init__(
        self,
        home: Path,
        *,
        create: bool = False,
        catalog: str | None = None,
        chroma: ChromaServer | None = None,
        once: bool = False,
    ) -> None:
        self.home = home
        if create or catalog:
            make_home(home)
        elif not (home / CATALOG).is_file():
            raise missing_catalog_error(home)
        self.catalog = Catalog(catalog or home / CATALOG, create=create)
        here: WriteLock = FileLock(home)
        self._lock = CatalogLock(self.catalog) if catalog else here
        # Machines that share a catalog have indexes of their own, each at a generation of its own.
        owner = f"@{read_id(home)}" if catalog else ""
        self.vector_index: SyncedIndex[ChromaIndex, MemoryVectorIndex] = SyncedIndex(
            self.catalog,
            CollectionStore(chroma, self.catalog.id)
            if chroma
            else FolderStore(ChromaIndex, home, f"{ChromaIndex.name}{owner}"),
            MemoryVectorIndex,
            self._lock if chroma else here,
        )
        self.lexical_index: SyncedIndex[Bm25Index, Bm25Index] = SyncedIndex(
            self.catalog, FolderStore(Bm25Index, home, f"{Bm25Index.name}{owner}"), Bm25Index, here
        )
        self.indexes = (self.vector_index, self.lexical_index)
        self._chroma = chroma
        self._once = once and not catalog and not chroma

    @classmethod
    def of(cls, settings: Settings, *, create: bool = False, once: bool = False) -> Self:
        return cls(
            settings.home,
            create=create,
            catalog=settings.catalog,
            chroma=ChromaServer.of(settings),
            once=once,
        )

    def close(self) -> None:
        for index in self.indexes:
            index.close()
        self.catalog.close()

    def open_vector_index(self) -> None:
        """Open now what :meth:`find_nearest` searches."""
        if self._all_vectors is None:
            self.vector_index.open()

    @cached_property
    def _all_vectors(self) -> tuple[list[str], FloatArray] | None:
        """The ids and vectors of all chunks; None when the index is searched instead."""
        few = self._once and self.catalog.counts()[1] <= _MOST_COMPARED
        return self.catalog.vectors() if few else None

    def find_nearest(self, vector: FloatArray, limit: int, where: Filter = EVERYTHING) -> Hits:
        """Find the chunks nearest to a unit vector: their ids and cosine similarities, best first.

        :raises EmbedderMismatchError: the library's vectors have another length.
        """
        dimension = self.catalog.dimension()
        if dimension is not None and dimension != len(vector):
            raise EmbedderMismatchError(
                f"the question's vector has {len(vector)} numbers, the library's have {dimension}; "
                "use the embedding model that made the library"
            )
        if self._all_vectors is not None and where == EVERYTHING:
            ids, vectors = self._all_vectors
            scores = vectors @ vector
            return [(ids[i], float(scores[i])) for i in (-scores).argsort()[:limit]]
        return self.vector_index.search(
            lambda parts: best_hits(
                (hit for part in parts for hit in part.search(vector, limit, where)), limit
            )
        )

    @property
    def lexical(self) -> LexicalSearch:
        """The lexical index, with everything that is committed now."""
        return self.lexical_index.search(LexicalSearch)

    @property
    def chroma_folder(self) -> Path:
        """The folder of the vector index, brought up to date.

        :raises LibraryError: the index is on a server.
        """
        if self._chroma is not None:
            raise LibraryError(f"the collection is on the Chroma server at {self._chroma.url}")
        self.vector_index.open()
        return self.home / self.catalog.index_state(self.vector_index.name).folder

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the write lock; update the indexes at the end.

        After an error they are not updated: what was committed stays, and the next search or
        write updates them.

        :raises LibraryBusyError: another process kept the write lock for too long.
        """
        with explain_failures(self.home), self._lock.hold(WAIT_SECONDS):
            yield
            self.update_indexes()

    def update_indexes(self) -> None:
        for index in self.indexes:
            index.update()
