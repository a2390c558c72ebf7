"""What both halves of retrieval find for a question, with every signal that a ranking may use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from itertools import pairwise

import numpy as np

from bench.quality.retrieval_sets import Asked, RetrievalSet, ndcg
from rag.library.library import Library
from rag.retrieval import search
from rag.retrieval.fusion import WEIGHTS, QuestionTerms, Signals
from rag.text.terms import terms
from training.data.cached import CachedEmbedder, FloatArray

DEPTH = search._CANDIDATES
"""Candidates of each half, and chunks looked at for ten documents."""
_POOL = 100
"""Candidates of each half that are read, so that more than the product takes can be tried."""
SIGNALS = tuple(Signals.__dataclass_fields__)
OTHERS = ("bm25", "pairs", "feedback", "neighbours")
"""Signals that were tried and are not shipped."""


@dataclass
class Candidates:
    """What both halves found for one question: arrays of one entry per chunk.

    :param rows: the documents the chunks belong to.
    :param ranks: ``(n, 2)``, the place among BM25's and among the vector search's; inf: not there.
    :param values: ``(n, 1 + signals)``: the cosine, the shipped signals, those that were tried.
    """

    asked: Asked
    rows: list[str]
    ranks: FloatArray
    values: FloatArray


Scorer = Callable[[Candidates], FloatArray]


def find_candidates(
    opened: Library, asked: Asked, vector: FloatArray, text: str = ""
) -> Candidates:
    """Find what both halves find, deeper than the product looks, with every signal."""
    question = text or asked.text
    bm25 = dict(opened.lexical.search(question, _POOL))
    by_words = {id_: place for place, id_ in enumerate(bm25)}
    near = [id_ for id_, _ in opened.find_nearest(vector, _POOL)]
    by_vector = {id_: place for place, id_ in enumerate(near)}
    chunks = opened.catalog.chunks(sorted(by_words.keys() | by_vector.keys()))
    read = [(terms(f"{c.title} {c.heading}"), terms(c.text)) for c in chunks.values()]
    signals = QuestionTerms(question, opened.lexical.idf, opened.lexical.has_term).signals(read)
    vectors = np.array([chunk.vector for chunk in chunks.values()])
    cosines = vectors @ vector
    shipped = cosines + np.array([astuple(each) for each in signals]) @ np.array(astuple(WEIGHTS))
    best = max(bm25.values(), default=1.0)
    top = vectors[np.argsort(-shipped, kind="stable")[:3]].mean(axis=0)
    place_of = {id_: place for place, id_ in enumerate(chunks)}
    values = [
        [
            cosine,
            *astuple(matched),
            bm25.get(id_, 0.0) / best,
            _pairs(question, text_terms),
            float(own @ top) / float(np.linalg.norm(top)),
            max(cosines[beside], default=cosine) - cosine,
        ]
        for (id_, cosine, matched, (_, text_terms), own) in zip(
            chunks, cosines, signals, read, vectors, strict=True
        )
        for beside in [[place_of[n] for n in _neighbours(id_) if n in place_of]]
    ]
    ranks = [[by_words.get(id_, np.inf), by_vector.get(id_, np.inf)] for id_ in chunks]
    rows = [chunk.document_id for chunk in chunks.values()]
    return Candidates(asked, rows, np.array(ranks), np.array(values, dtype=np.float64))


def _pairs(question: str, text: Sequence[str]) -> float:
    """Share of the question's neighbouring words that are neighbours in the text."""
    wanted = set(pairwise(terms(question, keep_stop_words=False)))
    return len(wanted & set(pairwise(text))) / len(wanted) if wanted else 0.0


def _neighbours(chunk_id: str) -> list[str]:
    row, _, ordinal = chunk_id.rpartition(":")
    return [f"{row}:{int(ordinal) - 1}", f"{row}:{int(ordinal) + 1}"]


def collect(
    of: RetrievalSet, opened: Library, embedder: CachedEmbedder, asked: Sequence[Asked]
) -> list[Candidates]:
    """Collect the candidates of these questions."""
    vectors = embedder.embed([each.text for each in asked])
    print(f"reading {of.name}", flush=True)
    return [find_candidates(opened, each, vec) for each, vec in zip(asked, vectors, strict=True)]


def rank_by(weights: dict[str, float], depth: int = DEPTH) -> Scorer:
    """Rank by the cosine and weighted signals, over candidates of this depth."""
    names = ("cosine", *SIGNALS, *OTHERS)
    vector = np.array([{"cosine": 1.0, **weights}.get(name, 0.0) for name in names])

    def score(of: Candidates) -> FloatArray:
        scores = of.values @ vector
        return np.where(of.ranks.min(axis=1) < depth, scores, -np.inf)

    return score


def rank_by_half(which: int) -> Scorer:
    """Rank by one half alone: 0 BM25, 1 vectors."""
    return lambda of: np.where(of.ranks[:, which] < DEPTH, -of.ranks[:, which], -np.inf)


def rank_by_reciprocal(of: Candidates) -> FloatArray:
    """Rank by reciprocal rank fusion, k = 60: Cormack, Clarke & Büttcher, SIGIR 2009."""
    shown = np.where(of.ranks < DEPTH, 1 / (61 + of.ranks), 0).sum(axis=1)
    return np.where(shown > 0, shown, -np.inf)


def measure(found: Sequence[Candidates], score: Scorer) -> FloatArray:
    """Compute nDCG@10 of each question."""
    rankings = []
    for each in found:
        scores = score(each)
        order = np.argsort(-scores, kind="stable")
        rankings.append([each.rows[i] for i in order if scores[i] > -np.inf])
    return ndcg([each.asked for each in found], rankings)
