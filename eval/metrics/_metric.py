"""What a metric is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from eval.cases.case import Case
from eval.outcome import Trial

Share = float | tuple[float, float]
"""A case's score in [0, 1]; or numerator and denominator of a ratio that is taken over all cases,
with a denominator of 0 where the case has no part in it."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric by its name: in [0, 1], higher is better, a sum over cases divided by another.

    :param over: whether a case belongs to it; what the bot did has no say in that.
    :param of: the share of a trial in which the bot did not fail.
    :param judged: whether it depends on the judge.
    :param of_failed: the share of a trial in which it did.
    :param only_with: it says something only of a run with such a case.
    """

    name: str
    label: str
    over: Callable[[Case], bool]
    of: Callable[[Trial], Share]
    judged: bool = False
    of_failed: tuple[float, float] = (0.0, 1.0)
    only_with: Callable[[Case], bool] | None = None

    def share(self, trial: Trial) -> tuple[float, float]:
        """Numerator and denominator of one case."""
        if trial.failed:
            return self.of_failed
        share = self.of(trial)
        return share if isinstance(share, tuple) else (share, 1.0)

    def broke(self, trial: Trial) -> bool:
        """Whether the bot failed on the case, or the judge where it has a say."""
        return trial.failed or (self.judged and trial.judge_failed)


def everything(case: Case) -> bool:  # noqa: ARG001  a filter takes a case
    """Taken over all cases."""
    return True


def answerable(case: Case) -> bool:
    """Taken over the cases that the documents answer."""
    return case.answerable


def unanswerable(case: Case) -> bool:
    """Taken over the cases that they do not answer."""
    return not case.answerable


def share_of(held: Iterable[bool]) -> float:
    """The share that holds; 0 of nothing."""
    marks = list(held)
    return sum(marks) / len(marks) if marks else 0.0
