"""What is measured: one small file each, with its formula, its source and what a refusal scores.

Every metric lies in [0, 1], higher is better, and a failed case scores 0 in every one that it
belongs to, but for ``chat_answers``. docs/evaluation.md has the table.
"""

from __future__ import annotations

from eval.metrics._metric import Metric
from eval.metrics.abstention import (
    ABSTENTION_ADVERSARIAL,
    ABSTENTION_F1,
    ABSTENTION_OFF_TOPIC,
    ABSTENTION_PRECISION,
    ABSTENTION_RECALL,
)
from eval.metrics.answered import ANSWERED
from eval.metrics.chat_answers import CHAT_ANSWERS
from eval.metrics.citation_precision import CITATION_PRECISION
from eval.metrics.citation_recall import CITATION_RECALL
from eval.metrics.exact_match import EXACT_MATCH
from eval.metrics.exact_spans import EXACT_SPANS
from eval.metrics.fact_recall import FACT_RECALL, missing_facts
from eval.metrics.facts_found import FACTS_FOUND
from eval.metrics.faithfulness import FAITHFULNESS
from eval.metrics.gold_cited import GOLD_CITED
from eval.metrics.hit import HIT_AT_1, HIT_AT_5
from eval.metrics.ndcg import NDCG_AT_10
from eval.metrics.recall import RECALL_AT_5, RECALL_AT_10
from eval.metrics.reciprocal_rank import MRR_AT_10
from eval.metrics.token_f1 import TOKEN_F1

METRICS: tuple[Metric, ...] = (
    FACTS_FOUND,
    FACT_RECALL,
    EXACT_MATCH,
    TOKEN_F1,
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
    HIT_AT_1,
    HIT_AT_5,
    RECALL_AT_5,
    RECALL_AT_10,
    MRR_AT_10,
    NDCG_AT_10,
)

__all__ = ["METRICS", "Metric", "missing_facts"]
