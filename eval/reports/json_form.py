"""The parts of a report as plain JSON-ready values; docs/evaluation.md lists the fields."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from eval.outcome import AnswerSentence, Judgement, Trial
from eval.results import CaseResult, Score

FORMAT = "citespan-eval/2"
_DIGITS = 6
"""Decimals of a written figure: sums may differ in their last bits between processors."""


def round_figure(value: float | None) -> float | None:
    """Round a figure as it is written."""
    return None if value is None else round(value, _DIGITS)


def score_as_dict(score: Score) -> dict[str, Any]:
    values = asdict(score)
    values.pop("name")
    return {
        key: round_figure(value) if isinstance(value, float) else value
        for key, value in values.items()
    }


def result_as_dict(result: CaseResult) -> dict[str, Any]:
    """A case with its gold, the answer, the judge's verdicts and the shares of its metrics."""
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
            | (_judgement_as_dict(judgement) if judgement else {"verdict": None})
            for sentence, judgement in _pair_judgements(trial)
        ],
        "citations": [asdict(citation) for citation in outcome.citations],
        "passages": [asdict(passage) for passage in outcome.passages],
        "confidence": round_figure(outcome.confidence),
        "error": outcome.error,
        "chat_problem": outcome.chat_problem,
        "scores": {
            name: round_figure(numerator) if denominator == 1 else [numerator, denominator]
            for name, (numerator, denominator) in result.shares.items()
            if denominator
        },
    }


def _judgement_as_dict(judgement: Judgement) -> dict[str, Any]:
    return asdict(judgement) | {
        "reasons": list(judgement.reasons),
        "needed": list(judgement.needed),
    }


def _pair_judgements(trial: Trial) -> list[tuple[AnswerSentence, Judgement | None]]:
    sentences = trial.outcome.sentences
    judgements: tuple[Judgement | None, ...] = trial.judgements or (None,) * len(sentences)
    return list(zip(sentences, judgements, strict=True))
