"""Whether an answer is among the first k results.

1 if one of the first k passages shares text with a gold quote or, for a case without quotes, one of
the first k documents is relevant; averaged over cases that have either. ``Success@k`` of TREC.
"""

from functools import partial

from eval.metrics.metric import Metric, has_place
from eval.metrics.retrieval.ranking import hits
from eval.outcome import Trial


def is_hit(trial: Trial, k: int) -> float:
    return float(any(hits(trial)[:k]))


HIT_AT_1 = Metric(
    "hit@1", "a result that answers comes first (hit@1)", has_place, partial(is_hit, k=1)
)
HIT_AT_5 = Metric("hit@5", "one is among the first 5 (hit@5)", has_place, partial(is_hit, k=5))
