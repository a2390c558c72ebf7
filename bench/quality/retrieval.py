"""How good is retrieval: the shipped retriever beside its two halves, what each part adds, weights.

``score`` asks the shipped retriever over real libraries of the public sets. ``fit`` finds the
weights of rag/retrieval/fusion.py on the questions that are for tuning. ``ablate`` prints one
table: each part left out, changed or added, with the weights fitted again.
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from itertools import pairwise

import numpy as np
from scipy.optimize import minimize

import rag.text.terms
from bench.quality.retrieval_cases import (
    SETS,
    TUNED_ON,
    Asked,
    RetrievalSet,
    interval,
    library,
    load,
    ndcg,
)
from rag.library.library import Library
from rag.retrieval import search
from rag.retrieval.fusion import WEIGHTS, QuestionTerms, Signals
from rag.retrieval.search import PassageSearch
from rag.text.terms import terms
from training.data import changed_questions
from training.data.cached import CachedEmbedder, FloatArray

_DEPTH = search._CANDIDATES
"""Candidates of each half, and chunks looked at for ten documents."""
_POOL = 100
"""Candidates of each half that are read, so that more than the product takes can be tried."""
_SIGNALS = tuple(Signals.__dataclass_fields__)
_OTHERS = ("bm25", "pairs", "feedback", "neighbours")
"""Signals that were tried and are not shipped."""
_REWORDED = 0.5
"""What a reworded question counts beside the one as it was asked."""


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


def candidates(opened: Library, asked: Asked, vector: FloatArray, text: str = "") -> Candidates:
    """What both halves find, deeper than the product looks, with every signal."""
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


def collected(
    of: RetrievalSet, opened: Library, embedder: CachedEmbedder, asked: Sequence[Asked]
) -> list[Candidates]:
    """The candidates of these questions."""
    vectors = embedder.embed([each.text for each in asked])
    print(f"reading {of.name}", flush=True)
    return [candidates(opened, each, vec) for each, vec in zip(asked, vectors, strict=True)]


def reworded(of: RetrievalSet, opened: Library, embedder: CachedEmbedder) -> list[Candidates]:
    """The questions for tuning, their ordinary words changed for others of like meaning."""
    thesaurus = changed_questions.Thesaurus((text for *_, text in of.rows), embedder)
    rng = random.Random(7)
    found = []
    for asked in of.questions:
        text = thesaurus.reworded(asked.text, rng) if asked.tuned_on else asked.text
        if text != asked.text:
            found.append(candidates(opened, asked, embedder.embed([text])[0], text))
    embedder.save()
    return found


def linear(weights: dict[str, float], depth: int = _DEPTH) -> Scorer:
    """The cosine and weighted signals, over candidates of this depth."""
    names = ("cosine", *_SIGNALS, *_OTHERS)
    vector = np.array([{"cosine": 1.0, **weights}.get(name, 0.0) for name in names])

    def score(of: Candidates) -> FloatArray:
        scores = of.values @ vector
        return np.where(of.ranks.min(axis=1) < depth, scores, -np.inf)

    return score


def half(which: int) -> Scorer:
    """One half alone: 0 BM25, 1 vectors."""
    return lambda of: np.where(of.ranks[:, which] < _DEPTH, -of.ranks[:, which], -np.inf)


def reciprocal(of: Candidates) -> FloatArray:
    """Reciprocal rank fusion, k = 60: Cormack, Clarke & Büttcher, SIGIR 2009."""
    shown = np.where(of.ranks < _DEPTH, 1 / (61 + of.ranks), 0).sum(axis=1)
    return np.where(shown > 0, shown, -np.inf)


def measured(found: Sequence[Candidates], score: Scorer) -> FloatArray:
    """nDCG@10 of each question."""
    rankings = []
    for each in found:
        scores = score(each)
        order = np.argsort(-scores, kind="stable")
        rankings.append([each.rows[i] for i in order if scores[i] > -np.inf])
    return ndcg([each.asked for each in found], rankings)


def fit(
    found: Sequence[tuple[float, Candidates]], names: Sequence[str] = _SIGNALS
) -> dict[str, float]:
    """Weights under which the documents that answer beat all others, by a smooth measure of it.

    For each such document the logistic loss of its best chunk against the soft maximum of all
    chunks that do not answer; the steepness is fitted too.

    :param found: each question's candidates with what the question counts.
    """
    every = ("cosine", *_SIGNALS, *_OTHERS)
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
    values = of.values[:, columns][of.ranks.min(axis=1) < _DEPTH]
    rows = [row for row, kept in zip(of.rows, of.ranks.min(axis=1) < _DEPTH, strict=True) if kept]
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


def tuning(
    of: RetrievalSet, opened: Library, embedder: CachedEmbedder
) -> list[tuple[float, Candidates]]:
    """What weights are fitted on."""
    plain = collected(of, opened, embedder, [each for each in of.questions if each.tuned_on])
    other = reworded(of, opened, embedder)
    return [(1.0, each) for each in plain] + [(_REWORDED, each) for each in other]


def score_shipped(sets: Sequence[RetrievalSet], embedder: CachedEmbedder) -> None:
    """Print the table of the shipped retriever beside its halves, of questions not tuned on."""
    print(f"{'nDCG@10':<18}{'n':>6}{'BM25':>8}{'MiniLM':>8}{'citespan':>10}  above the better half")
    for of in sets:
        opened = library(of, embedder)
        asked = of.held_out()
        embedder.embed([each.text for each in asked])
        retriever = PassageSearch(opened, embedder, limit=_DEPTH)
        ways: dict[str, Callable[[str], list[str]]] = {
            "BM25": lambda q, of=opened: _rows(of.lexical.search(q, _DEPTH)),  # type: ignore[misc]
            "MiniLM": lambda q, of=opened: _rows(of.find_nearest(embedder.embed([q])[0], _DEPTH)),  # type: ignore[misc]
            "citespan": lambda q, by=retriever: [p.document_id for p in by.search(q)],  # type: ignore[misc]
        }
        found = {
            name: ndcg(asked, [way(each.text) for each in asked]) for name, way in ways.items()
        }
        opened.close()
        better = max(("BM25", "MiniLM"), key=lambda name: float(found[name].mean()))
        gain = found["citespan"] - found[better]
        low, high = interval(gain)
        cells = "".join(f"{100 * values.mean():8.1f}" for values in found.values())
        print(
            f"{of.name:<18}{len(asked):>6}{cells}    "
            f"{100 * gain.mean():+.1f} [{100 * low:+.1f}, {100 * high:+.1f}]",
            flush=True,
        )
    embedder.save()


def _rows(hits: Sequence[tuple[str, float]]) -> list[str]:
    return [id_.rsplit(":", 1)[0] for id_, _ in hits]


@contextmanager
def unstemmed() -> Iterator[None]:
    """Meanwhile words keep their endings."""
    stem = rag.terms._stem
    rag.terms._stem = lambda word: word  # type: ignore[assignment]
    rag.terms._every_term.clear()
    rag.terms._content_terms.clear()
    try:
        yield
    finally:
        rag.terms._stem = stem
        rag.terms._every_term.clear()
        rag.terms._content_terms.clear()


def ablate(sets: Sequence[RetrievalSet], embedder: CachedEmbedder) -> None:
    """Print the table of what each part adds."""
    shipped = dict(zip(_SIGNALS, astuple(WEIGHTS), strict=True))
    table: dict[str, list[FloatArray]] = {}

    def add(label: str, found: Sequence[list[Candidates]], score: Scorer) -> None:
        table[label] = [measured(each, score) for each in found]

    def read(**how: object) -> tuple[list[list[Candidates]], list[tuple[float, Candidates]]]:
        found, tuned = [], []
        for of in sets:
            opened = library(of, embedder, **how)  # type: ignore[arg-type]
            found.append(collected(of, opened, embedder, of.held_out()))
            if of.name == TUNED_ON:
                tuned = tuning(of, opened, embedder)
            opened.close()
        return found, tuned

    found, tuned = read()
    add("**shipped**", found, linear(shipped))
    add("BM25 alone", found, half(0))
    add("vectors alone", found, half(1))
    add("reciprocal rank fusion, k = 60", found, reciprocal)
    for constant in (0.25, 0.5, 1.0):
        add(f"cosine + {constant} · BM25 / best", found, linear({"bm25": constant}))
    for name in _SIGNALS:
        rest = [other for other in _SIGNALS if other != name]
        add(f"without {name}", found, linear(fit(tuned, rest)))
    for name in _OTHERS:
        add(f"with {name}", found, linear(fit(tuned, [*_SIGNALS, name])))
    for depth in (20, 50, 100):
        add(f"{depth} candidates of each half", found, linear(shipped, depth))
    for tokens in (96, 254):
        found, tuned = read(tokens=tokens)
        add(f"chunks of {tokens} tokens", found, linear(fit(tuned)))
    found, tuned = read(titled=False)
    add("without titles", found, linear(fit(tuned)))
    with unstemmed():
        found, tuned = read(kind="unstemmed")
        add("without stemming", found, linear(fit(tuned)))
    heads = " | ".join(f"{of.name} ({len(of.held_out())})" for of in sets)
    print(f"| | {heads} |\n|{' --- |' * (len(sets) + 1)}")
    best = table["**shipped**"]
    for label, results in table.items():
        cells = []
        for values, reference in zip(results, best, strict=True):
            low, high = interval(values - reference)
            change = (
                f" ({100 * (values - reference).mean():+.1f}: {100 * low:+.1f} … {100 * high:+.1f})"
            )
            cells.append(f"{100 * values.mean():.1f}{'' if values is reference else change}")
        print(f"| {label} | {' | '.join(cells)} |", flush=True)


def main() -> None:
    """Measure, fit or ablate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", choices=["score", "fit", "ablate"])
    parser.add_argument("--set", action="append", choices=SETS, dest="sets")
    options = parser.parse_args()
    embedder = CachedEmbedder()
    if options.task == "fit":
        of = load(TUNED_ON)
        weights = fit(tuning(of, library(of, embedder), embedder))
        print({name: round(weight, 2) for name, weight in weights.items()})
        return
    sets = [load(name) for name in options.sets or SETS]
    {"score": score_shipped, "ablate": ablate}[options.task](sets, embedder)


if __name__ == "__main__":
    main()
