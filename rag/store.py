"""The vector index: Chroma, cosine, in a folder of the home.

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

from rag.catalog import StoredChunk
from rag.types import EVERYTHING, Filter

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from chromadb import Collection, Where
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from numpy.typing import NDArray

_log = logging.getLogger(__name__)

_COLLECTION = "chunks"
_HNSW: CreateHNSWConfiguration = {
    "space": "cosine",
    "ef_construction": 200,
    "ef_search": 200,
    "max_neighbors": 24,
}


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

    def close(self) -> None:
        """Let go of the files; the next use opens them again and sees what others wrote."""
        if self._open_client is not None:
            self._open_client.close()
            self._open_client = self._opened = None
            _spellings_in_use.discard(self._spelling)

    def count(self) -> int:
        """How many vectors there are."""
        return self._collection().count()

    def search(
        self, vector: NDArray[np.float32], limit: int, where: Filter = EVERYTHING
    ) -> list[tuple[str, float]]:
        """The nearest chunks' ids with their cosine similarity, best first.

        :param where: its sources made ids of documents by :meth:`rag.catalog.Catalog.resolved`.
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
            collection.delete(ids=ids)  # `add` would ignore an id that is there
            collection.add(
                ids=ids,
                embeddings=[chunk.vector for chunk in batch],
                metadatas=[_metadata(chunk) for chunk in batch],
            )

    def _client(self) -> Client:
        if self._open_client is None:
            with _without_dotenv():
                import chromadb
                from chromadb.config import Settings as ChromaSettings

            self._folder.mkdir(parents=True, exist_ok=True)
            self._spelling = _unused_spelling(self._folder)
            options: dict[str, Any] = {"_env_file": None, "anonymized_telemetry": False}
            client = chromadb.PersistentClient(self._spelling, ChromaSettings(**options))
            self._open_client = cast("Client", client)  # declared as the interface, without `close`
        return self._open_client

    def _collection(self) -> Collection:
        if self._opened is None:
            self._opened = self._client().get_or_create_collection(
                _COLLECTION,
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
