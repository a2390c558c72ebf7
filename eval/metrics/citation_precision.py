"""The share of an answer's citations that help.

``citations that help / citations``, averaged over all cases, a citation counting once for each
sentence that cites it. One helps if its sentence is supported by all that it cites, and either it
supports the sentence alone or the others do not support it without it. A refusal that cites nothing
scores 1, an answer that cites nothing 0. Gao et al. (ALCE), EMNLP 2023, section 3.
"""

from __future__ import annotations

from eval.metrics._metric import Metric, everything
from eval.outcome import Trial


def citation_precision(trial: Trial) -> float:
    """Citations that help / citations."""
    if trial.refused and not trial.outcome.citations:
        return 1.0
    total = sum(len(trial.outcome.quotes(sentence)) for sentence in trial.outcome.sentences)
    return sum(sum(judged.needed) for judged in trial.judged) / total if total else 0.0


CITATION_PRECISION = Metric(
    "citation_precision",
    "citations that help their sentence",
    everything,
    citation_precision,
    judged=True,
)
