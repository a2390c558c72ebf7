"""Shares, percentiles and intervals, against numbers worked out by hand and NumPy's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from eval.statistics import bootstrap_interval, percentile, ratio, risk_bound


def test_percentiles_by_hand() -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], 0.5) == 2.5
    assert percentile([4.0, 1.0, 3.0, 2.0], 0.95) == pytest.approx(3.85)
    assert percentile([7.0], 0.95) == 7.0


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=30), st.floats(0, 1))
def test_percentiles_are_those_of_numpy(values: list[float], share: float) -> None:
    assert percentile(values, share) == pytest.approx(float(np.quantile(values, share)), abs=1e-9)


def test_nine_in_ten_meet_a_floor_of_nine_tenths() -> None:
    found = ratio([1.0] * 9 + [0.0], [1.0] * 10)
    assert found is not None
    assert found >= 0.9


def test_a_ratio_over_nothing_is_none() -> None:
    assert ratio([0.0], [0.0]) is None
    assert ratio([1.0, 0.0, 0.0], [1.0, 1.0, 0.0]) == 0.5


def test_interval_of_a_constant_has_no_width() -> None:
    assert bootstrap_interval([1.0] * 5) == (1.0, 1.0)


def test_interval_is_that_of_the_binomial_and_repeats() -> None:
    # 60 of 100: a resample's successes are Binomial(100, 0.6), whose 2.5 % and 97.5 % quantiles
    # are 50 and 69; sampling error of 2,000 resamples is within one success.
    values = [1.0] * 60 + [0.0] * 40
    low, high = bootstrap_interval(values)
    assert low == pytest.approx(0.50, abs=0.011)
    assert high == pytest.approx(0.69, abs=0.011)
    assert bootstrap_interval(values) == (low, high)


def test_draws_over_nothing_are_passed_over() -> None:
    low, high = bootstrap_interval([1.0, 0.0, 0.0], [1.0, 0.0, 0.0])
    assert (low, high) == (1.0, 1.0)
    assert bootstrap_interval([0.0], [0.0]) == (0.0, 1.0)


def test_the_paired_interval_of_a_constant_difference_has_no_width() -> None:
    before = [0.1, 0.5, 0.9, 0.3]
    after = [value + 0.05 for value in before]
    low, high = bootstrap_interval(after, less=(before, [1.0] * 4))
    assert low == pytest.approx(0.05)
    assert high == pytest.approx(0.05)


def test_the_paired_interval_is_that_of_the_differences() -> None:
    rng = np.random.default_rng(1)
    before = rng.random(300)
    after = before + rng.normal(0.02, 0.1, 300)
    low, high = bootstrap_interval(after.tolist(), less=(before.tolist(), [1.0] * 300))
    difference = after - before
    error = float(difference.std() / np.sqrt(300))
    assert low == pytest.approx(difference.mean() - 1.96 * error, abs=0.003)
    assert high == pytest.approx(difference.mean() + 1.96 * error, abs=0.003)


@pytest.mark.parametrize(
    ("wrong", "n", "bound"), [(0, 20, 0.1391), (3, 100, 0.0757), (0, 58, 0.0503), (5, 5, 1.0)]
)
def test_the_bound_of_a_risk_is_clopper_and_pearsons(wrong: int, n: int, bound: float) -> None:
    assert risk_bound(wrong, n) == pytest.approx(bound, abs=1e-4)
