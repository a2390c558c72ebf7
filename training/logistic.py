"""Fits a logistic model by ridge regression."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

Floats = npt.NDArray[np.float64]
_BOUNDS = {1: (0, None), -1: (None, 0), 0: (None, None)}


def find_bounds(signs: Sequence[int]) -> list[tuple[int | None, int | None]]:
    """What a weight of each sign may be, for ``scipy.optimize``; 0 is either sign."""
    return [_BOUNDS[sign] for sign in signs]


def fit_logistic(
    matrix: Floats, labels: Sequence[bool], weights: Sequence[float], signs: Sequence[int]
) -> tuple[float, list[float]]:
    """Fit the bias and the coefficients, rounded; each keeps to its sign.

    :param matrix: ``(n, features)``.
    :param weights: what each row counts.
    """
    mean, scale = matrix.mean(axis=0), matrix.std(axis=0)
    scale[scale == 0] = 1
    standard = (matrix - mean) / scale
    target, weight = np.where(labels, 1.0, -1.0), np.array(weights)

    def loss(parameters: Floats) -> tuple[float, Floats]:
        margin = (standard @ parameters[:-1] + parameters[-1]) * target
        pull = -weight * target / (1 + np.exp(np.clip(margin, -30, 30)))
        value = weight @ np.logaddexp(0, -margin) + 0.5 * parameters[:-1] @ parameters[:-1]
        return float(value), np.append(standard.T @ pull + parameters[:-1], pull.sum())

    bounds = find_bounds([*signs, 0])
    best = minimize(loss, np.zeros(len(bounds)), jac=True, method="L-BFGS-B", bounds=bounds).x
    coefficients = best[:-1] / scale
    bias = round(float(best[-1] - coefficients @ mean), 4)
    return bias, [round(float(each), 4) for each in coefficients]
