"""The share of an answer's citations that help.

``citations that help / citations``, averaged over all cases, a citation counting once for each
sentence that cites it. A citation helps if all that its sentence cites supports the sentence, and
either this citation supports it alone or the others do not support it without this one. A refusal
that cites nothing scores 1, an answer that cites nothing 0. Gao et al. (ALCE), EMNLP 2023, section
3.
"""

from eval.metrics.metric import Metric, every_case
from eval.outcome import Trial


def citation_precision(trial: Trial) -> float:
    if trial.refused and not trial.outcome.citations:
        return 1.0
    total = sum(len(trial.outcome.quotes(sentence)) for sentence in trial.outcome.sentences)
    return sum(sum(judgement.needed) for judgement in trial.judgements) / total if total else 0.0


CITATION_PRECISION = Metric(
    "citation_precision",
    "citations that help their sentence",
    every_case,
    citation_precision,
    needs_judge=True,
)
