"""A library: a catalog, and two indexes kept in step with it.

The catalog commits first; the indexes follow (:mod:`rag.library.index_sync`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from rag.errors import EmbedderMismatchError, EmptyLibraryError
from rag.library.bm25_index import LexicalIndex, Words
from rag.library.catalog import Catalog
from rag.library.chroma_index import VectorIndex
from rag.library.chroma_server import ChromaServer, Collections
from rag.library.home import CATALOG, make_home, nothing_ingested, own_id
from rag.library.index_folders import Folders
from rag.library.index_sync import Keeper
from rag.library.unindexed import MemoryVectors, best
from rag.library.write_lock import PATIENCE, CatalogLock, FileLock, WriterLock
from rag.settings import Settings
from rag.types import EVERYTHING, Filter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_COMPARED = 50_000
"""Chunks up to which a process that asks once compares the question with every vector of the
catalog: for 20,000 that takes a fifth of the time of importing and opening Chroma, and is exact."""


class Library:
    """The catalog, the vector index and the lexical index of one home.

    :param home: the folder; made when missing and ``create`` is set.
    :param catalog: the URL of the catalog's database, when it is not a file in the home.
    :param chroma: where the vector index is, when it is not in the home.
    :param once: this process asks one question, so that nothing is opened that pays off later.
    :raises EmptyLibraryError: there is no library.
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
            raise EmptyLibraryError(nothing_ingested(home))
        self.catalog = Catalog(catalog or home / CATALOG, create=create)
        here: WriterLock = FileLock(home)
        self._lock = CatalogLock(self.catalog) if catalog else here
        # Machines that share a catalog have indexes of their own, each at a generation of its own.
        owner = f"@{own_id(home)}" if catalog else ""
        self.vectors: Keeper[VectorIndex, MemoryVectors] = Keeper(
            self.catalog,
            Collections(chroma, self.catalog.id)
            if chroma
            else Folders(VectorIndex, home, f"{VectorIndex.name}{owner}"),
            MemoryVectors,
            self._lock if chroma else here,
        )
        self.words: Keeper[LexicalIndex, LexicalIndex] = Keeper(
            self.catalog,
            Folders(LexicalIndex, home, f"{LexicalIndex.name}{owner}"),
            LexicalIndex,
            here,
        )
        self.keepers = (self.vectors, self.words)
        self._once = once and not catalog and not chroma

    @classmethod
    def of(cls, settings: Settings, *, create: bool = False, once: bool = False) -> Self:
        """The library that the settings name."""
        return cls(
            settings.home,
            create=create,
            catalog=settings.catalog,
            chroma=ChromaServer.of(settings),
            once=once,
        )

    def close(self) -> None:
        """Let go of every file."""
        for keeper in self.keepers:
            keeper.close()
        self.catalog.close()

    def open_vectors(self) -> None:
        """Open now what :meth:`nearest` looks through."""
        if self._compared is None:
            self.vectors.open()

    @cached_property
    def _compared(self) -> tuple[list[str], NDArray[np.float32]] | None:
        """All vectors with their chunks' ids; None where the index is asked."""
        few = self._once and self.catalog.counts()[1] <= _COMPARED
        return self.catalog.vectors() if few else None

    def nearest(
        self, vector: NDArray[np.float32], limit: int, where: Filter = EVERYTHING
    ) -> list[tuple[str, float]]:
        """Ids of the chunks nearest to a unit vector with their cosine, best first.

        :raises EmbedderMismatchError: the vector is of another length than those of the library.
        """
        dimension = self.catalog.dimension()
        if dimension is not None and dimension != len(vector):
            raise EmbedderMismatchError(
                f"the question's vector has {len(vector)} numbers, those of the library have "
                f"{dimension}; ask with the embedding model that the library was made with"
            )
        if self._compared is not None and where == EVERYTHING:
            ids, vectors = self._compared
            scores = vectors @ vector
            return [(ids[i], float(scores[i])) for i in (-scores).argsort()[:limit]]
        return self.vectors.ask(
            lambda parts: best(
                (hit for part in parts for hit in part.search(vector, limit, where)), limit
            )
        )

    @property
    def lexical(self) -> Words:
        """The lexical index, with what was committed up to now."""
        return self.words.ask(Words)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one writer; on leaving, the indexes are brought into step with the catalog.

        After an error they are not: what was committed stays, and the next open catches up.

        :raises LibraryBusyError: another process kept writing for longer than we wait.
        """
        with self._lock.held(PATIENCE):
            yield
            self.bring_up()

    def bring_up(self) -> None:
        """Bring both indexes into step with the catalog."""
        for keeper in self.keepers:
            keeper.bring_up()
