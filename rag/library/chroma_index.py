"""The vector index: Chroma, cosine, in a folder of the home.

:mod:`rag.library.chroma_server` is the same on a server.

Chroma is an index, not the truth: it is brought to the catalog's generation after every commit and
rebuilt from the catalog's vectors, in a new folder, whenever it cannot be trusted.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

import numpy as np

from rag.library.catalog import StoredChunk
from rag.types import EVERYTHING, Filter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chromadb import Collection, Where
    from chromadb.api import ClientAPI
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.config import Settings as ChromaSettings
    from numpy.typing import NDArray

_log = logging.getLogger(__name__)

_COLLECTION = "chunks"
_HNSW: CreateHNSWConfiguration = {
    "space": "cosine",
    "ef_construction": 200,
    "ef_search": 200,
    "max_neighbors": 24,
}
_SAMPLED = 250
_ROUNDING, _FOUND = 1e-4, 1e-3


class VectorIndex:
    """Nearest chunks by cosine similarity.

    :param folder: where Chroma keeps its files; one folder per client, made when missing.
    """

    name: ClassVar[str] = "chroma"
    version: ClassVar[int] = 2
    """Raised when what is stored changes, so that older indexes are rebuilt."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open_client: Client | None = None
        self._opened: Collection | None = None
        self._spelling = ""
        self._name = _COLLECTION

    def close(self) -> None:
        """Let go of the files; the next use opens them again and sees what others wrote."""
        if self._open_client is not None:
            self._open_client.close()
            self._open_client = self._opened = None
            _spellings_in_use.discard(self._spelling)

    def warm(self) -> None:
        """Read from the disk what the first search would read.

        :raises Exception: of any kind, when the files are damaged.
        """
        some = self._collection().get(limit=1, include=["embeddings"])["embeddings"]
        for vector in np.asarray(some, dtype=np.float32):
            self.search(vector, 1)

    def defect(self, expected: Iterable[Sequence[StoredChunk]]) -> str:
        """What is wrong with the index when it should hold these chunks; "" when nothing is.

        All vectors are compared; every few hundred, one is searched for, since a search that has
        lost part of its graph answers with less and raises nothing.
        """
        collection = self._collection()
        for chunks in expected:
            got = collection.get(ids=[chunk.id for chunk in chunks], include=["embeddings"])
            assert got["embeddings"] is not None
            held = dict(zip(got["ids"], got["embeddings"], strict=True))
            for chunk in chunks:
                if chunk.id not in held:
                    return f"the chunk {chunk.id} is missing"
                if abs(held[chunk.id] - chunk.vector).max() > _ROUNDING:
                    return f"the vector of {chunk.id} is another"
            for chunk in chunks[::_SAMPLED]:
                nearest = self.search(chunk.vector, 1)
                if not nearest or nearest[0][1] < 1 - _FOUND:
                    return f"a search for the vector of {chunk.id} does not find it"
        return ""

    def count(self) -> int:
        """How many vectors there are."""
        return self._collection().count()

    def search(
        self, vector: NDArray[np.float32], limit: int, where: Filter = EVERYTHING
    ) -> list[tuple[str, float]]:
        """The nearest chunks' ids with their cosine similarity, best first.

        :param where: its sources made ids of documents by
            :meth:`rag.library.catalog.Catalog.resolved`.
        """
        collection = self._collection()
        found = collection.query(
            query_embeddings=[vector.tolist()],
            n_results=limit,
            where=_conditions(where),
            include=["distances"],
        )
        distances = found["distances"]
        assert distances is not None
        return [
            (id_, 1.0 - distance)
            for id_, distance in zip(found["ids"][0], distances[0], strict=True)
        ]

    def remove(self, ids: Sequence[str]) -> None:
        """Delete these chunks; one that is not there is passed over."""
        collection = self._collection()
        for batch in _batches(ids, self._largest_batch()):
            collection.delete(ids=list(batch))

    def add(self, chunks: Sequence[StoredChunk]) -> None:
        """Store chunks, each replacing an earlier one with its id."""
        collection = self._collection()
        for batch in _batches(chunks, self._largest_batch()):
            ids = [chunk.id for chunk in batch]
            held = collection.get(ids=ids, include=[])["ids"]
            if held:  # `add` would ignore an id that is there
                collection.delete(ids=held)
            collection.add(
                ids=ids,
                embeddings=[chunk.vector for chunk in batch],
                metadatas=[_metadata(chunk) for chunk in batch],
            )

    def _client(self) -> Client:
        if self._open_client is None:
            # Declared as the interface, without `close`.
            self._open_client = cast("Client", self._connected())
        return self._open_client

    def _connected(self) -> ClientAPI:
        chromadb, settings = imported()
        self._folder.mkdir(parents=True, exist_ok=True)
        self._spelling = _unused_spelling(self._folder)
        client: ClientAPI = chromadb.PersistentClient(self._spelling, settings)
        return client

    def _collection(self) -> Collection:
        if self._opened is None:
            self._opened = self._client().get_or_create_collection(
                self._name,
                embedding_function=None,  # the default one would download a model
                configuration={"hnsw": _HNSW},
            )
        return self._opened

    def _largest_batch(self) -> int:
        return int(self._client().get_max_batch_size())


_spellings_in_use: set[str] = set()


def _unused_spelling(folder: Path) -> str:
    """The folder's path, spelled as no open client spells it.

    Chroma shares one open store between all clients of a process whose paths are spelled alike, so
    closing one of two would open neither anew, and it would go on answering from the past.
    """
    spelling = str(folder)
    while spelling in _spellings_in_use:
        spelling += f"{os.sep}."
    _spellings_in_use.add(spelling)
    return spelling


def _metadata(chunk: StoredChunk) -> dict[str, str | int | float]:
    fields: dict[str, str | int | float] = {
        "document_id": chunk.document_id,
        "added": chunk.added,
    }
    return fields if chunk.page is None else fields | {"page": chunk.page}


def _conditions(where: Filter) -> Where | None:
    """A filter in Chroma's form."""
    conditions: list[Any] = []
    if where.documents is not None:
        conditions.append({"document_id": {"$in": list(where.documents)}})
    if where.pages is not None:
        first, last = where.pages
        conditions += [{"page": {"$gte": first}}, {"page": {"$lte": last}}]
    if where.added_from is not None:
        conditions.append({"added": {"$gte": where.added_from}})
    if where.added_before is not None:
        conditions.append({"added": {"$lt": where.added_before}})
    if len(conditions) > 1:
        return {"$and": conditions}
    return cast("Where", conditions[0]) if conditions else None


def _batches(items: Sequence[Any], size: int) -> Iterable[Sequence[Any]]:
    return (items[first : first + size] for first in range(0, len(items), size))


def imported() -> tuple[Any, ChromaSettings]:
    """Chroma, and settings that read no file and tell nobody."""
    with _without_dotenv():
        import chromadb
        from chromadb.config import Settings as ChromaSettings

    options: dict[str, Any] = {"_env_file": None, "anonymized_telemetry": False}
    return chromadb, ChromaSettings(**options)


@contextmanager
def _without_dotenv() -> Iterator[None]:
    """``import chromadb`` reads ``./.env``, which is somebody else's: look where there is none."""
    here = os.open(".", os.O_RDONLY)
    try:
        os.chdir(Path(__file__).parent)
        yield
    finally:
        os.fchdir(here)
        os.close(here)
