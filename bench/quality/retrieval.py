"""How good is retrieval: the shipped retriever beside its two halves, and the weights.

``score`` asks the shipped retriever over real libraries of the public sets. ``fit`` finds the
weights of rag/retrieval/fusion.py on the questions that are for tuning.
"""

import argparse
from collections.abc import Callable, Sequence

from bench.quality.fusion_weights import fit_weights, load_tuning
from bench.quality.retrieval_sets import SETS, TUNED_ON, RetrievalSet, load, ndcg, open_library
from eval.statistics import bootstrap_interval
from rag.retrieval import search
from training.data.cached import CachedEmbedder

_DEPTH = search._CANDIDATES
"""Chunks looked at for ten documents."""


def score_shipped(sets: Sequence[RetrievalSet], embedder: CachedEmbedder) -> None:
    """Print the table of the shipped retriever beside its halves, of questions not tuned on."""
    print(f"{'nDCG@10':<18}{'n':>6}{'BM25':>8}{'MiniLM':>8}{'citespan':>10}  above the better half")
    for of in sets:
        opened = open_library(of, embedder)
        asked = [each for each in of.questions if not each.tuned_on]
        embedder.embed([each.text for each in asked])
        retriever = search.PassageSearch(opened, embedder, limit=_DEPTH)
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", choices=["score", "fit"])
    parser.add_argument("--set", action="append", choices=SETS, dest="sets")
    options = parser.parse_args()
    embedder = CachedEmbedder()
    if options.task == "fit":
        of = load(TUNED_ON)
        weights = fit_weights(load_tuning(of, open_library(of, embedder), embedder))
        print({name: round(weight, 2) for name, weight in weights.items()})
        return
    score_shipped([load(name) for name in options.sets or SETS], embedder)


if __name__ == "__main__":
    main()
