"""Turns trials into results, and results into scores."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from eval.metrics import METRICS, Metric
from eval.outcome import Trial
from eval.results import CaseResult, Kind, Latency, Score, Tokens
from eval.statistics import bootstrap_interval, percentile, ratio


def measure_case(trial: Trial) -> CaseResult:
    """Measure one case by every metric that applies to it."""
    return CaseResult(trial, {m.name: m.share(trial) for m in METRICS if m.over(trial.case)})


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
    )


def count_kinds(results: Sequence[CaseResult]) -> dict[str, Kind]:
    """Count the cases of each kind."""
    groups: dict[str, list[CaseResult]] = {}
    for result in results:
        groups.setdefault(result.trial.case.kind, []).append(result)
    return {
        kind: Kind(
            right=sum(result.right for result in group),
            refused=sum(result.trial.refused for result in group),
            failed=sum(result.trial.failed for result in group),
            n=len(group),
        )
        for kind, group in groups.items()
    }


def measure_latency(trials: Sequence[Trial]) -> Latency:
    """Measure how long an answer took."""
    timed = (trial.outcome.seconds for trial in trials if not trial.failed)
    seconds = [each for each in timed if each is not None]
    if not seconds:
        return Latency(p50=None, p95=None, n=0)
    return Latency(percentile(seconds, 0.5), percentile(seconds, 0.95), len(seconds))


def average_tokens(trials: Sequence[Trial]) -> Tokens:
    """Average what a chat model read and wrote for an answer."""
    usages = [trial.outcome.usage for trial in trials if trial.outcome.usage]
    if not usages:
        return Tokens(None, None, 0)
    return Tokens(
        fmean(usage.input_tokens for usage in usages),
        fmean(usage.output_tokens for usage in usages),
        len(usages),
    )


def trace_risk_coverage(results: Sequence[CaseResult]) -> list[tuple[float, float]]:
    """Trace what refusing below a confidence would give: share answered, share of those not right.

    One point for each confidence at which the bot answered, the highest first; empty if the bot
    gives no confidence. El-Yaniv and Wiener, "On the Foundations of Noise-free Selective
    Classification", JMLR 11, 2010.
    """
    answers = [
        (result.trial.outcome.confidence, not result.right)
        for result in results
        if result.trial.outcome.status == "answered" and result.trial.outcome.confidence is not None
    ]
    answers.sort(key=lambda pair: -(pair[0] or 0.0))
    points = []
    wrong = 0
    for rank, (confidence, is_wrong) in enumerate(answers, start=1):
        wrong += is_wrong
        if rank == len(answers) or answers[rank][0] != confidence:
            points.append((rank / len(results), wrong / rank))
    return points
