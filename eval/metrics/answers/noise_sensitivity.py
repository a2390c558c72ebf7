"""The share of an answer that it took from the passages and should not have; lower is better.

``sentences that the reference does not say, and a retrieved passage supports / sentences``,
averaged over cases whose right answer is known as a text and not as facts. It is the noise
sensitivity of RAGAS and RAGChecker (Ru et al., NeurIPS 2024), with the judge and with sentences, of
all retrieved passages. What is true and beside the reference counts too, as there. A refusal scores
0: it took nothing.
"""

from eval.metrics.metric import Metric, has_reference, share_of
from eval.outcome import Trial


def noise_sensitivity(trial: Trial) -> float:
    if trial.refused:
        return 0.0
    if trial.verdict is None or trial.verdict.error:
        return 1.0
    return share_of(
        judgement.verdict == "supported" and not is_said
        for judgement, is_said in zip(trial.judgements, trial.verdict.said, strict=True)
    )


NOISE_SENSITIVITY = Metric(
    "noise_sensitivity",
    "sentences from passages, not of the reference (lower is better)",
    has_reference,
    noise_sensitivity,
    needs_judge=True,
    of_failed=(1.0, 1.0),
    lower_is_better=True,
)
