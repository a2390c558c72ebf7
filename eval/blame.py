"""Finds which stage lost the answer of a case that is not right, and the passages to look at."""

from dataclasses import dataclass
from typing import Literal, get_args

from eval.metrics import missing_facts
from eval.outcome import Trial
from rag.support.comparison import compare

Stage = Literal[
    "the bot failed",
    "not in the corpus",
    "not retrieved",
    "ranked low",
    "refused",
    "not selected",
    "answered otherwise",
    "should have refused",
    "no passages given",
]
STAGES: tuple[Stage, ...] = get_args(Stage)
"""In the order in which a question goes through them."""
_LOW = 5
"""The last rank that is not low, as ``hit@5`` counts."""
_SAID = 0.8
"""Share of a reference's words, by weight, from which a passage holds the answer."""
_LOOKED_AT = 3


@dataclass(frozen=True, slots=True)
class Blame:
    """Which stage lost the answer.

    :param passages: ranks, from 1, of the retrieved passages to look at: those that answer, or if
        none does, the first ones; for a question that should have been refused, those cited.
    """

    stage: Stage
    passages: tuple[int, ...] = ()


def find_blame(trial: Trial) -> Blame:
    """Find the first stage after which the answer was lost, in a trial that is not right."""
    outcome = trial.outcome
    first = tuple(range(1, 1 + min(_LOOKED_AT, len(outcome.passages))))
    if trial.failed:
        return Blame("the bot failed")
    if trial.case.answerable is False:
        return Blame("should have refused", _find_cited(trial) or first)
    if not outcome.passages:
        return Blame("not in the corpus" if outcome.in_corpus is False else "no passages given")
    answering = _find_answering(trial)
    if not answering:
        stage: Stage = "not in the corpus" if outcome.in_corpus is False else "not retrieved"
        return Blame(stage, first)
    cited = _find_cited(trial)
    if trial.refused:
        return Blame("refused" if answering[0] <= _LOW else "ranked low", answering)
    if set(cited) & set(answering):
        return Blame("answered otherwise", tuple(sorted(set(cited) & set(answering))))
    if answering[0] > _LOW:
        return Blame("ranked low", answering)
    return Blame("not selected" if cited else "answered otherwise", answering)


def _find_answering(trial: Trial) -> tuple[int, ...]:
    """The ranks of the passages that answer: by the gold place, else by gold facts or answers."""
    case, passages = trial.case, trial.outcome.passages
    if case.quotes:
        marks = [passage.gold for passage in passages]
    elif case.relevant:
        marks = [bool(passage.relevant) for passage in passages]
    elif case.facts:
        marks = [len(missing_facts(p.text, case.facts)) < len(case.facts) for p in passages]
    else:
        marks = [
            any(compare(each, p.text).coverage >= _SAID for each in case.answers) for p in passages
        ]
    return tuple(rank for rank, answers in enumerate(marks, start=1) if answers)


def _find_cited(trial: Trial) -> tuple[int, ...]:
    """The ranks of the passages that a citation's words are from."""
    return tuple(
        rank
        for rank, passage in enumerate(trial.outcome.passages, start=1)
        if any(
            cited.quote and (cited.quote in passage.text or passage.text in cited.quote)
            for cited in trial.outcome.citations
        )
    )
