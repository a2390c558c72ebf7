"""How far the contexts that answer are ranked before those that do not.

``Σ precision@k · answers_k / Σ answers_k`` over the retrieved passages, where ``answers_k`` is 1 if
the passage of rank k shares text with a gold quote or, for a case without quotes, is from a
relevant document; averaged over cases that have either. A case of which no passage answers scores
0. It is the context precision of RAGAS (Es et al., EACL 2024) with gold places instead of a
language model, and the average precision of TREC over what was retrieved.
"""

from eval.metrics.metric import Metric, has_place
from eval.metrics.retrieval.ranking import hits
from eval.outcome import Trial


def context_precision(trial: Trial) -> float:
    found, total = 0, 0.0
    for rank, answers in enumerate(hits(trial), start=1):
        if answers:
            found += 1
            total += found / rank
    return total / found if found else 0.0


CONTEXT_PRECISION = Metric(
    "context_precision", "contexts that answer come first", has_place, context_precision
)
