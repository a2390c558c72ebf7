"""The share of answers that cite where the answer is.

1 if some citation overlaps a gold quote of the case or, for a case without quotes, is from a
relevant document; averaged over answerable cases that have either. A refusal scores 0. The
existence form of page-level provenance in Petroni et al., "KILT: a Benchmark for Knowledge
Intensive Language Tasks", NAACL 2021.
"""

from eval.metrics.metric import Metric, has_place
from eval.outcome import Trial


def cites_gold(trial: Trial) -> float:
    return float(any(citation.gold for citation in trial.outcome.citations))


GOLD_CITED = Metric("gold_cited", "answers that cite a gold place", has_place, cites_gold)
