"""The library's search as LangChain's retriever, and its model as LangChain's embeddings.

LangChain's base classes import its tracing, which takes longer than a question; so only who asks
for them loads them.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from langchain_core.callbacks import (
    AsyncCallbackManagerForRetrieverRun,
    CallbackManagerForRetrieverRun,
)
from langchain_core.documents import BaseDocumentCompressor, Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from rag.library.library import Library
from rag.models.embedder import Embedder
from rag.retrieval.search import PassageSearch, as_document
from rag.types import EVERYTHING, Context, Filter, Passage, as_filter


class PassageRetriever(BaseRetriever):
    """Question → passages, best first.

    As a LangChain retriever its documents carry ``source``, ``title``, ``page``, ``start``,
    ``end``, ``document_id``, ``chunk_id``, ``cosine``, ``bm25``, ``score`` and ``duplicates`` in
    their metadata; those that repeat a better one are left out.

    LangChain's methods also take ``k`` and ``filter`` (a :class:`rag.Filter`, or conditions on
    metadata), with each call or for all calls in ``search_kwargs``.

    :param limit: how many passages to return.
    :param where: the part of the library that LangChain's methods search.
    :param search_kwargs: ``k`` and ``filter``, which outrank ``limit`` and ``where``.
    :param reranker: see :class:`rag.retrieval.search.PassageSearch`.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: Library
    embedder: Embedder
    limit: int = 8
    where: Filter = EVERYTHING
    reranker: BaseDocumentCompressor | None = None
    search_kwargs: dict[str, Any] = Field(default_factory=dict)

    def search(
        self, question: str, *, where: Filter = EVERYTHING, repeats: bool = True
    ) -> list[Passage]:
        """See :meth:`rag.retrieval.search.PassageSearch.search`."""
        return self._search.search(question, where=where, repeats=repeats)

    def widen(self, passage: Passage, *, chunks: int = 1) -> Context:
        """See :meth:`rag.retrieval.search.PassageSearch.widen`."""
        return self._search.widen(passage, chunks=chunks)

    @property
    def _search(self) -> PassageSearch:
        return PassageSearch(self.library, self.embedder, self.limit, self.reranker)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, **kwargs: Any
    ) -> list[Document]:
        given = self.search_kwargs | kwargs
        if unknown := sorted(given.keys() - {"k", "filter"}):
            raise TypeError(f"the retriever takes k and filter, not {unknown[0]}")
        limit, wanted = given.get("k"), given.get("filter")
        search = self._search if limit is None else replace(self._search, limit=int(limit))
        where = self.where if wanted is None else as_filter(wanted)
        return [as_document(each) for each in search.search(query, where=where, repeats=False)]

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, **kwargs: Any
    ) -> list[Document]:
        find = partial(self._get_relevant_documents, query, run_manager=run_manager.get_sync())
        return await asyncio.to_thread(find, **kwargs)


class PassageEmbeddings(Embeddings):
    """An embedder as LangChain's ``Embeddings``."""

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder

    def embed_documents(self, texts: Sequence[str]) -> list[list[float]]:
        """See :meth:`rag.Embedder.embed`."""
        return [list(map(float, vector)) for vector in self.embedder.embed(texts)]

    def embed_query(self, text: str) -> list[float]:
        """See :meth:`rag.Embedder.embed_words`."""
        return list(map(float, self.embedder.embed_words([text])[0]))
