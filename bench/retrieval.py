"""How good is retrieval: the shipped retriever and its two halves on public sets, and its weights.

``score`` asks real libraries of the sets; ``fit`` finds the weights of rag/fusion.py.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from retrieval_cases import (
    SETS,
    CachedEmbedder,
    RetrievalSet,
    interval,
    library,
    load,
    ndcg,
)

from rag.library import Library
from rag.retriever import PassageRetriever

_DEPTH = 60
"""Chunks looked at for ten documents."""


def halves(opened: Library, embedder: CachedEmbedder) -> dict[str, Callable[[str], list[str]]]:
    """Three ways from a question to document ids, best first."""
    retriever = PassageRetriever(library=opened, embedder=embedder, limit=_DEPTH)

    def documents(chunk_ids: Sequence[str]) -> list[str]:
        return [id_.rsplit(":", 1)[0] for id_ in chunk_ids]

    def bm25(question: str) -> list[str]:
        return documents([id_ for id_, _ in opened.lexical.search(question, _DEPTH)])

    def dense(question: str) -> list[str]:
        vector = embedder.embed([question])[0]
        return documents([id_ for id_, _ in opened.nearest(vector, _DEPTH)])

    def shipped(question: str) -> list[str]:
        return [passage.document_id for passage in retriever.search(question)]

    return {"BM25": bm25, "MiniLM": dense, "citespan": shipped}


def score(sets: Sequence[RetrievalSet], embedder: CachedEmbedder) -> None:
    """Print the table of the shipped retriever beside its halves."""
    print(f"{'nDCG@10':<18}{'n':>6}{'BM25':>8}{'MiniLM':>8}{'citespan':>10}  above the better half")
    for asked_of in sets:
        opened = library(asked_of, embedder)
        questions = asked_of.held_out()
        embedder.embed([asked.text for asked in questions])
        found = {
            name: ndcg(questions, [way(asked.text) for asked in questions])
            for name, way in halves(opened, embedder).items()
        }
        opened.close()
        better = max(("BM25", "MiniLM"), key=lambda name: found[name].mean())
        gain = found["citespan"] - found[better]
        low, high = interval(gain)
        cells = "".join(f"{100 * values.mean():8.1f}" for values in found.values())
        print(
            f"{asked_of.name:<18}{len(questions):>6}{cells}    "
            f"{100 * gain.mean():+.1f} [{100 * low:+.1f}, {100 * high:+.1f}]",
            flush=True,
        )
    embedder.save()


def main() -> None:
    """Measure or fit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", choices=["score"])
    parser.add_argument("--set", action="append", choices=SETS, dest="sets")
    options = parser.parse_args()
    embedder = CachedEmbedder()
    sets = [load(name) for name in options.sets or SETS]
    score(sets, embedder)


if __name__ == "__main__":
    main()
