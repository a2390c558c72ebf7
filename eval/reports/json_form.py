"""The parts of a report as plain JSON-ready values; docs/evaluation.md lists the fields."""

from dataclasses import asdict
from typing import Any

from eval.blame import Blame
from eval.outcome import AnswerVerdict
from eval.results import CaseResult, Score

FORMAT = "citespan-eval/2"
_DIGITS = 6
"""Decimals of a written figure: sums may differ in their last bits between processors."""


def round_figure(value: float | None) -> float | None:
    """Round a figure as it is written."""
    return None if value is None else round(value, _DIGITS)


def score_as_dict(score: Score) -> dict[str, Any]:
    return {
        key: round_figure(value) if isinstance(value, float) else value
        for key, value in asdict(score).items()
        if key != "name" and (key != "lower_is_better" or value)
    }


def _verdict_as_dict(verdict: AnswerVerdict | None) -> dict[str, Any] | None:
    if verdict is None:
        return None
    return asdict(verdict) | {"said": list(verdict.said), "reasons": list(verdict.reasons)}


def _blame_as_dict(blame: Blame | None) -> dict[str, Any] | None:
    return {"stage": blame.stage, "passages": list(blame.passages)} if blame else None


def result_as_dict(result: CaseResult) -> dict[str, Any]:
    """A case with its gold, the answer, the judge's verdicts and the shares of its metrics."""
    trial, case, outcome = result.trial, result.trial.case, result.trial.outcome
    judgements = [
        asdict(each) | {"reasons": list(each.reasons), "needed": list(each.needed)}
        for each in trial.judgements
    ] or [{"verdict": None}] * len(outcome.sentences)
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
        "blame": _blame_as_dict(result.blame),
        "reference": _verdict_as_dict(trial.verdict),
        "answer": outcome.text,
        "sentences": [
            {"text": sentence.text, "cites": list(sentence.cites)}
            | ({"handling": sentence.handling} if sentence.handling else {})
            | judgement
            for sentence, judgement in zip(outcome.sentences, judgements, strict=True)
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
