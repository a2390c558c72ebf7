"""One over the place of the first that answers.

``1 / rank`` of the first hit among the first ten, else 0, averaged over cases whose place is known
(passages where a case has gold quotes, else documents). Voorhees, "The TREC-8 Question Answering
Track Report", 1999.
"""

from __future__ import annotations

from functools import partial

from eval.metrics._metric import Metric
from eval.metrics._ranking import hits
from eval.metrics.gold_cited import has_place
from eval.outcome import Trial


def reciprocal_rank(trial: Trial, k: int) -> float:
    """1 / rank of the first that answers, 0 beyond k."""
    found = hits(trial)[:k]
    return 1 / (found.index(True) + 1) if any(found) else 0.0


MRR_AT_10 = Metric(
    "mrr@10",
    "mean reciprocal rank of the first (MRR@10)",
    has_place,
    partial(reciprocal_rank, k=10),
)
