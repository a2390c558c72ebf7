"""Judges whether a quote supports a sentence.

docs/measured/support.md says what is compared and how much each part counts. In short: every number
of the sentence has to be in the quote with its unit, and every name too; a negation in only one of
the two, or an antonym in the same place, contradicts; the other words have to be there, the rare
ones above all. The probability comes from a logistic model, whose few weights are written to
``support_weights.json`` by ``training/support/fit.py``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol, Self

from rag.support.comparison import Comparison, compare
from rag.types import Embed, Support, Verdict


class SupportJudge(Protocol):
    """Anything that judges a sentence against a quote."""

    def __call__(self, sentence: str, quote: str) -> Support:
        """The verdict, its score in [0, 1] and readable reasons."""


WEIGHTS = Path(str(resources.files("rag.support").joinpath("support_weights.json")))


@dataclass(frozen=True, slots=True)
class Feature:
    """A number that says something about support.

    :param sign: 1 when a higher value speaks for support, -1 when it speaks against it.
    """

    name: str
    sign: int
    compute: Callable[[Comparison], float]


FEATURES = (
    Feature("coverage", 1, lambda seen: seen.coverage),
    Feature("numbers missing", -1, lambda seen: seen.numbers_missing),
    Feature("names missing", -1, lambda seen: seen.names_missing),
)
"""All of them; the product computes, and training fits, what stands here."""
_CONTRADICTED, _MISSING = 0.1, 0.4
"""Factors of the score when the source says otherwise, and when something exact is not in it or
another word stands in its place: never enough for ``partial``, never for ``supported``."""
_SUPPORTED, _PARTIAL = 0.5, 0.2
"""Scores from which a sentence is supported, and partly supported."""


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

    def judge(self, sentence: str, quote: str, *, embed_words: Embed | None = None) -> Support:
        """Judge a sentence; see :func:`judge_support`."""
        seen = compare(sentence, quote, embed_words)
        points = self.score(seen)
        judged = verdict(points)
        reasons = () if judged == "supported" else seen.reasons
        return Support(judged, round(points, 4), reasons)

    def score(self, seen: Comparison) -> float:
        """Compute the score of a comparison, in [0, 1]."""
        if seen.verbatim:
            return 1.0
        logit = self.bias + sum(self.weights[each.name] * each.compute(seen) for each in FEATURES)
        probability = 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
        if seen.contradictions:
            return probability * _CONTRADICTED
        return probability * _MISSING if seen.missing or seen.replaced else probability


def judge_support(sentence: str, quote: str, *, embed_words: Embed | None = None) -> Support:
    """Judge whether the quote says what the sentence says.

    Deterministic. Of a long quote, the sentences that support best count.

    :param sentence: one sentence of an answer, without citation marks.
    :param quote: what it cites, some words or a whole page.
    :param embed_words: words to unit vectors, ``(n, d) float32``, such as
        :meth:`rag.Embedder.embed_words`: tells a word of like meaning from another word where a
        near copy has replaced one. Without it no model is needed.
    :return: ``supported``, ``partial`` or ``unsupported``. The score is 1 for the quote's own
        words, else a probability fitted on labelled claims, lowered for what is contradicted or
        missing; the reasons name that.
    """
    return _load_shipped().judge(sentence, quote, embed_words=embed_words)


@lru_cache(maxsize=1)
def _load_shipped() -> SupportModel:
    return SupportModel.load()


def judge_verbatim(sentence: str, quote: str) -> Support:
    """Judge whether a sentence is the whole quote, white space aside."""
    if sentence.split() == quote.split():
        return Support("supported", 1.0)
    return Support("unsupported", 0.0, ("not the source's own words",))


def verdict(points: float) -> Verdict:
    if points >= _SUPPORTED:
        return "supported"
    return "partial" if points >= _PARTIAL else "unsupported"
