"""Fits ``rag/answers/evidence_weights.json`` on part of the public data, and reports the rest.

    python -m training.evidence.fit           # fit, write the weights, print the tables
    python -m training.evidence.fit --check   # print the tables for the weights as they are

Deterministic. Needs the ``bench`` extra; takes half an hour, most of it for what the reader says
the first time (kept in the temporary folder). It is fitted on documents that the reader was not
fitted on. Wikipedia articles, question years and abstracts are split, so that no question held out
shares its document with one that was fitted.
"""

import argparse
import json
import math
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from rag.answers.evidence import EvidenceRanker
from rag.answers.evidence_model import AnyFeature, EvidenceModel, LogisticModel, QuestionModel
from rag.answers.features import QUESTION, READING, SENTENCE, Feature, SentenceFeature
from rag.english import idf
from rag.text.terms import STOP_WORDS, terms
from training.data.cached import CachedEmbedder, CachedReader
from training.data.public_sets import SETS, is_held_out
from training.evidence.cases import make_cases
from training.evidence.report import SAID, Read, read_case, report, score_direct, view_case
from training.logistic import Floats, find_bounds, fit_logistic

IDF = Path(idf.__file__).with_name(idf.FILE)

FAMILY_WEIGHTS = {
    "squad": 2.0, "titled": 1.0, "bioasq": 1.0, "pubmedqa": 0.5, "typo": 0.7, "paraphrase": 1.0,
    "small squad": 2.5, "small titled": 1.2, "small bioasq": 1.2, "small pubmedqa": 0.7,
    "small paraphrase": 1.5,
    "squad impossible": 0.7, "squad off-topic": 1.4, "titled off-topic": 0.7, "other field": 1.4,
    "small impossible": 0.5, "small near": 1.0, "small off-topic": 1.0, "small probe": 1.0,
    "small swapped": 0.7, "written": 2.0, "written near": 1.4,
}  # fmt: skip
"""How much each family of questions counts in all, for the probability: a stated mix, since the
true share of unanswerable questions depends on who asks."""

_SCORE: Feature[float, float] = Feature("score", 0, float)
"""The one feature of the model that makes a probability of a score."""


def find_idf(corpora: Sequence[Sequence[str]], least: float = 0.0015) -> dict[str, float]:
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


def fit_model(
    features: Sequence[AnyFeature], matrix: Floats, labels: Sequence[bool], weights: Sequence[float]
) -> LogisticModel[AnyFeature]:
    """Fit a logistic model of these features, ``(n, features)``."""
    bias, found = fit_logistic(matrix, labels, weights, [feature.sign for feature in features])
    return LogisticModel(bias, tuple(zip(features, found, strict=True)))


def fit_sentences(
    train: Sequence[Read], features: Sequence[SentenceFeature]
) -> LogisticModel[SentenceFeature]:
    """The model that ranks sentences: what it puts first should hold a known answer.

    Fitted on whole questions, since what a weight is worth shows in which of a question's sentences
    it lifts above the others: the loss is the negative log of the share that the sentences with the
    answer have of the softmax over all of them. A scale and a bias then make it a probability,
    whose logarithmic odds times ``sharpness`` give the softmax again.
    """
    blocks, labels = [], []
    for item in train:
        chunks = [candidate.passage.chunk_id for candidate in item.sentences.candidates]
        gold = np.array([chunk in item.case.gold for chunk in chunks], dtype=bool)
        if not item.case.holds or not (gold & item.right).any():
            continue
        # The answer's words outside the gold passage may answer as well: neither right nor wrong.
        kept = gold | ~item.right
        blocks.append(np.stack([item.sentences[feature][kept] for feature in features], axis=1))
        labels.append(item.right[kept])
    matrix, right = np.concatenate(blocks).astype(np.float64), np.concatenate(labels)
    sizes = [len(block) for block in blocks]
    starts, of = np.cumsum([0, *sizes[:-1]]), np.repeat(np.arange(len(blocks)), sizes)
    scale = matrix.std(axis=0)
    scale[scale == 0] = 1
    standard = matrix / scale

    def loss(parameters: Floats) -> tuple[float, Floats]:
        score = standard @ parameters
        shares = np.exp(score - np.maximum.reduceat(score, starts)[of])
        every, known = np.add.reduceat(shares, starts), np.add.reduceat(shares * right, starts)
        slope = standard.T @ (shares / every[of] - shares * right / known[of])
        value = np.log(every / known).sum() + 0.5 * parameters @ parameters
        return float(value), slope + parameters

    bounds = find_bounds([feature.sign for feature in features])
    best = minimize(loss, np.zeros(len(bounds)), jac=True, method="L-BFGS-B", bounds=bounds).x
    score = standard @ best
    share = np.array([1 / len(block) for block in blocks])[of]
    calibrated = fit_model([_SCORE], score[:, None], right.tolist(), share * 40)
    stretch = calibrated.weights[0][1]
    kept = zip(features, stretch * best / scale, strict=True)
    return LogisticModel(
        calibrated.bias,
        tuple((feature, round(float(value), 4)) for feature, value in kept if abs(value) > 5e-5),
        round(1 / stretch, 4),
    )


def fit_question_model(
    items: Sequence[Read], ranker: EvidenceRanker, labels: Sequence[bool]
) -> QuestionModel:
    """A model of what is so of a question."""
    sizes = Counter(item.case.family for item in items)
    features = list(QUESTION.values())
    views = [view_case(item, ranker) for item in items]
    return fit_model(
        features,
        np.array([[feature.compute(view) for feature in features] for view in views], dtype=float),
        labels,
        [1000 * FAMILY_WEIGHTS[i.case.family] / sizes[i.case.family] for i in items],
    )


def fit(train: Sequence[Read], ranker: EvidenceRanker) -> EvidenceModel:
    """Fit the three models."""
    sentence = fit_sentences(train, [*SENTENCE.values(), *READING.values()])
    model = replace(ranker.model, sentence=sentence)
    ranker = replace(ranker, model=model)
    exact = [item for item in train if item.case.exact or not item.case.holds]
    return replace(
        model,
        answerable=fit_question_model(train, ranker, [item.case.holds for item in train]),
        direct=fit_question_model(
            exact, ranker, [score_direct(item, ranker) >= SAID for item in exact]
        ),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the weights of the evidence.")
    parser.add_argument("--check", action="store_true", help="do not fit, only report")
    parser.add_argument("--plot", type=Path, help="file for the risk-coverage curves, an SVG")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the cases to use")
    options = parser.parse_args()
    embed = CachedEmbedder()
    if not options.check:
        corpora = [
            [f"{chunk.title} {chunk.text}" for chunk in load()[0] if not is_held_out(chunk.group)]
            for load in SETS
        ]
        table = json.dumps(find_idf(corpora), indent=0, ensure_ascii=False, sort_keys=True)
        IDF.write_text(table + "\n", encoding="utf-8")
        idf.load_idf.cache_clear()
    reader = CachedReader()
    model = EvidenceModel.load() if options.check else EvidenceModel(*[LogisticModel(0.0, ())] * 3)
    ranker = EvidenceRanker(model, embed, embed, reader)
    cases = make_cases(embed, random.Random(20), options.scale)
    items = [read_case(case, ranker) for case in cases if case.held_out or not options.check]
    items = [item for item in items if item.sentences.candidates]
    reader.save()
    embed.save()
    if not options.check:
        model = fit([item for item in items if not item.case.held_out], ranker)
        model.save()
        ranker = replace(ranker, model=model)
    held = [item for item in items if item.case.held_out]
    print("HELD OUT")
    report(held, ranker, options.plot)


if __name__ == "__main__":
    main()
