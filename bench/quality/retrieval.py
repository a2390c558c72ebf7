"""How good is retrieval: the shipped retriever beside its two halves, what each part adds, weights.

``score`` asks the shipped retriever over real libraries of the public sets. ``fit`` finds the
weights of rag/retrieval/fusion.py on the questions that are for tuning. ``ablate`` prints one
table: each part left out, changed or added, with the weights fitted again.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple

from bench.quality.fusion_weights import fit_weights, load_tuning
from bench.quality.retrieval_candidates import (
    DEPTH,
    OTHERS,
    SIGNALS,
    Candidates,
    Scorer,
    collect,
    measure,
    rank_by,
    rank_by_half,
    rank_by_reciprocal,
)
from bench.quality.retrieval_sets import (
    SETS,
    TUNED_ON,
    RetrievalSet,
    load,
    ndcg,
    open_library,
)
from eval.statistics import bootstrap_interval
from rag.retrieval.fusion import WEIGHTS
from rag.retrieval.search import PassageSearch
from rag.text import terms
from training.data.cached import CachedEmbedder, FloatArray


def score_shipped(sets: Sequence[RetrievalSet], embedder: CachedEmbedder) -> None:
    """Print the table of the shipped retriever beside its halves, of questions not tuned on."""
    print(f"{'nDCG@10':<18}{'n':>6}{'BM25':>8}{'MiniLM':>8}{'citespan':>10}  above the better half")
    for of in sets:
        opened = open_library(of, embedder)
        asked = of.held_out()
        embedder.embed([each.text for each in asked])
        retriever = PassageSearch(opened, embedder, limit=DEPTH)
        ways: dict[str, Callable[[str], list[str]]] = {
            "BM25": lambda q, of=opened: _rows(of.lexical.search(q, DEPTH)),  # type: ignore[misc]
            "MiniLM": lambda q, of=opened: _rows(of.find_nearest(embedder.embed([q])[0], DEPTH)),  # type: ignore[misc]
            "citespan": lambda q, by=retriever: [p.document_id for p in by.search(q)],  # type: ignore[misc]
        }
        found = {
            name: ndcg(asked, [way(each.text) for each in asked]) for name, way in ways.items()
        }
        opened.close()
        better = max(("BM25", "MiniLM"), key=lambda name: float(found[name].mean()))
        gain = found["citespan"] - found[better]
        low, high = bootstrap_interval(gain.tolist())
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
def without_stemming() -> Iterator[None]:
    """Let words keep their endings within the block."""
    stem = terms._stem
    terms._stem = lambda word: word  # type: ignore[assignment]
    terms._every_term.clear()
    terms._content_terms.clear()
    try:
        yield
    finally:
        terms._stem = stem
        terms._every_term.clear()
        terms._content_terms.clear()


def ablate(sets: Sequence[RetrievalSet], embedder: CachedEmbedder) -> None:
    """Print the table of what each part adds."""
    shipped = dict(zip(SIGNALS, astuple(WEIGHTS), strict=True))
    table: dict[str, list[FloatArray]] = {}

    def add(label: str, found: Sequence[list[Candidates]], score: Scorer) -> None:
        table[label] = [measure(each, score) for each in found]

    def read(**how: object) -> tuple[list[list[Candidates]], list[tuple[float, Candidates]]]:
        found, tuned = [], []
        for of in sets:
            opened = open_library(of, embedder, **how)  # type: ignore[arg-type]
            found.append(collect(of, opened, embedder, of.held_out()))
            if of.name == TUNED_ON:
                tuned = load_tuning(of, opened, embedder)
            opened.close()
        return found, tuned

    found, tuned = read()
    add("**shipped**", found, rank_by(shipped))
    add("BM25 alone", found, rank_by_half(0))
    add("vectors alone", found, rank_by_half(1))
    add("reciprocal rank fusion, k = 60", found, rank_by_reciprocal)
    for constant in (0.25, 0.5, 1.0):
        add(f"cosine + {constant} · BM25 / best", found, rank_by({"bm25": constant}))
    for name in SIGNALS:
        rest = [other for other in SIGNALS if other != name]
        add(f"without {name}", found, rank_by(fit_weights(tuned, rest)))
    for name in OTHERS:
        add(f"with {name}", found, rank_by(fit_weights(tuned, [*SIGNALS, name])))
    for depth in (20, 50, 100):
        add(f"{depth} candidates of each half", found, rank_by(shipped, depth))
    for tokens in (96, 254):
        found, tuned = read(tokens=tokens)
        add(f"chunks of {tokens} tokens", found, rank_by(fit_weights(tuned)))
    found, tuned = read(titled=False)
    add("without titles", found, rank_by(fit_weights(tuned)))
    with without_stemming():
        found, tuned = read(kind="unstemmed")
        add("without stemming", found, rank_by(fit_weights(tuned)))
    heads = " | ".join(f"{of.name} ({len(of.held_out())})" for of in sets)
    print(f"| | {heads} |\n|{' --- |' * (len(sets) + 1)}")
    best = table["**shipped**"]
    for label, results in table.items():
        cells = []
        for values, reference in zip(results, best, strict=True):
            low, high = bootstrap_interval((values - reference).tolist())
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
        weights = fit_weights(load_tuning(of, open_library(of, embedder), embedder))
        print({name: round(weight, 2) for name, weight in weights.items()})
        return
    sets = [load(name) for name in options.sets or SETS]
    {"score": score_shipped, "ablate": ablate}[options.task](sets, embedder)


if __name__ == "__main__":
    main()
