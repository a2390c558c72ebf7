"""Retrieval: the vector search and BM25, fused, as a LangChain retriever.

A passage's score is its cosine plus half of its BM25 score over the question's best BM25 score. A
sum of scores beats reciprocal rank fusion wherever the two halves differ in strength, because it
keeps how much better one passage is than the next; see docs/decisions.md.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun  # noqa: TC002 - pydantic
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from rag.catalog import StoredChunk
from rag.embedder import Embedder
from rag.library import Library
from rag.types import Passage

LEXICAL_WEIGHT = 0.5
_CANDIDATES = 50
"""Taken from each half before fusion."""


class PassageRetriever(BaseRetriever):
    """Question → passages, best first.

    As a LangChain retriever its documents carry ``source``, ``title``, ``page``, ``start``,
    ``end``, ``document_id``, ``chunk_id``, ``cosine``, ``bm25`` and ``score`` in their metadata.

    :param limit: how many passages to return.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: Library
    embedder: Embedder
    limit: int = 8

    def search(self, question: str) -> list[Passage]:
        """The best passages for a question, best first; scores compare within one question."""
        vector = self.embedder.embed([question])[0]
        limit = max(_CANDIDATES, self.limit)
        bm25 = dict(self.library.lexical.search(question, limit))
        found = {id_ for id_, _ in self.library.nearest(vector, limit)} | bm25.keys()
        chunks = self.library.catalog.chunks(sorted(found))
        best = max(bm25.values(), default=1.0)
        passages = [
            _passage(chunk, float(np.dot(chunk.vector, vector)), bm25.get(id_), best)
            for id_, chunk in chunks.items()
        ]
        passages.sort(key=lambda passage: (-passage.score, passage.chunk_id))
        return passages[: self.limit]

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [_document(passage) for passage in self.search(query)]


def _passage(chunk: StoredChunk, cosine: float, bm25: float | None, best: float) -> Passage:
    return Passage(
        chunk_id=chunk.id,
        document_id=chunk.document_id,
        source=chunk.source,
        title=chunk.title,
        heading=chunk.heading,
        text=chunk.text,
        start=chunk.start,
        end=chunk.end,
        page=chunk.page,
        cosine=cosine,
        bm25=bm25,
        score=cosine + LEXICAL_WEIGHT * (bm25 or 0.0) / best,
    )


def _document(passage: Passage) -> Document:
    metadata: dict[str, Any] = {
        name: getattr(passage, name)
        for name in (
            "source", "title", "heading", "page", "start", "end",
            "document_id", "chunk_id", "cosine", "bm25", "score",
        )
    }  # fmt: skip
    return Document(id=passage.chunk_id, page_content=passage.text, metadata=metadata)
