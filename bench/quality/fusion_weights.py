"""Fits the weights of rag/retrieval/fusion.py on the questions that are for tuning."""

import math
import random
from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
from scipy.optimize import minimize

from bench.quality.retrieval_sets import Asked, RetrievalSet
from rag.library.library import Library
from rag.retrieval import search
from rag.retrieval.fusion import QuestionTerms, Signals
from rag.text.terms import terms
from training.data.cached import CachedEmbedder, FloatArray
from training.data.changed_questions import Thesaurus

SIGNALS = tuple(Signals.__dataclass_fields__)
_REWORDED = 0.5
"""What a reworded question counts beside the one as it was asked."""


@dataclass
class Candidates:
    """What both halves of retrieval find for one question.

    :param share: what the question counts.
    :param rows: the document of each chunk.
    :param values: ``(n, 1 + signals)``, the cosine and the signals of each chunk.
    """

    share: float
    gold: frozenset[str]
    rows: list[str]
    values: FloatArray


def find_candidates(
    opened: Library, embedder: CachedEmbedder, asked: Asked, text: str, share: float
) -> Candidates:
    """Find what the product ranks for the question, asked in these words."""
    vector = embedder.embed([text])[0]
    ids = dict(opened.lexical.search(text, search._CANDIDATES))
    ids |= dict(opened.find_nearest(vector, search._CANDIDATES))
    chunks = opened.catalog.chunks(sorted(ids)).values()
    read = [(terms(f"{c.title} {c.heading}"), terms(c.text)) for c in chunks]
    signals = QuestionTerms(text, opened.lexical.idf, opened.lexical.has_term).signals(read)
    cosines = np.array([chunk.vector for chunk in chunks]) @ vector
    values = [[cosine, *astuple(each)] for cosine, each in zip(cosines, signals, strict=True)]
    rows = [chunk.document_id for chunk in chunks]
    return Candidates(share, asked.gold, rows, np.array(values, dtype=np.float64))


def load_tuning(of: RetrievalSet, opened: Library, embedder: CachedEmbedder) -> list[Candidates]:
    """Ask the questions for tuning, as they are and with ordinary words replaced by others."""
    thesaurus = Thesaurus((text for *_, text in of.rows), embedder)
    rng = random.Random(7)
    tuned_on = [asked for asked in of.questions if asked.tuned_on]
    embedder.embed([asked.text for asked in tuned_on])
    found = []
    for asked in tuned_on:
        found.append(find_candidates(opened, embedder, asked, asked.text, 1.0))
        reworded = thesaurus.reword(asked.text, rng)
        if reworded != asked.text:
            found.append(find_candidates(opened, embedder, asked, reworded, _REWORDED))
    embedder.save()
    return found


def fit_weights(found: Sequence[Candidates]) -> dict[str, float]:
    """Fit weights under which documents that answer beat all others, by a smooth measure.

    For each such document the logistic loss of its best chunk against the soft maximum of all
    chunks that do not answer; the steepness is fitted too.
    """
    weights = np.array([1.0] + [0.2] * len(SIGNALS))
    for _ in range(3):
        cases = [(each.share, *_best(each, weights)) for each in found]
        cases = [case for case in cases if len(case[1]) and len(case[2])]
        start = np.append(weights, math.log(100.0))
        done = minimize(_loss, start, (cases,), jac=True, method="L-BFGS-B")
        weights = done.x[:-1] / done.x[0]
    return dict(zip(SIGNALS, weights[1:].tolist(), strict=True))


def _best(of: Candidates, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The signals of each gold document's best chunk, and of every other document's chunks."""
    best: dict[str, int] = {}
    for i in np.argsort(-(of.values @ weights), kind="stable"):
        if of.rows[i] in of.gold:
            best.setdefault(of.rows[i], int(i))
    others = [i for i, row in enumerate(of.rows) if row not in of.gold]
    return of.values[list(best.values())], of.values[others]


def _loss(
    parameters: FloatArray, cases: Sequence[tuple[float, FloatArray, FloatArray]]
) -> tuple[float, FloatArray]:
    """The loss and its gradient by weights and by the logarithm of the steepness."""
    weights, steep = parameters[:-1], math.exp(parameters[-1])
    loss, by_weight, by_steep = 0.0, np.zeros_like(weights), 0.0
    for share, good, bad in cases:
        lower = steep * (bad @ weights)
        top = lower.max()
        soft = np.exp(lower - top)
        level = top + math.log(soft.sum())
        expected = soft @ bad / soft.sum()
        gap = level - steep * (good @ weights)
        chance = 1 / (1 + np.exp(-gap))
        loss += share * float(np.logaddexp(0, gap).mean())
        slope = (chance[:, None] * (expected - good)).mean(axis=0)
        by_weight += share * steep * slope
        by_steep += share * steep * float(slope @ weights)
    total = sum(share for share, *_ in cases)
    return loss / total, np.append(by_weight, by_steep) / total
