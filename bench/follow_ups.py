"""Follow-up questions: what the history adds to those that lean on it, and takes from the others.

``follow_ups.jsonl`` holds dialogues of two turns, written for this by hand over two public sets;
each has the id of the row that answers its second question, and that question as somebody who knows
the first would ask it alone. Half of the second questions lean on the first one, half do not.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from cached import CachedEmbedder
from retrieval_cases import interval, library, load

from rag.history import is_follow_up, standalone
from rag.search import PassageSearch

Dialogue = dict[str, Any]
FORMS: dict[str, Callable[[Dialogue], str]] = {
    "alone": lambda d: str(d["question"]),
    "with history": lambda d: standalone(d["question"], [(d["earlier"], "")]),
    "by hand": lambda d: str(d["standalone"]),
}


def main() -> None:
    """Print hit@5 and nDCG@10 of the gold row for each form of the question."""
    lines = Path(__file__).with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()
    dialogues = [json.loads(line) for line in lines]
    embedder = CachedEmbedder()
    ranks: dict[str, list[float]] = {form: [] for form in FORMS}
    for name in dict.fromkeys(d["set"] for d in dialogues):
        opened = library(load(name), embedder)
        retriever = PassageSearch(opened, embedder, limit=30)
        for dialogue in (d for d in dialogues if d["set"] == name):
            for form, made in FORMS.items():
                found = [passage.document_id for passage in retriever.search(made(dialogue))]
                rows = list(dict.fromkeys(found))
                gold = dialogue["gold"]
                ranks[form].append(rows.index(gold) if gold in rows else np.inf)
        opened.close()
    embedder.save()
    ordered = [d for name in dict.fromkeys(d["set"] for d in dialogues) for d in dialogues
               if d["set"] == name]  # fmt: skip
    for leaning in (True, False):
        chosen = np.array([d["leans"] == leaning for d in ordered])
        said = sum(is_follow_up(d["question"]) == leaning for d in ordered if d["leans"] == leaning)
        print(f"{'leaning' if leaning else 'standing alone'}: {chosen.sum()}, told as such {said}")
        gains = {}
        for form, places in ranks.items():
            rank = np.array(places)[chosen]
            gains[form] = np.where(rank < 10, 1 / np.log2(rank + 2), 0).astype(np.float32)
            hits = 100 * (rank < 5).mean()
            print(f"  {form:<14} hit@5 {hits:5.1f}  nDCG@10 {100 * gains[form].mean():5.1f}")
        low, high = interval(gains["with history"] - gains["alone"])
        print(f"  history against alone: [{100 * low:+.1f}, {100 * high:+.1f}]")
    for place, dialogue in enumerate(ordered):
        if is_follow_up(dialogue["question"]) != dialogue["leans"] or (
            ranks["with history"][place] > ranks["by hand"][place]
        ):
            shown = [ranks[form][place] for form in FORMS]
            print(shown, dialogue["earlier"], "|", FORMS["with history"](dialogue))


if __name__ == "__main__":
    main()
