"""What an evaluation measures: scores with their intervals, kinds, times, tokens, each case."""

from collections.abc import Mapping
from dataclasses import dataclass

from eval.metrics import missing_facts
from eval.outcome import Trial

_RIGHT_FROM = 0.5
"""Of ``token_f1``, for cases of which only a whole answer is known."""


@dataclass(frozen=True, slots=True)
class Score:
    """One metric over a run.

    :param value: in [0, 1]; None if the metric applies to no case.
    :param low: lower end of the 95 % bootstrap interval; None when ``value`` is None.
    :param high: upper end.
    :param n: cases that it is taken over, failed ones included.
    :param failed: cases of these on which the bot failed, or the judge if the metric needs it: a
        failed case counts as 0, a sentence on which the judge failed as not supported.
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
    def right(self) -> bool:
        """Whether the bot did the right thing.

        An unanswerable case is right when it is refused. An answerable one is right when the answer
        holds every gold fact; if no facts are known, when it cites a gold place; if no place is
        known either, when ``token_f1`` is at least 0.5.
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
            return "answered, although the documents do not hold the answer"
        if trial.refused:
            return "refused, although the documents hold the answer"
        if self.missing:
            return f"missing: {'; '.join(self.missing)}"
        return "cites another place" if "gold_cited" in self.shares else "another answer"
