"""How an answer and a reference compare, claim by claim.

``claim_recall`` is the share of the reference's sentences that the answer says, ``claim_precision``
the share of the answer's sentences that the reference says, and ``factual_correctness`` their
harmonic mean ``2 · p · r / (p + r)``, averaged over cases whose right answer is known as a text and
not as facts. A refusal scores 0. They are the metrics of these names in RAGAS and RAGChecker (Es et
al., EACL 2024; Ru et al., NeurIPS 2024), with sentences instead of claims that a language model
extracts. ``right`` in a report is stricter: it needs all of the reference and nothing against it.
"""

from eval.metrics.metric import Metric, has_reference
from eval.outcome import Trial


def claim_recall(trial: Trial) -> float:
    return trial.verdict.recall if trial.verdict else 0.0


def claim_precision(trial: Trial) -> float:
    return trial.verdict.precision if trial.verdict else 0.0


def factual_correctness(trial: Trial) -> float:
    recall, precision = claim_recall(trial), claim_precision(trial)
    return 2 * recall * precision / (recall + precision) if recall + precision else 0.0


CLAIM_RECALL = Metric(
    "claim_recall", "reference sentences that are said", has_reference, claim_recall, True
)
CLAIM_PRECISION = Metric(
    "claim_precision", "sentences that the reference says", has_reference, claim_precision, True
)
FACTUAL_CORRECTNESS = Metric(
    "factual_correctness", "both in one (F1)", has_reference, factual_correctness, True
)
