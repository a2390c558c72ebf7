"""The share of an answer's sentences that are supported by what was retrieved.

``supported / sentences``, averaged over all cases; a partly supported sentence does not count. A
sentence is compared with what it cites and, if that does not support it, with each retrieved
passage. A refusal asserts nothing and scores 1; ``answered`` and ``abstention_recall`` measure
whether it was right. An answer without sentences scores 0, and so does a sentence on which the
judge fails. Es et al., "RAGAS: Automated Evaluation of Retrieval Augmented Generation", EACL 2024,
with sentences instead of extracted statements.
"""

from eval.metrics.metric import Metric, every_case, share_of
from eval.outcome import Trial


def faithfulness(trial: Trial) -> float:
    if trial.refused:
        return 1.0
    return share_of(judgement.verdict == "supported" for judgement in trial.judgements)


FAITHFULNESS = Metric(
    "faithfulness", "sentences that the sources support", every_case, faithfulness, needs_judge=True
)
