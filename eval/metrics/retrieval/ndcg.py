"""How well the relevant documents are ranked; the first ranks count most.

``DCG / ideal DCG`` with ``DCG = Σ grade / log2(rank + 1)`` over the first ten, averaged over cases
with relevant documents. Järvelin and Kekäläinen, "Cumulated Gain-Based Evaluation of IR
Techniques", ACM TOIS 20(4), 2002, with the gain and discount of trec_eval's ``ndcg_cut``.
"""

import math
from collections.abc import Iterable
from functools import partial

from eval.metrics.metric import Metric, has_relevant
from eval.metrics.retrieval.ranking import grades
from eval.outcome import Trial


def dcg(ranked: Iterable[int]) -> float:
    """The discounted cumulated gain of grades in their order."""
    return math.fsum(grade / math.log2(rank + 1) for rank, grade in enumerate(ranked, start=1))


def ndcg(trial: Trial, k: int) -> float:
    """Gain / the gain of the best order, both over the first k."""
    best = sorted((grade for _, grade in trial.case.relevant), reverse=True)
    return dcg(grades(trial)[:k]) / dcg(best[:k])


NDCG_AT_10 = Metric(
    "ndcg@10", "relevant documents ranked first (nDCG@10)", has_relevant, partial(ndcg, k=10)
)
