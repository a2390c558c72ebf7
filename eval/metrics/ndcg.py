"""How well the relevant documents are ranked, the first places counting most.

``DCG / ideal DCG`` with ``DCG = Σ grade / log2(place + 1)`` over the first ten, averaged over cases
with relevant documents. Järvelin and Kekäläinen, "Cumulated Gain-Based Evaluation of IR
Techniques", ACM TOIS 20(4), 2002, with the gain and discount of trec_eval's ``ndcg_cut``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import partial

from eval.metrics._metric import Metric
from eval.metrics._ranking import grades, has_relevant
from eval.outcome import Trial


def discounted(ranked: Iterable[int]) -> float:
    """The discounted cumulated gain of grades in their order."""
    return math.fsum(grade / math.log2(place + 1) for place, grade in enumerate(ranked, start=1))


def ndcg(trial: Trial, k: int) -> float:
    """Gain / the gain of the best order, both over the first k."""
    best = sorted((grade for _, grade in trial.case.relevant), reverse=True)
    return discounted(grades(trial)[:k]) / discounted(best[:k])


NDCG_AT_10 = Metric(
    "ndcg@10", "relevant documents ranked first (nDCG@10)", has_relevant, partial(ndcg, k=10)
)
