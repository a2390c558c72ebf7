"""The vector index: Chroma, cosine, in a folder of the home.

:mod:`rag.library.chroma_server` is the same on a server. Chroma is an index, not the truth: it
follows the catalog after every commit, and is rebuilt in a new folder, from the catalog's vectors,
whenever it cannot be trusted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

import numpy as np

from rag.library.catalog import StoredChunk
from rag.library.chroma_client import close_folder, open_collection, open_folder
from rag.library.index_protocols import Hits
from rag.metadata import Scalar
from rag.types import EVERYTHING, Filter, FloatArray

if TYPE_CHECKING:
    from rag.library.chroma_client import ClientAPI, Collection, Where

_COLLECTION = "chunks"
_SAMPLED = 250
"""The check searches for one of so many vectors."""
_ROUNDING, _FOUND = 1e-4, 1e-3
"""How far a stored number, and the similarity of a vector to itself, may be off."""


class ChromaIndex:
    """Nearest chunks by cosine similarity.

    :param folder: where Chroma keeps its files; one folder per client, made when missing.
    """

    name: ClassVar[str] = "chroma"
    version: ClassVar[int] = 3
    """Raised when what is stored changes, so that older indexes are rebuilt."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._client: ClientAPI | None = None
        self._collection: Collection | None = None
        self._path = ""
        self._name = _COLLECTION

    def close(self) -> None:
        """Close the files; the next use opens them again and sees what others wrote."""
        if self._client is not None:
            close_folder(self._client, self._path)
            self._client = self._collection = None

    def warm_up(self) -> None:
        """Read from the disk what the first search needs; damaged files raise anything."""
        some = self._open_collection().get(limit=1, include=["embeddings"])["embeddings"]
        for vector in np.asarray(some, dtype=np.float32):
            self.search(vector, 1)

    def find_defect(self, expected: Iterable[Sequence[StoredChunk]]) -> str:
        """Compare the index with the chunks that it should hold; return what differs, or "".

        All vectors are compared. Every few hundred, one is searched for, since a search that has
        lost part of its graph returns fewer results and raises nothing.
        """
        collection = self._open_collection()
        for chunks in expected:
            got = collection.get(ids=[chunk.id for chunk in chunks], include=["embeddings"])
            assert got["embeddings"] is not None
            held = dict(zip(got["ids"], got["embeddings"], strict=True))
            for chunk in chunks:
                if chunk.id not in held:
                    return f"the chunk {chunk.id} is missing"
                if abs(held[chunk.id] - chunk.vector).max() > _ROUNDING:
                    return f"the vector of {chunk.id} differs from the catalog's"
            for chunk in chunks[::_SAMPLED]:
                nearest = self.search(chunk.vector, 1)
                if not nearest or nearest[0][1] < 1 - _FOUND:
                    return f"a search for the vector of {chunk.id} does not find it"
        return ""

    def count(self) -> int:
        return self._open_collection().count()

    def search(self, vector: FloatArray, limit: int, where: Filter = EVERYTHING) -> Hits:
        """Find the nearest chunks: their ids and cosine similarities, best first.

        :param where: from :meth:`rag.library.catalog.Catalog.resolve_filter`.
        """
        found = self._open_collection().query(
            query_embeddings=[vector.tolist()],
            n_results=limit,
            where=_chroma_filter(where),
            include=["distances"],
        )
        distances = found["distances"]
        assert distances is not None
        hits = zip(found["ids"][0], distances[0], strict=True)
        return [(id_, 1.0 - distance) for id_, distance in hits]

    def remove(self, ids: Sequence[str]) -> None:
        """Delete these chunks; an unknown id is ignored."""
        collection = self._open_collection()
        for batch in self._batches(ids):
            collection.delete(ids=list(batch))

    def add(self, chunks: Sequence[StoredChunk]) -> None:
        """Store chunks; each replaces an earlier one with its id."""
        collection = self._open_collection()
        for batch in self._batches(chunks):
            ids = [chunk.id for chunk in batch]
            held = collection.get(ids=ids, include=[])["ids"]
            if held:  # `add` would ignore an id that is there
                collection.delete(ids=held)
            collection.add(
                ids=ids,
                embeddings=[chunk.vector for chunk in batch],
                metadatas=[_metadata(chunk) for chunk in batch],
                documents=[chunk.text for chunk in batch],
            )

    def _open_client(self) -> ClientAPI:
        if self._client is None:
            self._client, self._path = open_folder(self._folder)
        return self._client

    def _open_collection(self) -> Collection:
        if self._collection is None:
            self._collection = open_collection(self._open_client(), self._name)
        return self._collection

    def _batches(self, items: Sequence[Any]) -> Iterable[Sequence[Any]]:
        size = int(self._open_client().get_max_batch_size())
        return (items[first : first + size] for first in range(0, len(items), size))


def _metadata(chunk: StoredChunk) -> dict[str, str | int | float]:
    """What other programs may want to know of a chunk, and what filters need.

    The document's own metadata come first, as in :func:`rag.retrieval.search.as_document`, but for
    the page, which filters need.
    """
    own = {key: value for key, value in chunk.metadata.items() if isinstance(value, Scalar)}
    named: dict[str, str | int | float] = {"source": chunk.source, "title": chunk.title}
    placed: dict[str, str | int | float] = {
        "document_id": chunk.document_id,
        "chunk_id": chunk.id,
        "heading": chunk.heading,
        "start": chunk.start,
        "end": chunk.end,
        "added": chunk.added,
    }
    own.pop("page", None)
    fields = {**named, **own, **placed}
    return fields if chunk.page is None else fields | {"page": chunk.page}


def _chroma_filter(where: Filter) -> Where | None:
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
