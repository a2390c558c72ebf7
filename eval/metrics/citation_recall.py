"""The share of an answer's sentences that what they cite supports.

``sentences supported by all that they cite together / sentences``, averaged over all cases. A
sentence without a citation is not supported. A refusal needs none and scores 1. Gao et al.,
"Enabling Large Language Models to Generate Text with Citations" (ALCE), EMNLP 2023, section 3.
"""

from __future__ import annotations

from eval.metrics._metric import Metric, everything, share_of
from eval.outcome import Trial


def citation_recall(trial: Trial) -> float:
    """Sentences that their citations support / sentences."""
    if trial.refused:
        return 1.0
    return share_of(judged.by_cited for judged in trial.judged)


CITATION_RECALL = Metric(
    "citation_recall",
    "sentences that their citations support",
    everything,
    citation_recall,
    judged=True,
)
