"""The least values that metrics must have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from eval.metrics import METRICS
from rag.errors import RagError

DEFAULT_THRESHOLDS: Mapping[str, float] = {
    "facts_found": 0.90,
    "abstention_recall": 0.85,
    "exact_spans": 1.0,
}
LEAST_CHAT_ANSWERS = 0.9
"""Of ``chat_answers``, whatever the other thresholds are: a gate that looks at what a chat model
says must not pass because the model said nothing."""


class ThresholdError(RagError):
    """A threshold cannot be used; the message says how to write one."""


def parse_thresholds(texts: Iterable[str]) -> dict[str, float]:
    """Thresholds as the command line gives them: ``["facts_found=0.9"]``.

    :raises ThresholdError: if one is not ``name=value`` with a known name and a value in [0, 1].
    """
    thresholds = {}
    for text in texts:
        name, _, number = (part.strip() for part in text.partition("="))
        if name not in {metric.name for metric in METRICS}:
            raise ThresholdError(unknown_metric(name))
        try:
            least = float(number)
        except ValueError:
            least = -1.0
        if not 0 <= least <= 1:
            raise ThresholdError(
                f'"{text}" is not a threshold; write the least value from 0 to 1, as in {name}=0.9'
            )
        thresholds[name] = least
    return thresholds


def unknown_metric(name: str) -> str:
    """What to say to a metric that does not exist."""
    names = ", ".join(metric.name for metric in METRICS)
    return f'there is no metric "{name}"; the metrics are {names}'
