"""Whether a quote supports a sentence.

What is compared, and how much each part counts, stands in docs/support.md. In short: every number
of the sentence has to be in the quote with its unit, every name too; a ``not`` on one side only, or
a word whose opposite stands in the same place of the quote, contradicts; and the rest of the
sentence's words have to be there, the rare ones above all. The probability is a logistic model's
with the few fitted numbers of ``support_weights.json`` (written by ``bench/support.py``).
"""

from __future__ import annotations

import json
import math
from functools import lru_cache
from importlib import resources
from typing import Any, Protocol

from rag.support.comparison import Comparison, compare
from rag.types import Embed, Support, Verdict


class SupportJudge(Protocol):
    """Anything that judges a sentence against a quote."""

    def __call__(self, sentence: str, quote: str) -> Support:
        """The verdict, its score in [0, 1] and readable reasons."""


_CONTRADICTED, _MISSING = 0.1, 0.4
"""What is left of the score when the source says otherwise, and when something exact is not in it
or another word stands in its place: never enough for ``partial``, never for ``supported``."""
_SUPPORTED, _PARTIAL = 0.5, 0.2
"""Scores from which a sentence is supported, and partly supported."""


def judge_support(sentence: str, quote: str, *, embed_words: Embed | None = None) -> Support:
    """Whether the quote says what the sentence says.

    Deterministic. Of a long quote the sentences that support best count.

    :param sentence: one sentence of an answer, without citation marks.
    :param quote: what it cites, some words or a whole page.
    :param embed_words: words to unit vectors, ``(n, d) float32``, such as
        :meth:`rag.Embedder.embed_words`: tells a word of like meaning from another word where a
        near copy has replaced one. No model is needed without it.
    :return: ``supported``, ``partial`` or ``unsupported``; the score is 1 for the quote's own
        words, else a probability fitted on labelled claims, lowered for what is contradicted or
        missing; the reasons name that.
    """
    seen = compare(sentence, quote, embed_words)
    points = score(seen)
    judged = verdict(points)
    reasons = () if judged == "supported" else seen.reasons
    return Support(judged, round(points, 4), reasons)


def verbatim_support(sentence: str, quote: str) -> Support:
    """Supported when the sentence is the quote with its white space folded, else not at all."""
    if sentence.split() == quote.split():
        return Support("supported", 1.0)
    return Support("unsupported", 0.0, ("not the source's own words",))


def score(seen: Comparison) -> float:
    """The score of what was seen, in [0, 1]."""
    if seen.verbatim:
        return 1.0
    fitted = fitted_weights()
    logit = fitted["bias"] + sum(
        weight * seen.signals.get(name, 0.0) for name, weight in fitted["weights"].items()
    )
    probability = 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
    if seen.contradictions:
        return probability * _CONTRADICTED
    return probability * _MISSING if seen.missing or seen.replaced else probability


def verdict(points: float) -> Verdict:
    """The verdict for a score."""
    if points >= _SUPPORTED:
        return "supported"
    return "partial" if points >= _PARTIAL else "unsupported"


@lru_cache(maxsize=1)
def fitted_weights() -> dict[str, Any]:
    """The logistic model that is shipped."""
    text = (
        resources.files("rag.support").joinpath("support_weights.json").read_text(encoding="utf-8")
    )
    return dict(json.loads(text))
