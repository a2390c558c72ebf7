"""Fits ``rag/requests/key_sentence_weights.json`` on summaries of papers, and reports the rest.

    python -m training.overview.fit           # fit, write the weights, print the tables
    python -m training.overview.fit --check   # print the tables for the weights as they are
    python -m training.overview.fit --check --only meetings --meetings 20

Fitted on the training part of SciTLDR (Cachola et al., 2020; Apache-2.0): of each abstract, the
sentence that shares most with people's one-sentence summaries. The report asks its test part, and
QMSum's meetings (Zhong et al., 2021; MIT), on which nothing is fitted. Needs the ``bench`` extra.
"""

import argparse
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np

from eval.statistics import bootstrap_interval
from rag.requests.key_sentences import KEY_FEATURES, SentenceInText, choose_varied, score_sentences
from rag.text.terms import fold
from training.data.cached import CachedEmbedder, FloatArray
from training.data.public_sets import read_train
from training.logistic import fit_logistic

_FILE = Path(str(resources.files("rag.requests").joinpath("key_sentence_weights.json")))
_MEETINGS = 60
_FEWEST_WORDS = 8


@dataclass(frozen=True)
class Text:
    """A text with people's summaries of it.

    :param keys: the places of the sentences that say most of them; empty where unknown.
    """

    title: str
    sentences: Sequence[str]
    summaries: Sequence[str]
    keys: Sequence[int] = ()


def load_papers(split: str) -> Iterator[Text]:
    """Load abstracts of papers of one part: ``train``, ``dev`` or ``test``."""
    for row in read_train("scitldr", split):
        if len(row["document"]) > 2:
            yield Text(row["title"], row["document"], row["summary"], row["key_sentences"])


def load_meetings() -> Iterator[Text]:
    """Load meetings with the summaries of the whole."""
    asked: dict[str, str] = {}
    for row in read_train("qmsum", "queries"):
        if row.get("whole_document"):
            asked.setdefault(row["context_ref"], row["answer"])
    for row in read_train("qmsum", "meetings"):
        if row["id"] in asked:
            said = [re.sub(r"\{\w+\}", "", turn.partition(": ")[2]) for turn in row["turns"]]
            long = [" ".join(turn.split()) for turn in said if len(turn.split()) >= _FEWEST_WORDS]
            yield Text("", long, [asked[row["id"]]])


def view_text(text: Text, embed: CachedEmbedder) -> tuple[list[SentenceInText], FloatArray]:
    """The sentences of a text with their numbers, and their vectors."""
    vectors = embed.embed(list(text.sentences))
    centre = vectors.mean(axis=0)
    centre = centre / np.linalg.norm(centre)
    title = embed.embed([text.title])[0] if text.title else np.zeros_like(centre)
    views = [
        SentenceInText(words, i, len(text.sentences), float(v @ centre), float(v @ title))
        for i, (words, v) in enumerate(zip(text.sentences, vectors, strict=True))
    ]
    return views, vectors


def score_rouge(found: str, wanted: Sequence[str]) -> float:
    """ROUGE-L (Lin, 2004): F1 of the longest common subsequence of words; of the best summary."""
    own = re.findall(r"\w+", fold(found))
    return max(_score_pair(own, re.findall(r"\w+", fold(each))) for each in wanted)


def _score_pair(own: Sequence[str], other: Sequence[str]) -> float:
    row = [0] * (len(other) + 1)
    for word in own:
        before = 0
        for place, theirs in enumerate(other, 1):
            kept = row[place]
            row[place] = before + 1 if word == theirs else max(row[place], row[place - 1])
            before = kept
    return 2 * row[-1] / max(1, len(own) + len(other))


def fit(texts: Sequence[Text], embed: CachedEmbedder) -> None:
    """Fit the weights and write them."""
    rows, labels = [], []
    for text in texts:
        for place, view in enumerate(view_text(text, embed)[0]):
            rows.append([feature.compute(view) for feature in KEY_FEATURES])
            labels.append(place in text.keys)
    signs = [feature.sign for feature in KEY_FEATURES]
    bias, found = fit_logistic(np.array(rows), labels, [1.0] * len(labels), signs)
    names = [feature.name for feature in KEY_FEATURES]
    weights = {n: round(float(w), 4) for n, w in zip(names, found, strict=True) if abs(w) > 5e-5}
    kept = json.dumps({"bias": round(float(bias), 4), "weights": weights}, indent=1)
    _FILE.write_text(kept + "\n", encoding="utf-8")


_Choose = Callable[[list[SentenceInText], FloatArray, int], list[int]]
_WAYS: dict[str, _Choose] = {
    "citespan": lambda views, vectors, n: choose_varied(score_sentences(views), vectors, n),
    "the first": lambda views, vectors, n: list(range(min(n, len(views)))),
    "the most typical": lambda views, vectors, n: sorted(
        np.argsort([-view.typical for view in views], kind="stable")[:n].tolist()
    ),
}


def report(name: str, texts: Sequence[Text], number: int, embed: CachedEmbedder) -> None:
    """Print ROUGE-L, and how often the key sentence is chosen, of each way to choose."""
    print(f"\n{name}: {len(texts)} texts, {number} sentence(s) chosen")
    for way, choose in _WAYS.items():
        rouge, hits = [], []
        for text in texts:
            chosen = choose(*view_text(text, embed), number)
            rouge.append(score_rouge(" ".join(text.sentences[i] for i in chosen), text.summaries))
            if text.keys:
                hits.append(float(any(i in text.keys for i in chosen)))
        low, high = bootstrap_interval(rouge)
        line = f"  {way:<17} ROUGE-L {100 * np.mean(rouge):.1f} [{100 * low:.1f}, {100 * high:.1f}]"
        if hits:
            low, high = bootstrap_interval(hits)
            line += f"  key sentence {100 * np.mean(hits):.1f} [{100 * low:.1f}, {100 * high:.1f}]"
        print(line)


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the weights of key sentences.")
    parser.add_argument("--check", action="store_true", help="do not fit, only report")
    parser.add_argument("--only", choices=("papers", "meetings"), help="report one of the sets")
    parser.add_argument("--meetings", type=int, default=_MEETINGS, help="at most so many of QMSum")
    options = parser.parse_args()
    embed = CachedEmbedder()
    if not options.check:
        fit([*load_papers("train")], embed)
    if options.only != "meetings":
        papers = [*load_papers("test")]
        report("abstracts (SciTLDR, test)", papers, 1, embed)
        report("abstracts (SciTLDR, test)", papers, 3, embed)
    if options.only != "papers":
        meetings = [*load_meetings()]
        meetings = random.Random(7).sample(meetings, min(options.meetings, len(meetings)))
        report("meetings (QMSum)", meetings, 5, embed)


if __name__ == "__main__":
    main()
