"""Abstention, as the detection of unanswerable questions: recall, precision and F1.

With ``TP`` unanswerable questions refused, ``FP`` answerable ones refused and ``FN`` unanswerable
ones answered: recall ``TP / (TP + FN)``, precision ``TP / (TP + FP)``, F1
``2TP / (2TP + FP + FN)``. A failed case counts as wrong in each: it was neither answered nor
refused. Recall is the accuracy on unanswerable questions of Rajpurkar et al., "Know What You Don't
Know: Unanswerable Questions for SQuAD", ACL 2018. It is also given for questions of the kind
``off-topic`` alone, and for all others, which are close to the documents' topics and so are harder.
"""

from eval.cases.case import Case
from eval.metrics.metric import Metric, is_known, unanswerable
from eval.outcome import Trial

OFF_TOPIC = "off-topic"


def is_refused(trial: Trial) -> float:
    return float(trial.refused)


def precision(trial: Trial) -> tuple[float, float]:
    """Of the refusals, the right ones; a case that is not refused does not count."""
    return float(trial.refused and not trial.case.answerable), float(trial.refused)


def f1(trial: Trial) -> tuple[float, float]:
    """A right refusal is 2 of 2, a wrong one or a missing one 0 of 1."""
    if trial.refused and not trial.case.answerable:
        return 2.0, 2.0
    return 0.0, float(trial.refused == trial.case.answerable)


def _off_topic(case: Case) -> bool:
    return unanswerable(case) and case.kind == OFF_TOPIC


def _adversarial(case: Case) -> bool:
    return unanswerable(case) and case.kind != OFF_TOPIC


ABSTENTION_RECALL = Metric(
    "abstention_recall", "unanswerable questions refused", unanswerable, is_refused
)
ABSTENTION_PRECISION = Metric(
    "abstention_precision", "refusals that are right", is_known, precision, only_with=unanswerable
)
ABSTENTION_F1 = Metric(
    "abstention_f1",
    "refusals, precision and recall in one (F1)",
    is_known,
    f1,
    only_with=unanswerable,
)
ABSTENTION_OFF_TOPIC = Metric(
    "abstention_off_topic", "off-topic questions refused", _off_topic, is_refused
)
ABSTENTION_ADVERSARIAL = Metric(
    "abstention_adversarial", "near but unanswerable ones refused", _adversarial, is_refused
)
