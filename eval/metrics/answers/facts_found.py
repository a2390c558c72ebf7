"""The share of answers that hold every gold fact.

1 where ``fact_recall`` is 1, else 0, averaged over answerable cases with facts. With one fact whose
wordings are the gold answers, this is the accuracy by substring of open-domain question answering
(Asai et al., "Self-RAG", ICLR 2024, section 4.1). A refusal scores 0.
"""

from eval.metrics.answers.fact_recall import fact_recall
from eval.metrics.metric import Metric, has_facts
from eval.outcome import Trial


def holds_every_fact(trial: Trial) -> float:
    return float(fact_recall(trial) == 1)


FACTS_FOUND = Metric(
    "facts_found", "answers that hold every gold fact", has_facts, holds_every_fact
)
