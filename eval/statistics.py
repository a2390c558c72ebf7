"""Statistics of many cases: ratio, percentile, bootstrap interval."""

import math
from collections.abc import Sequence

RESAMPLES = 2000
LEVEL = 0.95


def ratio(numerators: Sequence[float], denominators: Sequence[float]) -> float | None:
    """Sum over sum, each exact, so that 9 of 10 meets a threshold of 0.9; None over nothing.

    If every denominator is 1, this is the mean.
    """
    total = math.fsum(denominators)
    return math.fsum(numerators) / total if total else None


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which the share of the values lies, interpolated linearly.

    Definition 7 of Hyndman and Fan, "Sample Quantiles in Statistical Packages", The American
    Statistician 50(4), 1996; NumPy's default.

    :param values: at least one.
    :param share: in [0, 1]; 0.5 is the median.
    """
    ordered = sorted(values)
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])


def bootstrap_interval(
    numerators: Sequence[float],
    denominators: Sequence[float] | None = None,
    *,
    less: tuple[Sequence[float], Sequence[float]] | None = None,
) -> tuple[float, float]:
    """The 95 % percentile bootstrap interval of a ratio of sums, equal for equal values.

    Cases are drawn with replacement, numerator and denominator together. A draw whose denominators
    sum to 0 is skipped. Efron and Tibshirani, "An Introduction to the Bootstrap", 1993,
    chapter 13. It has no width if all values are equal, even if they are few: read it beside n.

    :param numerators: at least one.
    :param denominators: of the same cases; by default 1 each, so that the ratio is the mean.
    :param less: numerators and denominators of the same cases in another run: the interval is that
        of the difference, and each draw takes the same cases from both (the paired bootstrap).
    :return: lower and upper bound.
    """
    import numpy as np  # heavy, and not needed to read cases

    rows = [numerators, denominators or [1.0] * len(numerators), *(less or ())]
    table = np.asarray(rows, dtype=np.float64)
    generator = np.random.default_rng(0)
    size = table.shape[1]
    ratios = []
    # One resample at a time: all at once would take n × resamples × 8 bytes.
    for _ in range(RESAMPLES):
        sums = table[:, generator.integers(0, size, size)].sum(axis=1)
        if all(sums[1::2]):
            shares = sums[::2] / sums[1::2]
            ratios.append(float(shares[0] - (shares[1] if less else 0.0)))
    if not ratios:
        return (-1.0, 1.0) if less else (0.0, 1.0)
    tail = (1 - LEVEL) / 2
    return percentile(ratios, tail), percentile(ratios, 1 - tail)


def risk_bound(wrong: int, n: int, level: float = LEVEL) -> float:
    """The highest share of wrong ones that so few among ``n`` still allow, at a level.

    Clopper and Pearson, "The use of confidence or fiducial limits", Biometrika 26, 1934: the share
    at which as few wrong ones or fewer come up with a probability of ``1 - level``.
    """
    if wrong >= n:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        if _binomial_below(wrong, n, middle) > 1 - level:
            low = middle
        else:
            high = middle
    return high


def _binomial_below(most: int, n: int, share: float) -> float:
    """The probability of at most so many among ``n``, each with a probability of ``share``."""

    def probability(k: int) -> float:
        ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
        return math.exp(ways + k * math.log(share) + (n - k) * math.log1p(-share))

    return math.fsum(map(probability, range(most + 1)))
