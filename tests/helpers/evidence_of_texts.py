"""Sentences ranked without a real model: vectors that know words, a reader that sees nothing."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence

import numpy as np

from rag import Passage
from rag.answers.candidates import Candidate
from rag.answers.evidence import EvidenceRanker
from rag.answers.evidence_model import EvidenceModel
from rag.models.reader import Page, PageReading, ReadPages
from rag.text.terms import terms
from rag.types import FloatArray


def passage(text: str, title: str = "", *, cosine: float | None = 0.5, start: int = 0) -> Passage:
    return Passage(
        chunk_id=f"{title}-{start}",
        document_id=title,
        source=title,
        title=title,
        heading="",
        text=text,
        start=start,
        end=start + len(text),
        page=None,
        cosine=cosine,
        bm25=None,
        score=cosine or 0.0,
    )


def hashed(texts: list[str]) -> FloatArray:
    """Unit vectors that know nothing but which words a text has."""
    vectors = np.full((len(texts), 64), 1e-3, dtype=np.float32)
    for vector, text in zip(vectors, texts, strict=True):
        for term in terms(text):
            vector[zlib.crc32(term.encode()) % 64] += 1
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def unread(_question: str, pages: list[Page]) -> list[PageReading]:
    """What a reader says that sees nothing."""
    return [read_as(page, lambda _word: 0.0) for page in pages]


def read_as(page: Page, relevance: Callable[[str], float]) -> PageReading:
    """What a reader says for whom every word is a token, an answer may begin and end at any.

    :param relevance: of each word; the page answers as its best word does.
    """
    words = list(re.finditer(r"\S+", page.text))
    offsets = np.array([word.span() for word in words], dtype=np.int64).reshape(-1, 2)
    said = np.array([relevance(word[0]) for word in words], dtype=np.float32)
    logits = np.repeat(said[:, None], 3, axis=1)
    return PageReading(offsets, logits, none=0.0, answers=float(said.max(initial=0.0)))


def even(_term: str) -> float:
    return 1.0


def ranker(read_pages: ReadPages = unread) -> EvidenceRanker:
    """What ranks with a model that knows nothing but which words a text has."""
    return EvidenceRanker(EvidenceModel.load(), hashed, hashed, read_pages)


def candidates(question: str, passages: Sequence[Passage]) -> Sequence[Candidate]:
    """The lines of the passages as they are classified for the question."""
    return ranker().find_sentences(question, passages, even).candidates
