"""Search what is committed and not yet in an index, in memory.

So a reader finds what was just committed while it is still being indexed, and finds everything
when there is no usable index: another process rebuilds it, the disk is full, the folder is
read-only.
"""

from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

import numpy as np

from rag.library.catalog import Catalog, StoredChunk
from rag.library.index_protocols import Hits, MemoryIndex
from rag.types import EVERYTHING, Filter, FloatArray


class MemoryVectorIndex:
    """The exact nearest chunks: compares the question with every vector."""

    def __init__(self) -> None:
        self._chunks: dict[str, StoredChunk] = {}
        self._matrix: FloatArray | None = None

    def add(self, chunks: Sequence[StoredChunk]) -> None:
        """Store chunks; each replaces an earlier one with its id."""
        self._chunks.update((chunk.id, chunk) for chunk in chunks)
        self._matrix = None

    def remove(self, ids: Sequence[str]) -> None:
        """Delete these chunks; an unknown id is ignored."""
        for id_ in ids:
            self._chunks.pop(id_, None)
        self._matrix = None

    def search(self, vector: FloatArray, limit: int, where: Filter = EVERYTHING) -> Hits:
        """Find the nearest chunks: their ids and cosine similarities, best first."""
        if not self._chunks:
            return []
        if self._matrix is None:
            self._matrix = np.array([chunk.vector for chunk in self._chunks.values()])
        scores = self._matrix @ vector
        held = [
            (chunk.id, float(score))
            for chunk, score in zip(self._chunks.values(), scores, strict=True)
            if where.holds(chunk.document_id, chunk.page, chunk.added)
        ]
        return best_hits(held, limit)


Memory = TypeVar("Memory", bound=MemoryIndex)


class UnindexedChunks(Generic[Memory]):
    """An index in memory of what was committed after a generation.

    :param index: an empty one.
    :param since: that generation.
    """

    def __init__(self, index: Memory, since: int) -> None:
        self.index = index
        self._until = since

    def catch_up(self, catalog: Catalog) -> None:
        """Add what has been committed since the last call."""
        if catalog.generation == self._until:
            return
        with catalog.changes(self._until) as changes:
            self.index.remove(changes.removed)
            for chunks in changes.added:
                self.index.add(chunks)
            self._until = changes.generation


def best_hits(found: Iterable[tuple[str, float]], limit: int) -> Hits:
    """Return the hits with the highest scores, each id once, best first."""
    scores: dict[str, float] = {}
    for id_, score in found:
        scores[id_] = max(score, scores.get(id_, score))
    return sorted(scores.items(), key=lambda hit: -hit[1])[:limit]
