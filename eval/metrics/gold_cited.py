"""The share of answers that cite where the answer is.

1 if some citation overlaps a gold quote of the case or, for a case without quotes, is from a
relevant document; averaged over answerable cases that have either. A refusal scores 0. The
existence form of page-level provenance in Petroni et al., "KILT: a Benchmark for Knowledge
Intensive Language Tasks", NAACL 2021.
"""

from __future__ import annotations

from eval.cases.case import Case
from eval.metrics._metric import Metric
from eval.outcome import Trial


def has_place(case: Case) -> bool:
    """Taken over the cases of which it is known where the answer is."""
    return bool(case.quotes or case.relevant)


def gold_cited(trial: Trial) -> float:
    """1 if some citation opens a gold place, else 0."""
    return float(any(cited.gold for cited in trial.outcome.citations))


GOLD_CITED = Metric("gold_cited", "answers that cite where it stands", has_place, gold_cited)
