"""One over the rank of the first result that answers.

``1 / rank`` of the first hit among the first ten, else 0, averaged over cases whose place is known
(passages where a case has gold quotes, else documents). Voorhees, "The TREC-8 Question Answering
Track Report", 1999.
"""

from functools import partial

from eval.metrics.metric import Metric, has_place
from eval.metrics.retrieval.ranking import hits
from eval.outcome import Trial


def reciprocal_rank(trial: Trial, k: int) -> float:
    first = hits(trial)[:k]
    return 1 / (first.index(True) + 1) if any(first) else 0.0


MRR_AT_10 = Metric(
    "mrr@10",
    "mean reciprocal rank of the first (MRR@10)",
    has_place,
    partial(reciprocal_rank, k=10),
)
