"""Calibrates the confidence of a library on its own questions, and measures the result."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eval.cases.case import Case, CasesError
from eval.statistics import risk_bound
from rag.answers.calibration import Calibration, log_odds
from rag.pipeline import Rag

FloatArray = npt.NDArray[np.float64]
FEWEST = 10
"""Questions that a fit needs of each kind, answerable and not."""
_FOLDS = 5


@dataclass(frozen=True, slots=True)
class CalibrationFit:
    """A calibration with the confidences that it was fitted on, in the order of the cases.

    :param before: the shipped confidences, ``(n,)``.
    :param after: each corrected by a fit on the other folds (5-fold cross-validation), ``(n,)``.
    :param answerable: whether the documents hold the answer, ``(n,)``.
    """

    calibration: Calibration
    before: FloatArray
    after: FloatArray
    answerable: npt.NDArray[np.bool_]

    def threshold(self, risk: float) -> float | None:
        """The lowest confidence from which answering keeps to a risk.

        The risk is bounded, not only observed: with 95 % certainty no more of the questions that
        are answered than this are such that the documents do not answer.

        :param risk: the highest share of them, by the cross-validated confidences.
        :return: None if no threshold keeps to it.
        """
        order = np.argsort(-self.after, kind="stable")
        wrong = np.cumsum(~self.answerable[order])
        # A threshold can only be between two different confidences.
        ends = np.append(self.after[order][:-1] != self.after[order][1:], True)
        for last in np.flatnonzero(ends)[::-1]:
            if risk_bound(int(wrong[last]), int(last) + 1) <= risk:
                return float(self.after[order][last])
        return None


def calibrate(
    bot: Rag, cases: Sequence[Case], progress: Callable[[int, int], None] | None = None
) -> CalibrationFit:
    """Ask every case and fit the confidence to whether the documents hold the answer.

    :param progress: called after each case with how many are done, and of how many.
    :raises CasesError: there are fewer than ten questions of either kind.
    """
    answerable = np.array([case.answerable for case in cases], dtype=bool)
    if min(answerable.sum(), (~answerable).sum()) < FEWEST:
        raise CasesError(
            f"calibrating needs at least {FEWEST} questions that the documents answer and {FEWEST} "
            f"that they do not; add some: there are {answerable.sum()} and {(~answerable).sum()}"
        )
    current = bot.calibration
    confidences = []
    for case in cases:
        confidences.append(current.undo(bot.ask(case.question, case.history).confidence))
        if progress:
            progress(len(confidences), len(cases))
    before = np.array(confidences)
    after = np.empty_like(before)
    fold = _assign_folds(answerable)
    for part in range(_FOLDS):
        partial = fit(before[fold != part], answerable[fold != part])
        after[fold == part] = [partial.apply(value) for value in before[fold == part]]
    return CalibrationFit(fit(before, answerable), before, after, answerable)


def fit(confidences: FloatArray, answerable: npt.NDArray[np.bool_]) -> Calibration:
    """Fit Platt scaling by Newton's method, regularised towards no change.

    The regularisation weighs as much as one question, so that ten questions that happen to be
    separated perfectly do not make every answer certain.
    """
    logits = np.array([log_odds(float(value)) for value in confidences])
    design = np.stack([logits, np.ones_like(logits)], axis=1)
    start = np.array([1.0, 0.0])
    found = start.copy()
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(design @ found, -30, 30)))
        slope = design.T @ (chance - answerable) + (found - start)
        bend = design.T @ (design * (chance * (1 - chance))[:, None]) + np.eye(2)
        step = np.linalg.solve(bend, slope)
        found = found - step / max(1.0, float(np.abs(step).max()))
        if np.abs(step).max() < 1e-9:
            break
    return Calibration(max(float(found[0]), 0.05), float(found[1]), len(confidences))


def _assign_folds(answerable: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Assign a fold to each question, both kinds spread evenly, by their order alone."""
    fold = np.empty(len(answerable), dtype=np.int64)
    for kind in (answerable, ~answerable):
        fold[kind] = np.arange(kind.sum()) % _FOLDS
    return fold
