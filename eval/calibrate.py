"""Fitting a library's confidence on questions of its own, and what that is worth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eval.cases.case import Case, CasesError
from rag.answers.calibration import Calibration, log_odds
from rag.pipeline import Rag

FloatArray = npt.NDArray[np.float64]
FEWEST = 10
"""Questions of each kind, answerable and not, below which a fit says nothing."""
_FOLDS = 5


@dataclass(frozen=True, slots=True)
class Fitted:
    """A calibration with the confidences it was fitted on, in the order of the cases.

    :param before: the shipped confidences, ``(n,)``.
    :param after: each corrected by a fit that did not see it (5-fold cross-validation), ``(n,)``.
    :param answerable: whether the documents hold the answer, ``(n,)``.
    """

    calibration: Calibration
    before: FloatArray
    after: FloatArray
    answerable: npt.NDArray[np.bool_]

    def threshold(self, risk: float) -> float | None:
        """The lowest confidence at which to answer without answering too much that is not there.

        :param risk: highest share, of all that is answered, of questions without an answer in the
            documents, by the cross-validated confidences.
        :return: None where no threshold keeps to it.
        """
        order = np.argsort(-self.after, kind="stable")
        wrong = np.cumsum(~self.answerable[order]) / np.arange(1, len(order) + 1)
        # Only between two different confidences can a threshold fall.
        ends = np.append(self.after[order][:-1] != self.after[order][1:], True)
        good = np.flatnonzero((wrong <= risk) & ends)
        return float(self.after[order][good[-1]]) if len(good) else None


def calibrate(
    bot: Rag, cases: Sequence[Case], progress: Callable[[int, int], None] | None = None
) -> Fitted:
    """Ask every case and fit how far its confidence can be believed.

    :param progress: called after each case with how many are done, and of how many.
    :raises CasesError: there are fewer than ten questions of either kind.
    """
    answerable = np.array([case.answerable for case in cases], dtype=bool)
    if min(answerable.sum(), (~answerable).sum()) < FEWEST:
        raise CasesError(
            f"calibrating takes at least {FEWEST} questions that the documents answer and {FEWEST} "
            f"that they do not; there are {answerable.sum()} and {(~answerable).sum()}"
        )
    now = bot.calibration
    confidences = []
    for case in cases:
        confidences.append(now.undo(bot.ask(case.question, case.history).confidence))
        if progress:
            progress(len(confidences), len(cases))
    before = np.array(confidences)
    after = np.empty_like(before)
    fold = _folds(answerable)
    for part in range(_FOLDS):
        fitted = fit(before[fold != part], answerable[fold != part])
        after[fold == part] = [fitted.apply(value) for value in before[fold == part]]
    return Fitted(fit(before, answerable), before, after, answerable)


def fit(confidences: FloatArray, answerable: npt.NDArray[np.bool_]) -> Calibration:
    """Platt scaling by Newton's method, drawn towards changing nothing.

    The pull is worth one question, so that ten questions that happen to be told apart perfectly do
    not make every answer certain.
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


def _folds(answerable: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """A fold for each question, both kinds spread evenly, by their order alone."""
    fold = np.empty(len(answerable), dtype=np.int64)
    for kind in (answerable, ~answerable):
        fold[kind] = np.arange(kind.sum()) % _FOLDS
    return fold
