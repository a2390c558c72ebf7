"""What an evaluation measures: scores with their intervals, kinds, times, tokens, each case."""

from collections.abc import Mapping
from dataclasses import dataclass

from eval.blame import Blame, find_blame
from eval.metrics import missing_facts
from eval.outcome import Trial


@dataclass(frozen=True, slots=True)
class Score:
    """One metric over a run.

    :param value: in [0, 1]; None if the metric applies to no case.
    :param low: lower end of the 95 % bootstrap interval; None when ``value`` is None.
    :param high: upper end.
    :param n: cases that it is taken over, failed ones included.
    :param failed: cases of these on which the bot failed, or the judge if the metric needs it: a
        failed case has the worst score, a sentence on which the judge failed is not supported.
    :param lower_is_better: of most metrics, higher is better.
    """

    name: str
    label: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    failed: int
    lower_is_better: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """The cases of one kind: how many were right, refused, failed and not judged, of how many."""

    right: int
    refused: int
    failed: int
    n: int
    unjudged: int = 0


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds from question to answer, over the cases that did not fail and that were timed.

    :param p50: the median; None if there are none.
    :param p95: the 95th percentile.
    """

    p50: float | None
    p95: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Tokens:
    """Mean tokens of a chat model per answer, over the answers that report them; else None."""

    input: float | None
    output: float | None
    n: int


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case with its share of each metric that applies to it."""

    trial: Trial
    shares: Mapping[str, tuple[float, float]]

    @property
    def right(self) -> bool | None:
        """Whether the bot did the right thing; None if nothing says so.

        An unanswerable case is right when it is refused. An answerable one is right when the answer
        holds every gold fact; if no facts are known, when the judge finds that it says what the
        reference says; if there is no reference either, when it cites a gold place. Nothing is
        known of a case without any of these, or on which the judge failed.
        """
        trial = self.trial
        if trial.failed:
            return False
        if trial.case.answerable is False:
            return trial.refused
        if trial.case.facts:
            return not self.missing
        if trial.case.answers:
            return trial.verdict.right if trial.verdict else None
        if trial.case.quotes or trial.case.relevant:
            return any(citation.gold for citation in trial.outcome.citations)
        return None

    @property
    def blame(self) -> Blame | None:
        """Which stage lost the answer; None if it is right, or if nothing says whether it is."""
        return find_blame(self.trial) if self.right is False else None

    @property
    def missing(self) -> tuple[str, ...]:
        """The gold facts that the answer does not hold, each by its first wording."""
        case = self.trial.case
        return missing_facts(self.trial.answer, case.facts, case.question)

    @property
    def verdict(self) -> str:
        """What is wrong, in words; empty if it is right or not judged."""
        trial = self.trial
        if trial.failed:
            return f"failed: {trial.outcome.error}"
        if self.right is not False:
            return ""
        if trial.case.answerable is False:
            return "answered, although the documents do not hold the answer"
        if trial.refused:
            return "refused, although the documents hold the answer"
        if self.missing:
            return f"missing: {'; '.join(self.missing)}"
        if trial.verdict and trial.verdict.reasons:
            return f"not the reference: {'; '.join(trial.verdict.reasons)}"
        return "cites another place"
