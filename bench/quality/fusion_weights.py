"""Fits the weights of rag/retrieval/fusion.py on the questions that are for tuning."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize

from bench.quality.retrieval_candidates import (
    DEPTH,
    OTHERS,
    SIGNALS,
    Candidates,
    collect,
    find_candidates,
)
from bench.quality.retrieval_sets import RetrievalSet
from rag.library.library import Library
from training.data.cached import CachedEmbedder, FloatArray
from training.data.changed_questions import Thesaurus

_REWORDED = 0.5
"""What a reworded question counts beside the one as it was asked."""


def fit_weights(
    found: Sequence[tuple[float, Candidates]], names: Sequence[str] = SIGNALS
) -> dict[str, float]:
    """Fit weights under which documents that answer beat all others, by a smooth measure.

    For each such document the logistic loss of its best chunk against the soft maximum of all
    chunks that do not answer; the steepness is fitted too.

    :param found: each question's candidates with what the question counts.
    """
    every = ("cosine", *SIGNALS, *OTHERS)
    columns = [every.index(name) for name in ("cosine", *names)]
    weights = np.array([1.0] + [0.2] * len(names))
    for _ in range(3):
        cases = [(share, *_best(each, weights, columns)) for share, each in found]
        cases = [case for case in cases if len(case[1]) and len(case[2])]
        start = np.append(weights, math.log(100.0))
        done = minimize(_loss, start, (cases,), jac=True, method="L-BFGS-B")
        weights = done.x[:-1] / done.x[0]
    return dict(zip(names, weights[1:].tolist(), strict=True))


def _best(
    of: Candidates, weights: FloatArray, columns: Sequence[int]
) -> tuple[FloatArray, FloatArray]:
    """The signals of each gold document's best chunk, and of every other document's chunks."""
    values = of.values[:, columns][of.ranks.min(axis=1) < DEPTH]
    rows = [row for row, kept in zip(of.rows, of.ranks.min(axis=1) < DEPTH, strict=True) if kept]
    best: dict[str, int] = {}
    for i in np.argsort(-(values @ weights), kind="stable"):
        if rows[i] in of.asked.gold:
            best.setdefault(rows[i], int(i))
    others = [i for i, row in enumerate(rows) if row not in of.asked.gold]
    return values[list(best.values())], values[others]


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


def load_tuning(
    of: RetrievalSet, opened: Library, embedder: CachedEmbedder
) -> list[tuple[float, Candidates]]:
    """Load what weights are fitted on."""
    plain = collect(of, opened, embedder, [each for each in of.questions if each.tuned_on])
    other = _reword_all(of, opened, embedder)
    return [(1.0, each) for each in plain] + [(_REWORDED, each) for each in other]


def _reword_all(of: RetrievalSet, opened: Library, embedder: CachedEmbedder) -> list[Candidates]:
    """Ask the questions for tuning with ordinary words replaced by others of like meaning."""
    thesaurus = Thesaurus((text for *_, text in of.rows), embedder)
    rng = random.Random(7)
    found = []
    for asked in of.questions:
        text = thesaurus.reword(asked.text, rng) if asked.tuned_on else asked.text
        if text != asked.text:
            found.append(find_candidates(opened, asked, embedder.embed([text])[0], text))
    embedder.save()
    return found
