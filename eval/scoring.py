"""Turns trials into results, and results into scores."""

from collections.abc import Sequence

from eval.metrics import METRICS, Metric
from eval.outcome import Trial
from eval.results import CaseResult, Score
from eval.statistics import bootstrap_interval, ratio


def measure_case(trial: Trial, metrics: Sequence[Metric] = METRICS) -> CaseResult:
    """Measure one case by every metric that applies to it."""
    return CaseResult(trial, {m.name: m.share(trial) for m in metrics if m.over(trial.case)})


def score_metric(metric: Metric, results: Sequence[CaseResult]) -> Score:
    """Score one metric over a run: the ratio of sums, with its bootstrap interval."""
    shares = [
        (result.trial, result.shares[metric.name])
        for result in results
        if metric.name in result.shares and result.shares[metric.name][1]
    ]
    if metric.only_with and not any(metric.only_with(result.trial.case) for result in results):
        shares = []
    numerators = [numerator for _, (numerator, _) in shares]
    denominators = [denominator for _, (_, denominator) in shares]
    value = ratio(numerators, denominators)
    low, high = (None, None) if value is None else bootstrap_interval(numerators, denominators)
    return Score(
        name=metric.name,
        label=metric.label,
        value=value,
        low=low,
        high=high,
        n=len(shares),
        failed=sum(metric.is_failure(trial) for trial, _ in shares),
        lower_is_better=metric.lower_is_better,
    )
