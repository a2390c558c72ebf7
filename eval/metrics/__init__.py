"""Metrics: one small file each, with its formula, its source and what a refusal scores.

The door is the table ``METRICS``: a metric is a file in ``answers/``, ``citations/`` or
``retrieval/``, and a line there. Every metric is in [0, 1], and higher is better, except in
``noise_sensitivity``. A failed case has the worst score in each that applies to it, except
``chat_answers``. docs/evaluation.md has the table.
"""

from collections.abc import Iterable

from eval.metrics.answers.abstention import (
    ABSTENTION_ADVERSARIAL,
    ABSTENTION_F1,
    ABSTENTION_OFF_TOPIC,
    ABSTENTION_PRECISION,
    ABSTENTION_RECALL,
)
from eval.metrics.answers.answer_relevancy import ANSWER_RELEVANCY
from eval.metrics.answers.answered import ANSWERED
from eval.metrics.answers.chat_answers import CHAT_ANSWERS
from eval.metrics.answers.claims import CLAIM_PRECISION, CLAIM_RECALL, FACTUAL_CORRECTNESS
from eval.metrics.answers.exact_match import EXACT_MATCH
from eval.metrics.answers.fact_recall import FACT_RECALL, missing_facts
from eval.metrics.answers.facts_found import FACTS_FOUND
from eval.metrics.answers.noise_sensitivity import NOISE_SENSITIVITY
from eval.metrics.answers.token_f1 import TOKEN_F1
from eval.metrics.citations.citation_precision import CITATION_PRECISION
from eval.metrics.citations.citation_recall import CITATION_RECALL
from eval.metrics.citations.exact_spans import EXACT_SPANS
from eval.metrics.citations.faithfulness import FAITHFULNESS
from eval.metrics.citations.gold_cited import GOLD_CITED
from eval.metrics.metric import CaseMetric, Metric, MetricError, wrap_function
from eval.metrics.retrieval.context_precision import CONTEXT_PRECISION
from eval.metrics.retrieval.context_recall import CONTEXT_RECALL
from eval.metrics.retrieval.hit import HIT_AT_1, HIT_AT_5
from eval.metrics.retrieval.ndcg import NDCG_AT_10
from eval.metrics.retrieval.recall import RECALL_AT_5, RECALL_AT_10
from eval.metrics.retrieval.reciprocal_rank import MRR_AT_10

METRICS: tuple[Metric, ...] = (
    FACTS_FOUND,
    FACT_RECALL,
    EXACT_MATCH,
    TOKEN_F1,
    CLAIM_RECALL,
    CLAIM_PRECISION,
    FACTUAL_CORRECTNESS,
    NOISE_SENSITIVITY,
    ANSWER_RELEVANCY,
    ANSWERED,
    CHAT_ANSWERS,
    ABSTENTION_RECALL,
    ABSTENTION_PRECISION,
    ABSTENTION_F1,
    ABSTENTION_OFF_TOPIC,
    ABSTENTION_ADVERSARIAL,
    FAITHFULNESS,
    CITATION_RECALL,
    CITATION_PRECISION,
    EXACT_SPANS,
    GOLD_CITED,
    CONTEXT_PRECISION,
    CONTEXT_RECALL,
    HIT_AT_1,
    HIT_AT_5,
    RECALL_AT_5,
    RECALL_AT_10,
    MRR_AT_10,
    NDCG_AT_10,
)


def choose_metrics(wanted: Iterable[str | Metric | CaseMetric]) -> tuple[Metric, ...]:
    """Choose metrics: those of citespan by name, and functions of one's own.

    :raises MetricError: there is no metric of that name, two have one name, or a function cannot
        be called with a trial.
    """
    known = {metric.name: metric for metric in METRICS}
    chosen: dict[str, Metric] = {}
    for each in wanted:
        if isinstance(each, str):
            if each not in known:
                raise MetricError(
                    f'there is no metric "{each}"; the metrics are {", ".join(known)}'
                )
            metric = known[each]
        else:
            metric = each if isinstance(each, Metric) else wrap_function(each)
        if metric.name in chosen or (metric.name in known and known[metric.name] is not metric):
            raise MetricError(f'two metrics have the name "{metric.name}"; give one another name')
        chosen[metric.name] = metric
    return tuple(chosen.values())


__all__ = ["METRICS", "CaseMetric", "Metric", "MetricError", "choose_metrics", "missing_facts"]
