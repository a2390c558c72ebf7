"""What an evaluation found: scores with their uncertainty, every case, and plain text of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from eval.cases import Case
from eval.metrics import (
    METRICS,
    Metric,
    Outcome,
    bootstrap_interval,
    mean,
    missing_facts,
    percentile,
)
from rag.errors import RagError

DEFAULT_THRESHOLDS: Mapping[str, float] = {
    "facts_found": 0.90,
    "abstention": 0.85,
    "exact_spans": 1.0,
}
FORMAT = "citespan-eval/1"


class ThresholdError(RagError):
    """A threshold cannot be used; the message says how to write one."""


@dataclass(frozen=True, slots=True)
class Score:
    """One measure over a run.

    :param value: mean over the cases it is taken over, in [0, 1]; None if there are none.
    :param low: lower end of the 95 % bootstrap interval; None as ``value`` is.
    :param high: upper end.
    :param n: cases it is taken over, failed ones included.
    :param failed: how many of them failed and so count as 0.
    """

    name: str
    label: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    failed: int


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds from question to answer, over the cases that did not fail.

    :param p50: the median; None if every case failed.
    :param p95: what 95 % of the answers stay below.
    """

    p50: float | None
    p95: float | None
    n: int


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case, what the bot did with it, and its score by each measure that applies."""

    case: Case
    outcome: Outcome
    scores: Mapping[str, float]

    @property
    def right(self) -> bool:
        """Whether the answer holds every gold fact, or, where there is no answer, was refused."""
        return self.scores["facts_found" if self.case.answerable else "abstention"] == 1

    @property
    def missing(self) -> tuple[str, ...]:
        """The gold facts that the answer does not hold, each by its first wording."""
        answered = self.outcome.status == "answered"
        return missing_facts(self.outcome.text if answered else "", self.case.facts)


@dataclass(frozen=True)
class Report:
    """The results of a run, in the order of its cases; everything else is computed from them."""

    results: tuple[CaseResult, ...]

    @property
    def failed(self) -> int:
        """How many cases the bot raised on."""
        return sum(result.outcome.status == "failed" for result in self.results)

    @cached_property
    def scores(self) -> tuple[Score, ...]:
        """Every measure, in the order of ``eval.metrics.METRICS``."""
        return tuple(self._score(metric) for metric in METRICS)

    @property
    def latency(self) -> Latency:
        """How long an answer took."""
        seconds = [r.outcome.seconds for r in self.results if r.outcome.status != "failed"]
        if not seconds:
            return Latency(p50=None, p95=None, n=0)
        return Latency(percentile(seconds, 0.5), percentile(seconds, 0.95), len(seconds))

    @property
    def kinds(self) -> dict[str, tuple[int, int]]:
        """For each kind of case, in order of appearance, how many were right, and of how many."""
        counts: dict[str, tuple[int, int]] = {}
        for result in self.results:
            right, n = counts.get(result.case.kind, (0, 0))
            counts[result.case.kind] = (right + result.right, n + 1)
        return counts

    def failures(self, thresholds: Mapping[str, float] | None = None) -> list[str]:
        """Which scores lie below their thresholds, each as a sentence; empty if none does.

        :param thresholds: least value by measure; by default ``DEFAULT_THRESHOLDS``, of which
            those without any case to measure them are passed over.
        :raises ThresholdError: if a measure of that name does not exist.
        """
        scores = {score.name: score for score in self.scores}
        sentences = []
        for name, least in (DEFAULT_THRESHOLDS if thresholds is None else thresholds).items():
            if name not in scores:
                raise ThresholdError(_unknown(name))
            score = scores[name]
            if score.value is None:
                if thresholds is not None:
                    sentences.append(f"{name} should be at least {least:g}, but no case tells")
            elif score.value < least:
                failed = f", {score.failed} of them failed" if score.failed else ""
                sentences.append(
                    f"{name} is {score.value:.3f} over {score.n} cases{failed}; it should be at "
                    f"least {least:g}"
                )
        return sentences

    def as_dict(self, *, times: bool = True) -> dict[str, Any]:
        """The report as plain JSON-ready values; the form of ``citespan eval --json``.

        :param times: whether to give seconds, the only figures that differ between equal runs.
        """
        scores = [asdict(score) for score in self.scores]
        report: dict[str, Any] = {
            "format": FORMAT,
            "cases": len(self.results),
            "failed": self.failed,
            "scores": {score.pop("name"): score for score in scores},
            "kinds": {kind: {"right": r, "n": n} for kind, (r, n) in self.kinds.items()},
            "results": [_result_as_dict(result, times=times) for result in self.results],
        }
        return report | {"latency": asdict(self.latency)} if times else report

    def _score(self, metric: Metric) -> Score:
        results = [result for result in self.results if metric.name in result.scores]
        values = [result.scores[metric.name] for result in results]
        low, high = bootstrap_interval(values) if values else (None, None)
        return Score(
            name=metric.name,
            label=metric.label,
            value=mean(values) if values else None,
            low=low,
            high=high,
            n=len(values),
            failed=sum(result.outcome.status == "failed" for result in results),
        )


def parse_thresholds(texts: Iterable[str]) -> dict[str, float]:
    """Thresholds as the command line gives them: ``["facts_found=0.9"]``.

    :raises ThresholdError: if one is not ``name=value`` with a known name and a value in [0, 1].
    """
    thresholds = {}
    for text in texts:
        name, _, number = (part.strip() for part in text.partition("="))
        if name not in {metric.name for metric in METRICS}:
            raise ThresholdError(_unknown(name))
        try:
            least = float(number)
        except ValueError:
            least = -1.0
        if not 0 <= least <= 1:
            raise ThresholdError(
                f'"{text}" is not a threshold; write the least value from 0 to 1, as in {name}=0.9'
            )
        thresholds[name] = least
    return thresholds


def score_rows(report: Report) -> list[tuple[str, str, str, str, str, str]]:
    """A row per measure: name, label, value, 95 % interval, n, failed; then rows of latency."""
    rows = []
    for score in report.scores:
        interval = "" if score.low is None else f"{score.low:.3f} to {score.high:.3f}"
        value = _number(score.value, "")
        rows.append((score.name, score.label, value, interval, str(score.n), str(score.failed)))
    latency = report.latency
    for name, label, seconds in (
        ("latency_p50", "seconds to the middle answer", latency.p50),
        ("latency_p95", "seconds that 95 % stay below", latency.p95),
    ):
        value = _number(seconds, " s")
        rows.append((name, label, value, "", str(latency.n), str(report.failed)))
    return rows


def kind_rows(report: Report) -> list[tuple[str, str]]:
    """A row per kind of case: its name and how many were right, as ``"9 / 10"``."""
    return [(kind, f"{right} / {n}") for kind, (right, n) in report.kinds.items()]


def miss_lines(report: Report) -> list[str]:
    """A line per case that is not right: its id, its question and what is wrong with the answer."""
    return [
        f"{result.case.id}: {result.case.question} — {_what_is_wrong(result)}"
        for result in report.results
        if not result.right
    ]


def as_text(report: Report) -> str:
    """The whole report as plain text."""
    header = ("measure", "what it is", "value", "95 % interval", "n", "failed")
    parts = [_table([header, *score_rows(report)]), _table([("kind", "right"), *kind_rows(report)])]
    if misses := miss_lines(report):
        parts.append("\n".join(["not right:", *(f"  {line}" for line in misses)]))
    return "\n\n".join(parts)


def _table(rows: list[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _number(value: float | None, unit: str) -> str:
    return "none" if value is None else f"{value:.3f}{unit}"


def _unknown(name: str) -> str:
    names = ", ".join(metric.name for metric in METRICS)
    return f'there is no measure "{name}"; the measures are {names}'


def _what_is_wrong(result: CaseResult) -> str:
    if result.outcome.status == "failed":
        return f"failed: {result.outcome.error}"
    if not result.case.answerable:
        return "answered, though the documents do not say"
    if result.outcome.status == "abstained":
        return "refused, though the documents say"
    return f"missing: {'; '.join(result.missing)}"


def _result_as_dict(result: CaseResult, *, times: bool) -> dict[str, Any]:
    case, outcome = result.case, result.outcome
    return {
        "id": case.id,
        "kind": case.kind,
        "asker": case.asker,
        "question": case.question,
        "history": [list(turn) for turn in case.history],
        "answerable": case.answerable,
        "status": outcome.status,
        "right": result.right,
        "answer": outcome.text,
        "verdicts": list(outcome.verdicts),
        "missing": list(result.missing),
        "citations": [asdict(citation) for citation in outcome.citations],
        "error": outcome.error,
        "scores": dict(result.scores),
    } | ({"seconds": outcome.seconds} if times else {})
