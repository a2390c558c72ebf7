"""Judges whether a quote supports a sentence.

Two things are asked: a small model that reads both together (``rag/models/claim_reader.py``), and
rules that compare numbers with their units, names, negations and the other words
(``rag/support/comparison.py``). A logistic model of the few numbers that they give is the score;
``training/support/fit.py`` writes its weights to ``support_weights.json``. The rules, and the words
that the reader does not find in the quote, are the reasons. docs/measured/support.md says how often
it is right.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol, Self

from rag.models.claim_reader import ClaimReader, ClaimReading
from rag.models.reader import Page
from rag.support.comparison import NOTHING, Comparison, compare
from rag.support.evidence import choose_evidence
from rag.text.characters import replace_surrogates
from rag.types import Embed, Support, Verdict

ReadClaims = Callable[[Sequence[tuple[str, Page]]], list[ClaimReading]]
"""Reads claims, each with its evidence."""


class SupportJudge(Protocol):
    """Anything that judges a sentence against a quote."""

    def __call__(self, sentence: str, quote: str) -> Support:
        """The verdict, its score in [0, 1] and readable reasons."""


WEIGHTS = Path(str(resources.files("rag.support").joinpath("support_weights.json")))


@dataclass(frozen=True)
class Judged:
    """What is known of a sentence and its quote.

    :param seen: how their words compare; ``reading``: what the reader says of them.
    """

    seen: Comparison
    reading: ClaimReading


@dataclass(frozen=True, slots=True)
class Feature:
    """A number that says something about support.

    :param sign: 1 when a higher value speaks for support, -1 when it speaks against it.
    """

    name: str
    sign: int
    compute: Callable[[Judged], float]


def _find_fault_in_copy(seen: Comparison) -> float:
    """How nearly a sentence is a copy, squared, if the rules find a fault in it; else 0.

    In free wording the rules are often wrong, and the more a sentence is a copy the surer they are.
    """
    return seen.alignment**2 if seen.faults else 0.0


def _is_clean_copy(seen: Comparison) -> float:
    """Whether all words are found in their order and the rules find no fault."""
    return float(not seen.faults and min(seen.alignment, seen.coverage) >= _COPY)


FEATURES = (
    Feature("read as supported", 1, lambda both: _log_odds(both.reading.supported)),
    Feature("coverage", 1, lambda both: both.seen.coverage),
    Feature("clean copy", 1, lambda both: _is_clean_copy(both.seen)),
    Feature("fault in a copy", -1, lambda both: _find_fault_in_copy(both.seen)),
    Feature("names missing", -1, lambda both: min(3, both.seen.names_missing)),
)
"""All of them; the product computes, and training fits, what stands here."""
_COPY = 0.97
"""Share of the words in their order from which a sentence is a copy."""
_SUPPORTED, _PARTIAL = 0.5, 0.2
"""Scores from which a sentence is supported, and partly supported."""
_OTHERWISE, _LACKING = 0.5, 0.5
"""Probabilities from which the reader says that the source says otherwise, and lacks a word."""
_SAYS_OTHERWISE = "the source says otherwise"
_DOES_NOT_SAY = "the source does not say all of this"


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, 1e-4), 1 - 1e-4)
    return math.log(bounded / (1 - bounded))


@dataclass(frozen=True, slots=True)
class SupportModel:
    """A logistic model of support.

    :param weights: of :data:`FEATURES`, by name.
    """

    weights: Mapping[str, float]
    bias: float

    @classmethod
    def load(cls, file: Path = WEIGHTS) -> Self:
        """Load the weights that are shipped, or those of another file."""
        values = json.loads(file.read_text(encoding="utf-8"))
        return cls(MappingProxyType(values["weights"]), values["bias"])

    def save(self, file: Path = WEIGHTS) -> None:
        text = json.dumps(self.as_dict(), indent=1, ensure_ascii=False)
        file.write_text(text + "\n", encoding="utf-8")

    def as_dict(self) -> dict[str, Any]:
        """Return bias and weights as values for the file."""
        return {"bias": self.bias, "weights": dict(self.weights)}

    def judge(
        self, sentence: str, quote: str, read: ReadClaims, embed_words: Embed | None = None
    ) -> Support:
        """Judge a sentence; see :func:`judge_support`."""
        seen = compare(sentence, quote, embed_words)
        if seen.verbatim:
            return Support("supported", 1.0)
        if NOTHING in seen.uncovered:
            return Support("unsupported", 0.0, seen.reasons)
        claim = " ".join(sentence.split())
        both = Judged(seen, read([(claim, Page("", choose_evidence(claim, quote)))])[0])
        points = self.score(both)
        judged = verdict(points)
        contradicted = judged == "unsupported" and _is_contradicted(both)
        reasons: tuple[str, ...] = ()
        if judged != "supported":
            reasons = _list_reasons(claim, both, contradicted=contradicted)
        return Support(judged, round(points, 4), reasons, contradicted)

    def score(self, both: Judged) -> float:
        """Compute the score, in [0, 1]."""
        logit = self.bias + sum(self.weights[each.name] * each.compute(both) for each in FEATURES)
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def judge_support(
    sentence: str, quote: str, *, embed_words: Embed | None = None, read: ReadClaims | None = None
) -> Support:
    """Judge whether the quote says what the sentence says.

    Deterministic. Of a long quote, the sentences that share most with the sentence are read.

    :param sentence: one sentence of an answer, without citation marks.
    :param quote: what it cites, some words or a whole page.
    :param embed_words: words to unit vectors, ``(n, d) float32``, such as
        :meth:`rag.Embedder.embed_words`: tells a word of like meaning from another word where a
        near copy has replaced one.
    :param read: the reader of claims; by default one that is loaded at first use.
    :return: ``supported``, ``partial`` or ``unsupported``. The score is 1 for the quote's own
        words, else a probability fitted on labelled claims; the reasons say what is missing in the
        quote or said otherwise there.
    :raises ModelError: the bundled model is not there.
    """
    sentence, quote = map(replace_surrogates, (sentence, quote))
    return _load_shipped().judge(sentence, quote, read or _load_reader(), embed_words)


@lru_cache(maxsize=1)
def _load_shipped() -> SupportModel:
    return SupportModel.load()


@lru_cache(maxsize=1)
def _load_reader() -> ClaimReader:
    return ClaimReader()


def _is_contradicted(both: Judged) -> bool:
    return bool(both.seen.contradictions) or both.reading.contradicted >= _OTHERWISE


def _list_reasons(claim: str, both: Judged, *, contradicted: bool) -> tuple[str, ...]:
    """Say what speaks against support: what the rules find, else what the reader lacks."""
    seen = both.seen
    if seen.faults:
        return seen.reasons
    lacking = ", ".join(_list_lacking(claim, both.reading))
    if contradicted:
        return (f"{_SAYS_OTHERWISE}: {lacking}" if lacking else _SAYS_OTHERWISE,)
    if lacking:
        return (f"not in the source: {lacking}",)
    return seen.uncovered or (_DOES_NOT_SAY,)


def _list_lacking(claim: str, reading: ClaimReading) -> list[str]:
    """List the runs of words that the reader does not find in the quote."""
    found = []
    tokens = zip(reading.offsets.tolist(), reading.lacking >= _LACKING, strict=True)
    for is_lacking, run in groupby(tokens, key=lambda token: bool(token[1])):
        spans = [offsets for offsets, _ in run]
        if is_lacking:
            start, end = _widen(claim, spans[0][0], spans[-1][1])
            found.append(claim[start:end])
    return list(dict.fromkeys(found))


def _widen(text: str, start: int, end: int) -> tuple[int, int]:
    """A span that begins and ends where words do."""
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end


def judge_verbatim(sentence: str, quote: str) -> Support:
    """Judge whether a sentence is the whole quote, white space aside."""
    if sentence.split() == quote.split():
        return Support("supported", 1.0)
    return Support("unsupported", 0.0, ("not the source's own words",))


def verdict(points: float) -> Verdict:
    if points >= _SUPPORTED:
        return "supported"
    return "partial" if points >= _PARTIAL else "unsupported"
