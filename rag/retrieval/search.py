"""Retrieval: the vector search and BM25 find candidates, :mod:`rag.retrieval.fusion` ranks them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.languages.identify import identify_language
from rag.library.catalog import StoredChunk, chunk_id
from rag.library.library import Library
from rag.models.embedder import Embedder
from rag.retrieval.fusion import UNREAD_COSINE, QuestionTerms, Signals, fuse_scores
from rag.text.front_matter import asks_who_wrote, describe_byline, find_byline
from rag.types import EVERYTHING, Context, Filter, FloatArray, Passage

if TYPE_CHECKING:
    from langchain_core.documents import BaseDocumentCompressor, Document


_CANDIDATES = 24
"""Taken from each half before fusion; what more of them find is not worth their time, see
docs/measured/retrieval.md."""
_MOST_CHUNKS = 4_000
"""Of a filter that names chunks, which are all compared with the question."""
_TRIES = 3
"""Times a search is made when something is committed meanwhile."""
_RERANKED = 32
"""Passages that a reranker sees."""
_SAME_WORDS = 0.95
"""Share of the words of two passages that both have, from which they may be the same."""
_SAME_MEANING = 0.98
"""Cosine from which they then are; a changed number or name takes it below."""

_OPENED, _NAMED = 12, 4
"""Documents whose authors are looked up when they are asked for, and passages that name them, the
best of which are added."""
_ALIKE = 3
"""Chunks that say in which language a short question is."""
_FIRST_CHUNKS = (0, 1)
"""Where they are looked for."""

_embedding = ThreadPoolExecutor(thread_name_prefix="question")
"""The model leaves Python's lock alone, so the other half is searched and read meanwhile."""


@dataclass(frozen=True)
class PassageSearch:
    """Question → passages, best first; :class:`rag.PassageRetriever` is the same for LangChain.

    :param limit: how many passages to return.
    :param reranker: puts the best passages in another order, or leaves some out, such as
        :class:`rag.retrieval.reranker.CrossEncoderReranker`.
    """

    library: Library
    embedder: Embedder
    limit: int = 8
    reranker: BaseDocumentCompressor | None = None

    def search(
        self, question: str, *, where: Filter = EVERYTHING, repeats: bool = True
    ) -> list[Passage]:
        """The best passages for a question, best first; scores compare within one question.

        Passages that say the same as a better one, in nearly the same words, do not count towards
        the limit, so they never crowd out others.

        :param where: the part of the library that is searched.
        :param repeats: False leaves those passages out; the better one has their ids.
        """
        catalog = self.library.catalog
        for _ in range(_TRIES):
            generation = catalog.generation
            found = self._search(question, catalog.resolve_filter(where), repeats=repeats)
            if catalog.generation == generation:
                break
        return found

    def _search(self, question: str, where: Filter, *, repeats: bool) -> list[Passage]:
        """The same, which may miss a document that is replaced just then."""
        if () in (where.documents, where.chunks):
            return []
        embedded = _embedding.submit(self.embedder.embed_words, [question])
        self.library.open_vector_index()  # while the model is being loaded
        lexical = self.library.lexical
        depth = max(_CANDIDATES, self.limit)
        bm25 = dict(lexical.search(question, depth, where))
        chunks = self._chunks(sorted(where.chunks or bm25)[:_MOST_CHUNKS], where)
        language = _find_language(question, chunks, bm25)
        wanted = QuestionTerms(question, lexical.idf, lexical.has_term, language)
        found = _match(chunks, wanted)
        weight = 1.0 if self.embedder.reads(language) else UNREAD_COSINE
        vector = embedded.result()[0]
        if where.chunks is None:  # else few enough to be looked at one by one
            near = {id_ for id_, _ in self.library.find_nearest(vector, depth, where)}
            found += _match(self._chunks(sorted(near - bm25.keys()), where), wanted)
        ranked = [
            _Ranked(
                make_passage(each.chunk, cosine, bm25.get(each.chunk.id), score),
                each.chunk.vector,
                each.words,
            )
            for each in found
            for cosine in [float(np.dot(each.chunk.vector, vector))]
            for score in [fuse_scores(cosine, each.signals, weight)]
        ]
        ranked.sort(key=_best_first)
        if asks_who_wrote(question):
            ranked = self._with_openings(ranked, question, vector, wanted, where)
        if self.reranker:
            ranked = self._rerank(question, ranked[: max(_RERANKED, self.limit)])
        return _distinct(ranked, self.limit, repeats)

    def _with_openings(
        self,
        ranked: Sequence[_Ranked],
        question: str,
        vector: FloatArray,
        wanted: QuestionTerms,
        where: Filter,
    ) -> list[_Ranked]:
        """With what names the authors of the documents found, weighed by what it means.

        Such lines say little of what the document is about, so that a search passes them over.
        """
        found = {each.passage.chunk_id: each for each in ranked}
        documents = list(dict.fromkeys(each.passage.document_id for each in ranked))[:_OPENED]
        ids = [chunk_id(document, place) for document in documents for place in _FIRST_CHUNKS]
        opening = []
        for chunk in self._chunks(ids, where):
            cosine = float(np.dot(chunk.vector, vector))
            passage = make_passage(chunk, cosine, None, 0.0)
            if not (names := find_byline(passage)):
                continue
            meaning = wanted.terms_of(describe_byline(passage, names, question))
            [signals] = wanted.signals([(wanted.terms_of(chunk.title), meaning)])
            score = fuse_scores(
                cosine, signals, 1.0 if self.embedder.reads(wanted.language) else UNREAD_COSINE
            )
            new = _Ranked(passage, chunk.vector, frozenset(wanted.terms_of(chunk.text)))
            each = found.get(chunk.id, new)
            score = max(score, each.passage.score)
            opening.append(replace(each, passage=replace(each.passage, score=score)))
        best = sorted(opening, key=_best_first)[:_NAMED]
        return sorted((found | {e.passage.chunk_id: e for e in best}).values(), key=_best_first)

    def _chunks(self, ids: Sequence[str], where: Filter) -> list[StoredChunk]:
        """The chunks with these ids that are still there and let through."""
        wanted = None if where.chunks is None else frozenset(where.chunks)
        return [
            chunk
            for chunk in self.library.catalog.chunks(ids).values()
            if (wanted is None or chunk.id in wanted)
            and where.holds(chunk.document_id, chunk.page, chunk.added)
        ]

    def _rerank(self, question: str, ranked: Sequence[_Ranked]) -> list[_Ranked]:
        """In the reranker's order, each with the score of its new place: the scale stays ours."""
        assert self.reranker
        by_id = {each.passage.chunk_id: each for each in ranked}
        documents = [as_document(each.passage) for each in ranked]
        chosen = [
            by_id[document.metadata["chunk_id"]]
            for document in self.reranker.compress_documents(documents, question)
        ]
        return [
            replace(each, passage=replace(each.passage, score=place.passage.score))
            for each, place in zip(chosen, ranked, strict=False)
        ]

    def widen(self, passage: Passage, *, chunks: int = 1) -> Context:
        """A passage with its neighbours, for display or a chat model; its own span stays as it is.

        :param chunks: how many on each side; there are fewer where the document begins or ends.
        :raises GoneError: the passage is no longer in the library.
        """
        return self.library.catalog.read_context(passage.chunk_id, chunks)


@dataclass(frozen=True, slots=True)
class _Matched:
    """A chunk with the terms of its text, and how its words answer to the question's."""

    chunk: StoredChunk
    signals: Signals
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Ranked:
    """A passage with what tells whether it repeats another."""

    passage: Passage
    vector: FloatArray
    words: frozenset[str]

    def repeats(self, other: _Ranked) -> bool:
        """Whether both say the same: nearly the same words, and nearly the same vector."""
        mine, theirs = self.words, other.words
        most = len(mine) + len(theirs)
        if min(len(mine), len(theirs)) < _SAME_WORDS * most / 2:
            return False
        shared = len(mine & theirs)
        if shared < _SAME_WORDS * (most - shared):
            return False
        return mine == theirs or float(np.dot(self.vector, other.vector)) >= _SAME_MEANING


def _match(chunks: Sequence[StoredChunk], wanted: QuestionTerms) -> list[_Matched]:
    """Chunks with how their words answer to the question's."""
    of = wanted.terms_of
    read = [(of(f"{chunk.title} {chunk.heading}"), of(chunk.text)) for chunk in chunks]
    return [
        _Matched(chunk, signals, frozenset(text))
        for chunk, signals, (_, text) in zip(chunks, wanted.signals(read), read, strict=True)
    ]


def _find_language(question: str, chunks: Sequence[StoredChunk], bm25: Mapping[str, float]) -> str:
    """The language of a question; where it tells none, that of the best chunks with its words."""
    if language := identify_language(question):
        return language
    best = sorted(chunks, key=lambda chunk: -bm25.get(chunk.id, 0.0))[:_ALIKE]
    found = {identify_language(chunk.text) for chunk in best}
    return found.pop() if len(found) == 1 else ""


def _best_first(ranked: _Ranked) -> tuple[float, str]:
    return -ranked.passage.score, ranked.passage.chunk_id


def _distinct(ranked: Sequence[_Ranked], limit: int, repeats: bool) -> list[Passage]:
    """The first ``limit`` passages that repeat none before, with their repeats or without."""
    distinct: list[_Ranked] = []
    twins: dict[str, list[str]] = {}
    given: list[Passage] = []
    for one in ranked:
        twin = next((other for other in distinct if one.repeats(other)), None)
        if twin is None:
            if len(distinct) == limit:
                continue
            distinct.append(one)
        else:
            twins.setdefault(twin.passage.chunk_id, []).append(one.passage.chunk_id)
        if twin is None or (repeats and len(distinct) < limit):
            given.append(one.passage)
    return [replace(each, duplicates=tuple(twins.get(each.chunk_id, ()))) for each in given]


def make_passage(
    chunk: StoredChunk, cosine: float | None = None, bm25: float | None = None, score: float = 0.0
) -> Passage:
    """A stored chunk as a passage; without scores, one that was not searched for."""
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
        score=score,
        asides=chunk.asides,
        metadata=chunk.metadata,
    )


def as_document(passage: Passage) -> Document:
    """A passage as LangChain's document, whose library is imported here and no sooner.

    The document's own metadata come first: a ``source``, ``title`` or ``page`` among them stays.
    """
    from langchain_core.documents import Document

    named = {name: getattr(passage, name) for name in ("source", "title", "page")}
    placed: dict[str, Any] = {
        name: getattr(passage, name)
        for name in (
            "heading", "start", "end",
            "document_id", "chunk_id", "cosine", "bm25", "score", "duplicates",
        )
    }  # fmt: skip
    metadata = {**named, **passage.metadata, **placed}
    return Document(id=passage.chunk_id, page_content=passage.text, metadata=metadata)
