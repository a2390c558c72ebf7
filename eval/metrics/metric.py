"""What a metric is, and over which cases one can be taken."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from eval.cases.case import Case
from eval.outcome import Trial
from rag.errors import RagError

Share = float | tuple[float, float]
"""A case's score in [0, 1]; or numerator and denominator of a ratio that is taken over all cases,
with a denominator of 0 if the case does not count."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric by its name: in [0, 1], a sum over cases divided by another.

    :param over: whether it applies to a case, whatever the bot did with it.
    :param of: the share of a trial in which the bot did not fail.
    :param needs_judge: whether it depends on the judge.
    :param of_failed: the share of a trial in which the bot failed.
    :param only_with: it is measured only in a run with such a case.
    :param lower_is_better: of most, higher is better.
    """

    name: str
    label: str
    over: Callable[[Case], bool]
    of: Callable[[Trial], Share]
    needs_judge: bool = False
    of_failed: tuple[float, float] = (0.0, 1.0)
    only_with: Callable[[Case], bool] | None = None
    lower_is_better: bool = False

    def share(self, trial: Trial) -> tuple[float, float]:
        """Numerator and denominator of one case."""
        if trial.failed:
            return self.of_failed
        share = self.of(trial)
        return share if isinstance(share, tuple) else (share, 1.0)

    def is_failure(self, trial: Trial) -> bool:
        """Whether the bot failed on the case, or the judge if the metric needs it."""
        return trial.failed or (self.needs_judge and trial.judge_failed)


class MetricError(RagError):
    """A metric cannot be used; the message says why."""


class CaseMetric(Protocol):
    """A metric of one's own: any function of a trial.

    Its name is that of the function, its label the first line of its docstring.
    """

    __name__: str

    def __call__(self, trial: Trial, /) -> float | bool | None:
        """The score of a trial in [0, 1], higher is better; None if it does not apply to it.

        It is not asked of a trial in which the bot failed: that scores 0.
        """


def wrap_function(function: CaseMetric) -> Metric:
    """Make a metric of a function.

    :raises MetricError: it has no name, or does not take one argument.
    """
    name = getattr(function, "__name__", "")
    if not name.isidentifier():
        raise MetricError("a metric needs a name; give a function that is defined with one")
    try:
        inspect.signature(function).bind(None)
    except (TypeError, ValueError) as error:
        raise MetricError(f"the metric {name} must take one argument, a trial") from error
    label = next(iter((function.__doc__ or name).strip().splitlines()), name).rstrip(".")

    def measure(trial: Trial) -> Share:
        score = function(trial)
        if score is None:
            return 0.0, 0.0
        if not 0 <= score <= 1:
            raise MetricError(f"the metric {name} gave {score}; it must be from 0 to 1")
        return float(score)

    return Metric(name, label, every_case, measure)


def every_case(case: Case) -> bool:  # noqa: ARG001  a filter takes a case
    return True


def answerable(case: Case) -> bool:
    return case.answerable is True


def unanswerable(case: Case) -> bool:
    return case.answerable is False


def is_known(case: Case) -> bool:
    """The cases of which it is known whether they can be answered."""
    return case.answerable is not None


def has_facts(case: Case) -> bool:
    return bool(case.facts)


def has_answers(case: Case) -> bool:
    return bool(case.answers)


def has_reference(case: Case) -> bool:
    """The cases whose right answer is known as a text, and not as facts."""
    return bool(case.answers) and not case.facts


def has_place(case: Case) -> bool:
    """The cases of which it is known where the answer is."""
    return bool(case.quotes or case.relevant)


def has_relevant(case: Case) -> bool:
    return bool(case.relevant)


def share_of(marks: Iterable[bool]) -> float:
    """The share of the marks that are true; 0 of none."""
    marks = list(marks)
    return sum(marks) / len(marks) if marks else 0.0
