"""Which sentences answer a question, and how likely it is that any does.

Three logistic models with fitted weights (``evidence_weights.json``, written by
``training/evidence/fit.py``): one chooses the sentences of the retrieved passages that are read
together with the question (:mod:`rag.models.pair_reader`), one ranks them with what that says, and
one says how probable it is that the documents hold the answer. Their inputs are the signals of
:mod:`rag.answers.features`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np

from rag.answers.features import (
    Candidate,
    bylines,
    candidates,
    pairs,
    question_signals,
    sentence_signals,
)
from rag.models.pair_reader import ReadPairs
from rag.questions.matcher import Idf, QuestionMatcher
from rag.questions.question import parse_question
from rag.text.front_matter import asks_who_wrote
from rag.types import Embed, FloatArray, Passage

_READ = 6
"""Sentences read together with the question, of some 43; to read eight takes a third longer, and
finds hardly more."""
_READ_FOR_SEVERAL = 10
"""The same for a question that asks for several things, whose answer more of them make up."""
_EMBEDDED = 2
"""The likeliest of those, which are embedded as well."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that may answer.

    :param start: of the sentence in ``passage.text``; ``end`` likewise, half-open.
    :param score: probability that this sentence holds the answer, in [0, 1].
    :param share: of the chance that any sentence holds it, in [0, 1]; 1 over all that were found.
    """

    passage: Passage
    start: int
    end: int
    text: str
    score: float
    share: float


def weigh(
    question: str,
    passages: Sequence[Passage],
    rarity: Idf,
    embed: Embed,
    embed_words: Embed,
    read_pairs: ReadPairs,
) -> tuple[list[Evidence], float]:
    """All sentences of the passages, the likeliest to hold the answer first, and the confidence.

    :param rarity: BM25's inverse document frequency of a term in the library; a term the library
        does not have is the rarest of all, and gets the highest value.
    :param embed: texts to unit vectors, ``(n, d) float32``; called once.
    :param embed_words: the same for what comes again and again: single words, and the question.
    :param read_pairs: see :class:`rag.models.pair_reader.PairReader`; called once.
    :return: with the calibrated probability that the documents hold the answer, in [0, 1].
    """
    reading = reader(question, passages, rarity, embed_words)
    found, signals = read(reading)
    if not found:
        return [], 0.0
    read_together(reading, found, signals, embed, read_pairs)
    ranked, overall = ranking(reading, found, signals)
    columns = {name: np.array([value], dtype=np.float32) for name, value in overall.items()}
    return ranked, float(probability("answerable", columns)[0])


def ranking(
    reader: QuestionMatcher, found: Sequence[Candidate], signals: Mapping[str, FloatArray]
) -> tuple[list[Evidence], dict[str, float]]:
    """The sentences, likeliest first, and the signals of the question that they make.

    :param signals: of the sentences, as found; see :func:`read`.
    """
    logits = _logits("sentence", signals)
    scores = _sigmoid(logits)
    sharp = fitted()["sentence"]["sharpness"] * logits
    chances = np.exp(sharp - sharp.max())
    shares = chances / chances.sum()
    order = sorted(range(len(found)), key=lambda i: (-scores[i], found[i].rank, found[i].start))
    ranked = [
        Evidence(
            found[i].passage,
            found[i].start,
            found[i].end,
            found[i].text,
            float(scores[i]),
            float(shares[i]),
        )
        for i in order
    ]
    rows = [{name: float(values[i]) for name, values in signals.items()} for i in order]
    return ranked, question_signals(reader, rows, [(each.score, each.share) for each in ranked])


def read(reader: QuestionMatcher) -> tuple[list[Candidate], dict[str, FloatArray]]:
    """All sentences of the reader's passages and their signals by name, each ``(n,) float32``."""
    asked = reader.question
    named = bylines(reader) if asks_who_wrote(asked.text) else None
    found = candidates(reader.passages, asked, named)
    if not found:
        return [], {}
    rows = sentence_signals(reader, found)
    return found, {
        name: np.array([row[name] for row in rows], dtype=np.float32) for name in rows[0]
    }


def promising(signals: Mapping[str, FloatArray], number: int) -> list[int]:
    """The places of the sentences that are likeliest by what is seen before any is read."""
    order = np.argsort(-_logits("first", signals), kind="stable")
    return [int(place) for place in order[:number]]


def read_together(
    reader: QuestionMatcher,
    found: Sequence[Candidate],
    signals: dict[str, FloatArray],
    embed: Embed,
    read_pairs: ReadPairs,
) -> None:
    """Add the signals that take a model to read the sentences, ``(n,) float32`` each.

    The likeliest sentences by the other signals are read together with the question, the first few
    of these embedded; those that are not get the lowest values of those that are. The reader was
    fitted on prose, so that a table's row has the best of what it says of any.
    """
    likeliest = promising(signals, _READ_FOR_SEVERAL if reader.question.several else _READ)
    logits = read_pairs(reader.corrected, pairs([found[i] for i in likeliest], found))
    rows = np.array([found[i].above is not None for i in likeliest])
    logits[rows] = logits.max(axis=0)
    cosines = embed([found[i].read for i in likeliest[:_EMBEDDED]]) @ reader.vector
    seen = {"span": logits[:, 0], "relevance": logits[:, 1], "cosine": cosines}
    for name, values in seen.items():
        signals[name] = np.full(len(found), values.min(), dtype=np.float32)
        signals[name][likeliest[: len(values)]] = values


def reader(
    question: str, passages: Sequence[Passage], rarity: Idf, embed_words: Embed
) -> QuestionMatcher:
    """What reads the passages for this question, with the shipped word statistics."""
    return QuestionMatcher(parse_question(question), passages, rarity, embed_words)


def probability(name: str, signals: Mapping[str, FloatArray]) -> FloatArray:
    """The logistic model of that name, applied to signals of shape ``(n,)`` each."""
    return _sigmoid(_logits(name, signals))


def _sigmoid(logits: FloatArray) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -30, 30))), dtype=np.float32)


def _logits(name: str, signals: Mapping[str, FloatArray]) -> FloatArray:
    model = fitted()[name]
    weighted = (weight * signals[signal] for signal, weight in model["weights"].items())
    return np.asarray(model["bias"] + sum(weighted), dtype=np.float32)


@lru_cache(maxsize=1)
def fitted() -> dict[str, Any]:
    """The three models that are shipped."""
    text = (
        resources.files("rag.answers").joinpath("evidence_weights.json").read_text(encoding="utf-8")
    )
    return dict(json.loads(text))
