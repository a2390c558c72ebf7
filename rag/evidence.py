"""Which sentences answer a question, and how likely it is that any does.

Three logistic models with fitted weights (``evidence_weights.json``, written by
``bench/fit_evidence.py``): one chooses the sentences of the retrieved passages that are read
together with the question (:mod:`rag.pair_reader`), one ranks them with what that says, and one
says how probable it is that the documents hold the answer. Their inputs are the signals of
:mod:`rag.signals`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np

from rag.front_matter import asks_who_wrote, front_matter
from rag.pair_reader import ReadPairs
from rag.question import ANSWER_SHAPES, EXACT_KINDS, NAME_KINDS, Question, analyse
from rag.question_reader import QuestionReader, Rarity
from rag.signals import (
    Candidate,
    bylines,
    candidates,
    is_furniture,
    pairs,
    question_signals,
    refers_back,
    sentence_signals,
)
from rag.tables import is_caption, is_row
from rag.terms import STOP_WORDS, vocabulary
from rag.types import HEADING_SEPARATOR, Embed, FloatArray, Passage

_READ = 6
"""Sentences read together with the question, of some 43; to read eight takes a third longer, and
finds hardly more."""
_EMBEDDED = 2
"""The likeliest of those, which are embedded as well."""
_REPEAT = 0.8
"""Share of a sentence's content words found in one already chosen from which it is a repeat."""
_ENOUGH = 0.985
"""Enough is shown once the shares of the sentences shown come to this."""
_WORTH = 0.1
"""A sentence less likely than this share of the best one is not worth showing."""
_BESIDE_ROW = 0.7
"""What is less likely than this share of a table's row that is shown is not worth showing: a row
answers to the point, and those beside it are like it but for the one word that was asked for."""
_ASKS_FOR_ONE = re.compile(r"\b(?:tables?|fig(?:ure)?s?|charts?|plots?|diagrams?)\b", re.IGNORECASE)


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
    rarity: Rarity,
    embed: Embed,
    embed_words: Embed,
    read_pairs: ReadPairs,
) -> tuple[list[Evidence], float]:
    """All sentences of the passages, the likeliest to hold the answer first, and the confidence.

    :param rarity: BM25's inverse document frequency of a term in the library; a term the library
        does not have is the rarest of all, and gets the highest value.
    :param embed: texts to unit vectors, ``(n, d) float32``; called once.
    :param embed_words: the same for what comes again and again: single words, and the question.
    :param read_pairs: see :class:`rag.pair_reader.PairReader`; called once.
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
    reader: QuestionReader, found: Sequence[Candidate], signals: Mapping[str, FloatArray]
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


def select(question: str, ranked: Sequence[Evidence], *, limit: int) -> list[Evidence]:
    """The sentences to show, 1 to ``limit`` of them, in reading order.

    The best one always, then as many as it takes for one of them to hold the answer, if any does,
    in all probability; a question for several things gets as many as are worth showing. None
    repeats another. A sentence that leans on the one before it brings that one along. Beside a row
    of a table only what answers about as well is shown; a caption only when nothing answers better,
    or when the question is about a figure or a table.

    :return: in reading order.
    """
    asked = analyse(question)
    prose = [evidence for evidence in ranked if not _beside_the_point(evidence, asked)]
    chosen: list[Evidence] = []
    shown = 0.0
    for evidence in prose or ranked:
        if len(chosen) == limit or (shown >= _ENOUGH and not asked.several):
            break
        if chosen and evidence.score < _WORTH * chosen[0].score:
            break
        shown += evidence.share
        if _adds(evidence, chosen, asked):
            chosen.append(evidence)
    for evidence in list(chosen):
        before = _sentence_before(evidence, ranked) if refers_back(evidence.text) else None
        if (
            before
            and before not in chosen
            and len(chosen) < limit
            and not _beside_the_point(before, asked)
        ):
            chosen.append(before)
    return in_reading_order(chosen)


def in_reading_order(chosen: Sequence[Evidence]) -> list[Evidence]:
    """By document, the one with the best passage first, then by place in the document."""
    order: dict[str, int] = {}
    for evidence in sorted(chosen, key=lambda e: -e.passage.score):
        order.setdefault(evidence.passage.document_id, len(order))
    return sorted(chosen, key=lambda e: (order[e.passage.document_id], e.passage.start + e.start))


def _beside_the_point(evidence: Evidence, asked: Question) -> bool:
    """Whether a line is a question, a heading or a keyword line that was not asked for.

    A labelled line (``Price: 30 euros``) is asked for by its label or by what it holds; any other
    short line (authors, an address) by a question for a name, for several things, for the sort of
    thing that the line names (``Which university …``), or about a name that stands in it. Who
    wrote a document is no answer to who did anything else.
    """
    text, passage = evidence.text, evidence.passage
    if text.endswith("?") or text in (passage.title, *passage.heading.split(HEADING_SEPARATOR)):
        return True
    if not is_furniture(text):
        return False
    names = front_matter(passage) or (0, 0)
    names_authors = names[0] <= evidence.start < names[1]
    if names_authors and asks_who_wrote(asked.text):
        return False
    label, colon, rest = text.partition(":")
    labelled = bool(colon and rest)
    shown = EXACT_KINDS if labelled or names_authors else EXACT_KINDS | NAME_KINDS
    if asked.kind in shown and ANSWER_SHAPES[asked.kind].search(rest or text):
        return False
    if labelled:
        return not vocabulary(label) & vocabulary(asked.text) - STOP_WORDS
    return not asked.several and not vocabulary(text) & (asked.named | asked.sought)


def _is_outdone_by_row(evidence: Evidence, chosen: Sequence[Evidence]) -> bool:
    """Whether a row of a table that is shown answers much better."""
    return any(
        is_row(other.text) and evidence.score < _BESIDE_ROW * other.score for other in chosen
    )


def _adds(evidence: Evidence, chosen: Sequence[Evidence], asked: Question) -> bool:
    """Whether a sentence says something beside those chosen."""
    if any(_repeats(evidence.text, other.text) for other in chosen):
        return False
    if not asked.several and _is_outdone_by_row(evidence, chosen):
        return False
    of_figure = bool(chosen) and is_caption(evidence.text)
    return not of_figure or _ASKS_FOR_ONE.search(asked.text) is not None


def _repeats(text: str, other: str) -> bool:
    first, second = vocabulary(text) - STOP_WORDS, vocabulary(other) - STOP_WORDS
    shared = len(first & second)
    return bool(shared) and shared / min(len(first), len(second)) >= _REPEAT


def _sentence_before(evidence: Evidence, ranked: Sequence[Evidence]) -> Evidence | None:
    before = [
        other
        for other in ranked
        if other.passage.chunk_id == evidence.passage.chunk_id and other.end <= evidence.start
    ]
    return max(before, key=lambda other: other.end, default=None)


def read(reader: QuestionReader) -> tuple[list[Candidate], dict[str, FloatArray]]:
    """All sentences of the reader's passages and their signals by name, each ``(n,) float32``."""
    asked = asks_who_wrote(reader.question.text)
    found = candidates(reader.passages, bylines(reader) if asked else None)
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
    reader: QuestionReader,
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
    likeliest = promising(signals, _READ)
    logits = read_pairs(reader.mended, pairs([found[i] for i in likeliest], found))
    rows = np.array([found[i].above is not None for i in likeliest])
    logits[rows] = logits.max(axis=0)
    cosines = embed([found[i].read for i in likeliest[:_EMBEDDED]]) @ reader.vector
    seen = {"span": logits[:, 0], "relevance": logits[:, 1], "cosine": cosines}
    for name, values in seen.items():
        signals[name] = np.full(len(found), values.min(), dtype=np.float32)
        signals[name][likeliest[: len(values)]] = values


def reader(
    question: str, passages: Sequence[Passage], rarity: Rarity, embed_words: Embed
) -> QuestionReader:
    """What reads the passages for this question, with the shipped word statistics."""
    return QuestionReader(analyse(question), passages, rarity, fitted()["commonness"], embed_words)


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
    """The three models and the word statistics that are shipped."""
    text = resources.files("rag").joinpath("evidence_weights.json").read_text(encoding="utf-8")
    return dict(json.loads(text))
