"""Refusals as the detection of unanswerable questions: recall, precision and F1.

With ``TP`` unanswerable questions refused, ``FP`` answerable ones refused and ``FN`` unanswerable
ones answered: recall ``TP / (TP + FN)``, precision ``TP / (TP + FP)``, F1
``2TP / (2TP + FP + FN)``. A failed case is wrong in each: it was neither answered nor refused.
Recall is the accuracy on unanswerable questions of Rajpurkar et al., "Know What You Don't Know:
Unanswerable Questions for SQuAD", ACL 2018; it is given apart for questions of the kind
``off-topic`` and for all others, which are about what the documents treat and so are hard to tell.
"""

from __future__ import annotations

from eval.cases.case import Case
from eval.metrics._metric import Metric, everything, unanswerable
from eval.outcome import Trial

OFF_TOPIC = "off-topic"


def refused(trial: Trial) -> float:
    """1 if the bot refused."""
    return float(trial.refused)


def precision(trial: Trial) -> tuple[float, float]:
    """Of the refusals, the right ones; who does not refuse has no part in it."""
    return float(trial.refused and not trial.case.answerable), float(trial.refused)


def f1(trial: Trial) -> tuple[float, float]:
    """A right refusal is 2 of 2, a wrong one and a missing one 0 of 1."""
    if trial.refused and not trial.case.answerable:
        return 2.0, 2.0
    return 0.0, float(trial.refused == trial.case.answerable)


def _off_topic(case: Case) -> bool:
    return not case.answerable and case.kind == OFF_TOPIC


def _adversarial(case: Case) -> bool:
    return not case.answerable and case.kind != OFF_TOPIC


ABSTENTION_RECALL = Metric(
    "abstention_recall", "unanswerable questions refused", unanswerable, refused
)
ABSTENTION_PRECISION = Metric(
    "abstention_precision",
    "refusals that are right",
    everything,
    precision,
    only_with=unanswerable,
)
ABSTENTION_F1 = Metric(
    "abstention_f1",
    "refusals, precision and recall in one (F1)",
    everything,
    f1,
    only_with=unanswerable,
)
ABSTENTION_OFF_TOPIC = Metric(
    "abstention_off_topic", "off-topic questions refused", _off_topic, refused
)
ABSTENTION_ADVERSARIAL = Metric(
    "abstention_adversarial", "near but unanswerable ones refused", _adversarial, refused
)
