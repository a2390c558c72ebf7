"""The share of an answer's sentences that what was retrieved supports.

``supported / sentences``, averaged over all cases; a partly supported sentence does not count. A
sentence is held against what it cites, and where that does not support it against each passage that
was retrieved. A refusal asserts nothing and scores 1; whether it was right ``answered`` and
``abstention_recall`` say. An answer without sentences scores 0, and so does a sentence on which the
judge fails. Es et al., "RAGAS: Automated Evaluation of Retrieval Augmented Generation", EACL 2024,
with sentences in place of extracted statements.
"""

from __future__ import annotations

from eval.metrics._metric import Metric, everything, share_of
from eval.outcome import Trial


def faithfulness(trial: Trial) -> float:
    """Supported sentences / sentences."""
    if trial.refused:
        return 1.0
    return share_of(judged.verdict == "supported" for judged in trial.judged)


FAITHFULNESS = Metric(
    "faithfulness", "sentences that the sources support", everything, faithfulness, judged=True
)
