"""The share of the reference that the retrieved contexts support.

``sentences of the reference that some retrieved passage supports / sentences``, averaged over cases
whose right answer is known as a text and not as facts, whatever the bot answered. It is the context
recall of RAGAS (Es et al., EACL 2024), with the judge and with sentences.
"""

from eval.metrics.metric import Metric, has_reference
from eval.outcome import Trial


def context_recall(trial: Trial) -> float:
    return trial.verdict.in_contexts if trial.verdict else 0.0


CONTEXT_RECALL = Metric(
    "context_recall", "of the reference, supported by contexts", has_reference, context_recall, True
)
