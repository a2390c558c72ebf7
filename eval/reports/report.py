"""What an evaluation found: figures with their uncertainty, and every case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from statistics import fmean
from typing import TYPE_CHECKING, Any

from eval.metrics import METRICS, Metric, missing_facts
from eval.outcome import Trial
from eval.reports.thresholds import (
    DEFAULT_THRESHOLDS,
    LEAST_CHAT_ANSWERS,
    ThresholdError,
    unknown_metric,
)
from eval.reports.written import result_as_dict, rounded, score_as_dict
from eval.statistics import bootstrap_interval, percentile, ratio

if TYPE_CHECKING:
    from eval.judges.judge_check import JudgeCheck

FORMAT = "citespan-eval/2"
_RIGHT_FROM = 0.5
"""Of ``token_f1``, for cases of which nothing but a whole answer is known."""


@dataclass(frozen=True, slots=True)
class Score:
    """One metric over a run.

    :param value: in [0, 1]; None if no case tells.
    :param low: lower end of the 95 % bootstrap interval; None as ``value`` is.
    :param high: upper end.
    :param n: cases it is taken over, failed ones included.
    :param failed: on how many of them the bot failed, or the judge where it has a say: a failed
        case counts as 0, a sentence on which the judge failed as not supported.
    """

    name: str
    label: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    failed: int


@dataclass(frozen=True, slots=True)
class Kind:
    """The cases of one kind: how many were right, refused and failed, of how many."""

    right: int
    refused: int
    failed: int
    n: int


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds from question to answer, over the cases that did not fail and that were timed.

    :param p50: the median; None if there are none.
    :param p95: what 95 % of the answers stay below.
    """

    p50: float | None
    p95: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Tokens:
    """Mean tokens of a chat model per answer, over the answers that tell; None if none does."""

    input: float | None
    output: float | None
    n: int


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case with its share of each metric that it belongs to."""

    trial: Trial
    shares: Mapping[str, tuple[float, float]]

    @property
    def right(self) -> bool:
        """Whether there is nothing to complain of.

        Unanswerable: refused. Answerable: every gold fact is held; where no facts are known, a gold
        place is cited; where that is not known either, half of the words are a gold answer's.
        """
        for name in ("facts_found", "gold_cited", "token_f1"):
            if name in self.shares:
                return self.shares[name][0] >= (_RIGHT_FROM if name == "token_f1" else 1)
        return self.trial.refused and not self.trial.case.answerable

    @property
    def missing(self) -> tuple[str, ...]:
        """The gold facts that the answer does not hold, each by its first wording."""
        return missing_facts(self.trial.answer, self.trial.case.facts)

    @property
    def verdict(self) -> str:
        """What is wrong, in words; empty if it is right."""
        trial = self.trial
        if trial.failed:
            return f"failed: {trial.outcome.error}"
        if self.right:
            return ""
        if not trial.case.answerable:
            return "answered, though the documents do not say"
        if trial.refused:
            return "refused, though the documents say"
        if self.missing:
            return f"missing: {'; '.join(self.missing)}"
        return "cites another place" if "gold_cited" in self.shares else "another answer"


@dataclass(frozen=True)
class Report:
    """The trials of a run, in the order of its cases; everything else is computed from them.

    :param name: of the bot.
    :param cases: the name of the cases.
    :param judge: which judge, by its identity.
    :param check: what the judge's last check against people's labels found; None without one.
    :param kept: of how many trials the outcome was kept from an earlier run.
    """

    trials: tuple[Trial, ...]
    name: str = ""
    cases: str = ""
    judge: str = ""
    check: JudgeCheck | None = field(default=None)
    kept: int = 0

    @cached_property
    def results(self) -> tuple[CaseResult, ...]:
        """Each case with its scores."""
        return tuple(
            CaseResult(trial, {m.name: m.share(trial) for m in METRICS if m.over(trial.case)})
            for trial in self.trials
        )

    @property
    def failed(self) -> int:
        """How many cases the bot failed on."""
        return sum(trial.failed for trial in self.trials)

    @cached_property
    def scores(self) -> tuple[Score, ...]:
        """Every metric, in the order of ``eval.metrics.METRICS``."""
        return tuple(self._score(metric) for metric in METRICS)

    def score(self, name: str) -> Score:
        """The metric of this name.

        :raises ThresholdError: there is none.
        """
        for score in self.scores:
            if score.name == name:
                return score
        raise ThresholdError(unknown_metric(name))

    @property
    def seconds(self) -> list[float]:
        """How long each answer took that was timed."""
        timed = (t.outcome.seconds for t in self.trials if not t.failed)
        return [seconds for seconds in timed if seconds is not None]

    @property
    def latency(self) -> Latency:
        """How long an answer took."""
        seconds = self.seconds
        if not seconds:
            return Latency(p50=None, p95=None, n=0)
        return Latency(percentile(seconds, 0.5), percentile(seconds, 0.95), len(seconds))

    @property
    def tokens(self) -> Tokens:
        """What a chat model read and wrote."""
        told = [t.outcome.usage for t in self.trials if t.outcome.usage]
        if not told:
            return Tokens(None, None, 0)
        return Tokens(
            fmean(usage.input_tokens for usage in told),
            fmean(usage.output_tokens for usage in told),
            len(told),
        )

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """The cases by kind."""
        groups: dict[str, list[CaseResult]] = {}
        for result in self.results:
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

    @cached_property
    def risk_coverage(self) -> list[tuple[float, float]]:
        """What refusing below a confidence would give: share answered, share of those not right.

        One point for each confidence at which the bot answered, the highest first; empty where it
        gives none. El-Yaniv and Wiener, "On the Foundations of Noise-free Selective
        Classification", JMLR 11, 2010.
        """
        answered = [
            (result.trial.outcome.confidence, not result.right)
            for result in self.results
            if result.trial.outcome.status == "answered"
            and result.trial.outcome.confidence is not None
        ]
        answered.sort(key=lambda pair: -(pair[0] or 0.0))
        points = []
        wrong = 0
        for place, (confidence, is_wrong) in enumerate(answered, start=1):
            wrong += is_wrong
            if place == len(answered) or answered[place][0] != confidence:
                points.append((place / len(self.trials), wrong / place))
        return points

    def failures(self, thresholds: Mapping[str, float] | None = None) -> list[str]:
        """Which scores lie below their thresholds, each as a sentence; empty if none does.

        :param thresholds: least value by metric; by default ``DEFAULT_THRESHOLDS``, of which
            those without any case to measure them are passed over. To either one is added that the
            chat model, if there is one, must have written ``LEAST_CHAT_ANSWERS`` of its answers.
        :raises ThresholdError: if a metric of that name does not exist.
        """
        sentences = []
        wanted = dict(DEFAULT_THRESHOLDS if thresholds is None else thresholds)
        if self.score("chat_answers").value is not None:
            wanted.setdefault("chat_answers", LEAST_CHAT_ANSWERS)
        for name, least in wanted.items():
            score = self.score(name)
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

    def as_dict(self) -> dict[str, Any]:
        """The report as plain JSON-ready values; the form of ``report.json``, without times."""
        return {
            "format": FORMAT,
            "system": self.name,
            "set": self.cases,
            "cases": len(self.trials),
            "failed": self.failed,
            "judge": {
                "identity": self.judge,
                "failed_sentences": sum(bool(j.error) for t in self.trials for j in t.judged),
                "check": self.check.as_dict() if self.check else None,
            },
            "scores": {score.name: score_as_dict(score) for score in self.scores},
            "kinds": {kind: asdict(counts) for kind, counts in self.kinds.items()},
            "tokens": asdict(self.tokens),
            "risk_coverage": [[rounded(x), rounded(y)] for x, y in self.risk_coverage],
            "results": [result_as_dict(result) for result in self.results],
        }

    def times_as_dict(self) -> dict[str, Any]:
        """The only figures that differ between equal runs: seconds, over all and by case."""
        return {
            "format": FORMAT,
            "latency": asdict(self.latency),
            "seconds": {trial.case.id: trial.outcome.seconds for trial in self.trials},
        }

    def _score(self, metric: Metric) -> Score:
        cases = [trial.case for trial in self.trials]
        shares = [
            (trial, result.shares[metric.name])
            for trial, result in zip(self.trials, self.results, strict=True)
            if metric.name in result.shares and result.shares[metric.name][1]
        ]
        if metric.only_with and not any(map(metric.only_with, cases)):
            shares = []
        over = [share for _, share in shares]
        value = ratio(*_columns(over))
        low, high = bootstrap_interval(*_columns(over)) if value is not None else (None, None)
        return Score(
            name=metric.name,
            label=metric.label,
            value=value,
            low=low,
            high=high,
            n=len(over),
            failed=sum(metric.broke(trial) for trial, _ in shares),
        )


def _columns(shares: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [numerator for numerator, _ in shares], [denominator for _, denominator in shares]
