"""Follow-up questions: what the history adds to those that lean on it, and takes from the others.

``bench/follow_ups.jsonl`` holds dialogues of two turns, written for this by hand over two public
sets; each has the id of the row that answers its second question, and that question as somebody who
knows the first would ask it alone. Some second questions lean on the first one, some point to what
only its answer names, and some do neither. The answer to the first is the product's own.
"""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from bench.quality.retrieval_sets import load, open_library
from eval.statistics import bootstrap_interval
from rag.answers.evidence import EvidenceRanker
from rag.answers.evidence_model import EvidenceModel
from rag.answers.selection import select_sentences
from rag.models.reader import Reader
from rag.questions.follow_ups import is_follow_up, make_standalone
from rag.retrieval.search import PassageSearch
from rag.settings import Settings
from training.data.cached import CachedEmbedder
from training.data.public_sets import read_rows

QUESTIONS = Path(__file__).resolve().parents[1] / "follow_ups.jsonl"
Dialogue = dict[str, Any]
FORMS: dict[str, Callable[[Dialogue], str]] = {
    "alone": lambda d: str(d["question"]),
    "with the question before": lambda d: make_standalone(d["question"], [(d["earlier"], "")]),
    "with its answer too": lambda d: make_standalone(d["question"], [(d["earlier"], d["answer"])]),
    "by hand": lambda d: str(d["standalone"]),
}
_SENTENCES = Settings.model_fields["max_sentences"].default


def write_answer(question: str, search: PassageSearch, ranker: EvidenceRanker) -> str:
    """Write what the product shows for a question, whatever its confidence."""
    idf = search.library.lexical.idf
    ranked = ranker.rank(question, search.search(question), idf).evidence
    return " ".join(e.text for e in select_sentences(question, ranked, limit=_SENTENCES))


def kind(dialogue: Dialogue) -> str:
    """What the second question does, in words."""
    if dialogue.get("points"):
        return "pointing to the answer"
    return "leaning" if dialogue["leans"] else "standing alone"


def main() -> None:
    dialogues = read_rows(QUESTIONS)
    embedder = CachedEmbedder()
    ranker = EvidenceRanker(EvidenceModel.load(), embedder, embedder, Reader())
    for name in dict.fromkeys(d["set"] for d in dialogues):
        opened = open_library(load(name), embedder)
        search = PassageSearch(opened, embedder, limit=30)
        for dialogue in (d for d in dialogues if d["set"] == name):
            dialogue["answer"] = write_answer(dialogue["earlier"], search, ranker)
            for form, made in FORMS.items():
                found = [passage.document_id for passage in search.search(made(dialogue))]
                rows = list(dict.fromkeys(found))
                gold = dialogue["gold"]
                dialogue[form] = rows.index(gold) if gold in rows else np.inf
        opened.close()
    embedder.save()
    for told in dict.fromkeys(map(kind, dialogues)):
        chosen = [d for d in dialogues if kind(d) == told]
        said = sum(is_follow_up(d["question"]) == d["leans"] for d in chosen)
        print(f"{told}: {len(chosen)}, told as such {said}")
        gains = {}
        for form in FORMS:
            rank = np.array([d[form] for d in chosen])
            gains[form] = np.where(rank < 10, 1 / np.log2(rank + 2), 0).astype(np.float32)
            hits = 100 * (rank < 5).mean()
            print(f"  {form:<24} hit@5 {hits:5.1f}  nDCG@10 {100 * gains[form].mean():5.1f}")
        for more, less in pairwise(reversed(list(FORMS)[:3])):
            low, high = bootstrap_interval((gains[more] - gains[less]).tolist())
            print(f"  {more} against {less}: [{100 * low:+.1f}, {100 * high:+.1f}]")
    for dialogue in dialogues:
        best = dialogue["with its answer too"]
        if is_follow_up(dialogue["question"]) != dialogue["leans"] or best > dialogue["by hand"]:
            shown = [dialogue[form] for form in FORMS]
            print(shown, dialogue["earlier"], "|", FORMS["with its answer too"](dialogue))


if __name__ == "__main__":
    main()
