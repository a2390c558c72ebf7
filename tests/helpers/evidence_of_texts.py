"""Sentences ranked without a real model: vectors that know words, a reader that sees nothing."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from rag import Passage
from rag.answers.candidates import Candidate
from rag.answers.evidence import EvidenceRanker
from rag.answers.evidence_model import EvidenceModel
from rag.models.pair_reader import Pair, ReadPairs
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


def unread(_question: str, pairs: list[Pair]) -> FloatArray:
    """What a reader says that sees nothing."""
    return np.zeros((len(pairs), 2), dtype=np.float32)


def even(_term: str) -> float:
    return 1.0


def ranker(read_pairs: ReadPairs = unread) -> EvidenceRanker:
    """What ranks with a model that knows nothing but which words a text has."""
    return EvidenceRanker(EvidenceModel.load(), hashed, hashed, read_pairs)


def candidates(question: str, passages: Sequence[Passage]) -> Sequence[Candidate]:
    """The lines of the passages as they are classified for the question."""
    return ranker().find_sentences(question, passages, even).candidates
