"""The share of an answer's sentences that are supported by what they cite.

``sentences supported by all that they cite together / sentences``, averaged over all cases. A
sentence without a citation is not supported. A refusal needs none and scores 1. Gao et al.,
"Enabling Large Language Models to Generate Text with Citations" (ALCE), EMNLP 2023, section 3.
"""

from eval.metrics.metric import Metric, every_case, share_of
from eval.outcome import Trial


def citation_recall(trial: Trial) -> float:
    if trial.refused:
        return 1.0
    return share_of(judgement.by_cited for judgement in trial.judgements)


CITATION_RECALL = Metric(
    "citation_recall",
    "sentences that their citations support",
    every_case,
    citation_recall,
    needs_judge=True,
)
