"""The share of the relevant documents that are among the first k results.

``relevant among the first k / relevant``, averaged over cases with relevant documents. A document
counts once, at its first passage. A bot that retrieves fewer than k is measured on those.
"""

from functools import partial

from eval.metrics.metric import Metric, has_relevant
from eval.metrics.retrieval.ranking import grades
from eval.outcome import Trial


def recall(trial: Trial, k: int) -> float:
    return sum(grade > 0 for grade in grades(trial)[:k]) / len(trial.case.relevant)


RECALL_AT_5 = Metric(
    "recall@5", "relevant documents in the first 5 (recall)", has_relevant, partial(recall, k=5)
)
RECALL_AT_10 = Metric(
    "recall@10", "relevant documents in the first 10 (recall)", has_relevant, partial(recall, k=10)
)
