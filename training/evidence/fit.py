"""Fits ``rag/answers/evidence_weights.json`` on part of the public data, and reports the rest.

    python -m training.evidence.fit           # fit, write the weights, print the tables
    python -m training.evidence.fit --check   # print the tables for the weights as they are

Deterministic. Needs the ``bench`` extra, and to fit also the readers of pairs that
``training/reader/fit.py`` leaves in the temporary folder; takes some minutes, most of them for
what the models say the first time (kept there too). Wikipedia articles, question years and
abstracts are split, so that no question held out shares its document with one that was fitted.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from rag.answers import evidence
from rag.models import pair_reader
from rag.text.terms import STOP_WORDS, terms
from training.data.cached import FOLDS, CachedEmbedder, CachedPairReader
from training.data.public_sets import fold, is_held_out, load_bioasq, load_pubmedqa, load_squad
from training.evidence.cases import make_cases
from training.evidence.report import Read, read_case, report

WEIGHTS = Path(evidence.__file__).with_name("evidence_weights.json")

FAMILY_WEIGHTS = {
    "squad": 2.0, "titled": 1.0, "bioasq": 1.0, "pubmedqa": 0.5, "typo": 0.7, "paraphrase": 1.0,
    "small squad": 2.5, "small titled": 1.2, "small bioasq": 1.2, "small pubmedqa": 0.7,
    "small paraphrase": 1.5,
    "squad impossible": 0.7, "squad off-topic": 1.4, "titled off-topic": 0.7, "other field": 1.4,
    "small impossible": 0.5, "small near": 1.0, "small off-topic": 1.0, "small probe": 1.0,
    "small swapped": 0.7,
}  # fmt: skip
"""How much each family of questions counts in all, for the probability: a stated mix, since the
true share of unanswerable questions depends on who asks."""

SIGNS = {
    "passage score below best": -1, "passage first": 1, "overlap": 1, "overlap with title": 1,
    "overlap in context": 1, "overlap of passage": 1, "names": 1, "names in passage": 1,
    "order": 1, "closeness": 1, "cue": 1, "enumeration": 1, "exact missing": -1,
    "name missing": -1, "sought missing": -1, "asks": -1, "furniture": -1,
    "telling overlap": 1,
    "best sentence": 1, "passage cosine": 1,
    "overlap of best": 1, "overlap near best": 1, "best overlap": 1, "coverage": 1, "missing": -1,
    "missing name": -1, "missing number": -1, "names of best": 1, "order of best": 1,
    "exact missing in best": -1, "exact missing in three": -1, "exact missing everywhere": -1,
    "closeness of best": 1, "name missing in best": -1, "sought missing in best": -1,
    "sought missing everywhere": -1, "names missing, yes or no": -1,
    "span": 1, "relevance": 1, "span of best": 1, "relevance of best": 1, "best span": 1,
    "best relevance": 1, "cosine": 1, "best cosine": 1, "cosine of best": 1,
    "lacking": -1, "lacking in three": -1, "share of three": 1,
}  # fmt: skip
"""Which way a signal may count: two that nearly say the same must not be played off against each
other, which fits one corpus and fails on the next. Signals not named here may count either way."""
_ONE_WAY = {1: (0, None), -1: (None, 0), 0: (None, None)}


def commonness(corpora: Sequence[Sequence[str]], least: float = 0.0015) -> dict[str, float]:
    """How rare common words are, in [0, 1]; a word that is missing here counts as 1.

    The geometric mean of a word's document frequencies in texts of different fields, so that only
    what is common in all of them counts as common English.
    """
    counters = [Counter(t for text in texts for t in set(terms(text))) for texts in corpora]
    rates = {}
    for term in set().union(*counters) - STOP_WORDS:
        rate = math.prod((c[term] + 0.1) / len(t) for c, t in zip(counters, corpora, strict=True))
        rates[term] = rate ** (1 / len(corpora))
    return {
        term: round(math.log(rate) / math.log(least), 3)
        for term, rate in sorted(rates.items())
        if rate > least and not term.isdigit()
    }


def fit_logistic(
    rows: Sequence[Mapping[str, float]],
    labels: Sequence[bool],
    weights: Sequence[float],
) -> dict[str, object]:
    """A ridge-regularised logistic model whose weights keep to :data:`SIGNS`."""
    names = list(rows[0])
    matrix = np.array([[row[name] for name in names] for row in rows], dtype=np.float64)
    mean, scale = matrix.mean(axis=0), matrix.std(axis=0)
    scale[scale == 0] = 1
    standard = (matrix - mean) / scale
    target, weight = np.where(labels, 1.0, -1.0), np.array(weights)

    def loss(parameters: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        margin = (standard @ parameters[:-1] + parameters[-1]) * target
        pull = -weight * target / (1 + np.exp(np.clip(margin, -30, 30)))
        value = weight @ np.logaddexp(0, -margin) + 0.5 * parameters[:-1] @ parameters[:-1]
        return float(value), np.append(standard.T @ pull + parameters[:-1], pull.sum())

    bounds = [_ONE_WAY[SIGNS.get(name, 0)] for name in names] + [(None, None)]
    best = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B", bounds=bounds).x
    coefficients = best[:-1] / scale
    kept = {n: round(float(c), 4) for n, c in zip(names, coefficients, strict=True)}
    return {
        "bias": round(float(best[-1] - coefficients @ mean), 4),
        "weights": {name: value for name, value in kept.items() if value},
    }


def fit_sentences(train: Sequence[Read]) -> dict[str, object]:
    """The model that ranks sentences: what it puts first should hold a known answer.

    Fitted on whole questions, since what a weight is worth shows in which of a question's sentences
    it lifts above the others: the loss is the negative log of the share that the sentences with the
    answer have of the softmax over all of them. A scale and a bias then make it a probability,
    whose logarithmic odds times ``sharpness`` give the softmax again.
    """
    names = list(train[0].signals)
    blocks, labels = [], []
    for item in train:
        chunks = [candidate.passage.chunk_id for candidate in item.found]
        gold = np.array([chunk in item.case.gold for chunk in chunks], dtype=bool)
        if not item.case.holds or not (gold & item.right).any():
            continue
        # The answer's words outside the gold passage may answer as well: neither right nor wrong.
        kept = gold | ~item.right
        blocks.append(np.stack([item.signals[name][kept] for name in names], axis=1))
        labels.append(item.right[kept])
    matrix, right = np.concatenate(blocks).astype(np.float64), np.concatenate(labels)
    sizes = [len(block) for block in blocks]
    starts, of = np.cumsum([0, *sizes[:-1]]), np.repeat(np.arange(len(blocks)), sizes)
    scale = matrix.std(axis=0)
    scale[scale == 0] = 1
    standard = matrix / scale

    def loss(parameters: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        score = standard @ parameters
        shares = np.exp(score - np.maximum.reduceat(score, starts)[of])
        every, known = np.add.reduceat(shares, starts), np.add.reduceat(shares * right, starts)
        slope = standard.T @ (shares / every[of] - shares * right / known[of])
        value = np.log(every / known).sum() + 0.5 * parameters @ parameters
        return float(value), slope + parameters

    bounds = [_ONE_WAY[SIGNS.get(name, 0)] for name in names]
    best = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", bounds=bounds).x
    score = standard @ best
    share = np.array([1 / len(block) for block in blocks])[of]
    calibrated = fit_logistic([{"score": value} for value in score], right.tolist(), share * 40)
    stretch = calibrated["weights"]["score"]  # type: ignore[index]
    kept_weights = zip(names, stretch * best / scale, strict=True)
    return {
        "bias": calibrated["bias"],
        "sharpness": round(1 / float(stretch), 4),
        "weights": {
            name: round(float(value), 4) for name, value in kept_weights if abs(value) > 5e-5
        },
    }


def fit_confidence(train: Sequence[Read]) -> dict[str, object]:
    """The model that says whether the documents hold the answer."""
    sizes = Counter(item.case.family for item in train)
    return fit_logistic(
        [item.question_signals() for item in train],
        [item.case.holds for item in train],
        [1000 * FAMILY_WEIGHTS[i.case.family] / sizes[i.case.family] for i in train],
    )


def fit(train: Sequence[Read], embed: CachedEmbedder) -> None:
    """Fit the models, put them in use, and write them.

    What a reader says of questions that it was fitted on is too good; so each third of them is read
    by the reader that was fitted on the other two (``training/reader/fit.py``).
    """
    in_use = evidence.fitted()
    in_use["first"] = fit_sentences(train)
    readers = [CachedPairReader(weights) for weights in FOLDS]
    for item in train:
        item.read_together(embed, readers[fold(item.case.group)])
    for reader in readers:
        reader.save()
    in_use["sentence"] = fit_sentences(train)
    in_use["answerable"] = fit_confidence(train)
    written = json.dumps(in_use, indent=0, ensure_ascii=False, sort_keys=True)
    WEIGHTS.write_text(written + "\n", encoding="utf-8")


def main() -> None:
    """Fit and report."""
    parser = argparse.ArgumentParser(description="Fit the weights of rag/answers/evidence.py.")
    parser.add_argument("--check", action="store_true", help="do not fit, only report")
    parser.add_argument("--plot", type=Path, help="file for the risk-coverage curves, an SVG")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the cases to use")
    options = parser.parse_args()
    embed = CachedEmbedder()
    if not options.check:
        evidence.fitted()["commonness"] = commonness(
            [
                [
                    f"{chunk.title} {chunk.text}"
                    for chunk in load()[0]
                    if not is_held_out(chunk.group)
                ]
                for load in (load_squad, load_bioasq, load_pubmedqa)
            ]
        )
    cases = make_cases(embed, random.Random(20), options.scale)
    items = [read_case(case, embed) for case in cases if case.held_out or not options.check]
    items = [item for item in items if item.found]
    if not options.check:
        fit([item for item in items if not item.case.held_out], embed)
    held = [item for item in items if item.case.held_out]
    reader = CachedPairReader(pair_reader.WEIGHTS)
    for item in held:
        item.read_together(embed, reader)
    reader.save()
    embed.save()
    print("HELD OUT")
    report(held, options.plot)


if __name__ == "__main__":
    main()
