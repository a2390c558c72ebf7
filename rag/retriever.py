"""Retrieval: the vector search and BM25 find candidates, :mod:`rag.fusion` ranks them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun  # noqa: TC002 - pydantic
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from rag.catalog import StoredChunk
from rag.embedder import Embedder
from rag.fusion import QuestionTerms, Signals, fused
from rag.library import Library
from rag.terms import terms
from rag.types import Passage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]

_CANDIDATES = 50
"""Taken from each half before fusion; twice as many find no more, see docs/retrieval.md."""


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

    def search(self, question: str, *, vector: Vector | None = None) -> list[Passage]:
        """The best passages for a question, best first; scores compare within one question.

        :param vector: the question's unit vector, ``(d,) float32``, when it is at hand already.
        """
        if vector is None:
            vector = self.embedder.embed([question])[0]
        lexical = self.library.lexical
        limit = max(_CANDIDATES, self.limit)
        bm25 = dict(lexical.search(question, limit))
        found = {id_ for id_, _ in self.library.nearest(vector, limit)} | bm25.keys()
        chunks = list(self.library.catalog.chunks(sorted(found)).values())
        asked = QuestionTerms(question, lexical.rarity, lexical.known)
        signals = asked.signals(
            [(terms(f"{chunk.title} {chunk.heading}"), terms(chunk.text)) for chunk in chunks]
        )
        passages = [
            _passage(chunk, float(np.dot(chunk.vector, vector)), bm25.get(chunk.id), matched)
            for chunk, matched in zip(chunks, signals, strict=True)
        ]
        passages.sort(key=lambda passage: (-passage.score, passage.chunk_id))
        return passages[: self.limit]

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [_document(passage) for passage in self.search(query)]


def _passage(chunk: StoredChunk, cosine: float, bm25: float | None, signals: Signals) -> Passage:
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
        score=fused(cosine, signals),
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
