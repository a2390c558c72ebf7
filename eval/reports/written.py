"""The parts of a report as plain JSON-ready values; docs/evaluation.md lists the fields."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from eval.outcome import AnswerSentence, Judged, Trial

if TYPE_CHECKING:
    from eval.reports.report import CaseResult, Score

_DIGITS = 6
"""Decimals of a written figure: sums may differ in their last bits between processors."""


def rounded(value: float | None) -> float | None:
    """The figure as it is written."""
    return None if value is None else round(value, _DIGITS)


def score_as_dict(score: Score) -> dict[str, Any]:
    """A metric's figures."""
    values = asdict(score)
    values.pop("name")
    return {
        key: rounded(value) if isinstance(value, float) else value for key, value in values.items()
    }


def result_as_dict(result: CaseResult) -> dict[str, Any]:
    """A case with all that happened to it."""
    trial, case, outcome = result.trial, result.trial.case, result.trial.outcome
    return {
        "id": case.id,
        "kind": case.kind,
        "question": case.question,
        "history": [list(turn) for turn in case.history],
        "answerable": case.answerable,
        "gold": {
            "facts": [list(fact) for fact in case.facts],
            "answers": list(case.answers),
            "quotes": [asdict(quote) for quote in case.quotes],
            "relevant": dict(case.relevant),
        },
        "status": outcome.status,
        "right": result.right,
        "wrong": result.verdict,
        "answer": outcome.text,
        "sentences": [
            {"text": sentence.text, "cites": list(sentence.cites)}
            | (_judged_as_dict(judged) if judged else {"verdict": None})
            for sentence, judged in _paired(trial)
        ],
        "citations": [asdict(cited) for cited in outcome.citations],
        "passages": [asdict(passage) for passage in outcome.passages],
        "confidence": rounded(outcome.confidence),
        "error": outcome.error,
        "chat_problem": outcome.chat_problem,
        "scores": {
            name: rounded(numerator) if denominator == 1 else [numerator, denominator]
            for name, (numerator, denominator) in result.shares.items()
            if denominator
        },
    }


def _judged_as_dict(judged: Judged) -> dict[str, Any]:
    return asdict(judged) | {"reasons": list(judged.reasons), "needed": list(judged.needed)}


def _paired(trial: Trial) -> list[tuple[AnswerSentence, Judged | None]]:
    judged: tuple[Judged | None, ...] = trial.judged or (None,) * len(trial.outcome.sentences)
    return list(zip(trial.outcome.sentences, judged, strict=True))
