"""The figures of a run: its trials, and everything that is computed from them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from statistics import fmean
from typing import Any

from eval.blame import STAGES
from eval.gates import ThresholdError, find_failures, unknown_metric
from eval.judges.answers import AGREEMENT
from eval.judges.judge import SupportJudge
from eval.judges.judge_check import JudgeCheck
from eval.metrics import METRICS, Metric
from eval.outcome import Trial
from eval.reports.json_form import FORMAT, result_as_dict, round_figure, score_as_dict
from eval.results import CaseResult, Kind, Latency, Score, Tokens
from eval.scoring import measure_case, score_metric
from eval.statistics import percentile


@dataclass(frozen=True)
class Figures:
    """The trials of a run, in the order of its cases; everything else is computed from them.

    :param name: of the bot.
    :param cases: the name of the cases.
    :param judge: which judge, by its identity.
    :param checks: the judge's checks against people's labels, the one on most pairs first.
    :param kept: how many outcomes come from an earlier run.
    :param metrics: what is measured.
    """

    trials: tuple[Trial, ...]
    name: str = ""
    cases: str = ""
    judge: str = ""
    checks: tuple[JudgeCheck, ...] = ()
    kept: int = 0
    metrics: tuple[Metric, ...] = METRICS

    @cached_property
    def results(self) -> tuple[CaseResult, ...]:
        """Each case with its share of each metric."""
        return tuple(measure_case(trial, self.metrics) for trial in self.trials)

    @property
    def failed(self) -> int:
        """How many cases the bot failed on."""
        return sum(trial.failed for trial in self.trials)

    @property
    def failed_sentences(self) -> int:
        """How many sentences the judge failed on."""
        return sum(bool(j.error) for trial in self.trials for j in trial.judgements)

    @cached_property
    def scores(self) -> tuple[Score, ...]:
        """Every metric, in their order."""
        return tuple(score_metric(metric, self.results) for metric in self.metrics)

    def score(self, name: str) -> Score:
        """The metric of this name.

        :raises ThresholdError: there is none.
        """
        for score in self.scores:
            if score.name == name:
                return score
        raise ThresholdError(unknown_metric(name))

    @property
    def agreement(self) -> dict[str, int] | None:
        """On how many answers that a person labelled this judge agreed that they are right.

        None if no answer was compared with a reference, or if that is not known of this judge.
        """
        compared = any(trial.verdict for trial in self.trials)
        if not compared or not self.judge.startswith(SupportJudge.name):
            return None
        agreed, n = AGREEMENT
        return {"agreed": agreed, "n": n}

    @property
    def latency(self) -> Latency:
        """How long an answer took."""
        timed = (trial.outcome.seconds for trial in self.trials if not trial.failed)
        seconds = [each for each in timed if each is not None]
        if not seconds:
            return Latency(None, None, 0)
        return Latency(percentile(seconds, 0.5), percentile(seconds, 0.95), len(seconds))

    @property
    def tokens(self) -> Tokens:
        """What a chat model read and wrote for an answer, on average."""
        usages = [trial.outcome.usage for trial in self.trials if trial.outcome.usage]
        if not usages:
            return Tokens(None, None, 0)
        read = fmean(usage.input_tokens for usage in usages)
        return Tokens(read, fmean(usage.output_tokens for usage in usages), len(usages))

    @property
    def replies(self) -> dict[str, int]:
        """How many replies of a chat model were kept, repaired, flagged, completed or replaced."""
        return dict(Counter(filter(None, (trial.outcome.reply for trial in self.trials))))

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        groups: dict[str, list[CaseResult]] = {}
        for result in self.results:
            groups.setdefault(result.trial.case.kind, []).append(result)
        return {
            kind: Kind(
                right=sum(result.right is True for result in group),
                refused=sum(result.trial.refused for result in group),
                failed=sum(result.trial.failed for result in group),
                n=len(group),
                unjudged=sum(result.right is None for result in group),
            )
            for kind, group in groups.items()
        }

    @cached_property
    def blame(self) -> dict[str, int]:
        """How many cases each stage lost, in the order of the stages."""
        lost = Counter(result.blame.stage for result in self.results if result.blame)
        return {stage: lost[stage] for stage in STAGES if lost[stage]}

    @cached_property
    def risk_coverage(self) -> list[tuple[float, float]]:
        """What refusing below a confidence would give: share answered, share of those not right.

        Cases that are not judged are left out. One point for each confidence at which the bot
        answered, the highest first; empty if the bot gives no confidence. El-Yaniv and Wiener, "On
        the Foundations of Noise-free Selective Classification", JMLR 11, 2010.
        """
        answers = [
            (result.trial.outcome.confidence, not result.right)
            for result in self.results
            if result.right is not None
            and result.trial.outcome.status == "answered"
            and result.trial.outcome.confidence is not None
        ]
        answers.sort(key=lambda pair: -(pair[0] or 0.0))
        judged = sum(result.right is not None for result in self.results)
        points = []
        wrong = 0
        for rank, (confidence, is_wrong) in enumerate(answers, start=1):
            wrong += is_wrong
            if rank == len(answers) or answers[rank][0] != confidence:
                points.append((rank / judged, wrong / rank))
        return points

    def failures(self, thresholds: Mapping[str, float] | None = None) -> list[str]:
        """Which scores are on the wrong side of their thresholds, each as a sentence; none: empty.

        :param thresholds: by metric the least value, or the most where lower is better. The
            default is ``DEFAULT_THRESHOLDS``, of which those that no case measures are skipped. If
            there is a chat model, it must also have written ``LEAST_CHAT_ANSWERS`` of its answers,
            unless ``thresholds`` says otherwise.
        :raises ThresholdError: a metric of that name does not exist.
        """
        return find_failures(self.scores, thresholds)

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
                "failed_sentences": self.failed_sentences,
                "check": self.checks[0].as_dict() if self.checks else None,
                "checks": [check.as_dict() for check in self.checks],
                "right_answers": self.agreement,
            },
            "scores": {score.name: score_as_dict(score) for score in self.scores},
            "kinds": {kind: asdict(counts) for kind, counts in self.kinds.items()},
            "blame": self.blame,
            "tokens": asdict(self.tokens),
            "replies": self.replies,
            "risk_coverage": [[round_figure(x), round_figure(y)] for x, y in self.risk_coverage],
            "results": [result_as_dict(result) for result in self.results],
        }

    def times_as_dict(self) -> dict[str, Any]:
        """The only figures that differ between equal runs: seconds, over all and by case."""
        return {
            "format": FORMAT,
            "latency": asdict(self.latency),
            "seconds": {trial.case.id: trial.outcome.seconds for trial in self.trials},
        }


def count_line(report: Figures) -> str:
    """How many cases were right, of how many that were judged, and how many failed."""
    right = sum(result.right is True for result in report.results)
    judged = sum(result.right is not None for result in report.results)
    of = "" if judged == len(report.trials) else f" of {judged} judged"
    return f"{right} right{of}, {report.failed} failed"
