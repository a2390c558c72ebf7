"""Whether what answers is among the first k that were retrieved.

1 if one of the first k passages shares text with a gold quote or, for a case without quotes, one of
the first k documents is relevant; averaged over cases that have either. ``Success@k`` of TREC.
"""

from __future__ import annotations

from functools import partial

from eval.metrics._metric import Metric
from eval.metrics._ranking import hits
from eval.metrics.gold_cited import has_place
from eval.outcome import Trial


def hit(trial: Trial, k: int) -> float:
    """1 if one of the first k answers, else 0."""
    return float(any(hits(trial)[:k]))


HIT_AT_1 = Metric(
    "hit@1", "a passage that answers comes first (hit@1)", has_place, partial(hit, k=1)
)
HIT_AT_5 = Metric("hit@5", "one is among the first 5 (hit@5)", has_place, partial(hit, k=5))
