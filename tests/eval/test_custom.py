"""Metrics and judges of one's own: plain functions, checked before the first question."""

from __future__ import annotations

from typing import Any

import pytest

from eval import Case, JudgeError, MetricError, ThresholdError, Trial, as_text, compare, evaluate
from rag.types import Support

CASES = [
    Case("a", "Who?", answerable=True, facts=(("Ada",),)),
    Case("b", "How much?", answerable=False),
]


def is_short(trial: Trial) -> float:
    """Answers of one word."""
    return float(len(trial.answer.split()) <= 1)


def of_answerable(trial: Trial) -> bool | None:
    return "Ada" in trial.answer if trial.case.answerable else None


def facts_found(trial: Trial) -> float:
    return 1.0


def never(question: str) -> str:
    raise AssertionError("no question is asked before metrics and judge are checked")


def test_functions_and_names_are_measured_and_nothing_else() -> None:
    report = evaluate(lambda _: "Ada.", CASES, metrics=["facts_found", is_short, of_answerable])
    assert [(score.name, score.value, score.n) for score in report.scores] == [
        ("facts_found", 1.0, 1),
        ("is_short", 1.0, 2),
        ("of_answerable", 1.0, 1),
    ]
    assert "Answers of one word" in as_text(report)
    assert report.results[0].right
    assert report.failures({"is_short": 1.0}) == []
    with pytest.raises(ThresholdError, match="the metrics are facts_found, is_short"):
        report.failures({"faithfulness": 1.0})
    assert "is_short" in {c.name for c in compare(report.as_dict(), report.as_dict()).changes}


def test_a_failed_case_scores_zero_in_a_function_too() -> None:
    report = evaluate(lambda _: "", CASES[:1], metrics=[is_short])
    assert report.score("is_short").value == 0


@pytest.mark.parametrize(
    ("metrics", "problem"),
    [
        (["facts"], 'there is no metric "facts"; the metrics are facts_found'),
        ([lambda trial: 1.0], "needs a name"),
        ([is_short, is_short], 'two metrics have the name "is_short"'),
        ([facts_found], 'two metrics have the name "facts_found"'),
    ],
)
def test_a_metric_that_cannot_be_used_is_told_first(metrics: Any, problem: str) -> None:
    with pytest.raises(MetricError, match=problem):
        evaluate(never, CASES, metrics=metrics)


def test_a_function_is_a_judge() -> None:
    def has_words(sentence: str, quote: str) -> bool:
        return sentence in quote

    row = {"response": "Ada. Bob.", "contexts": ["Ada. Eve."]}
    report = evaluate(lambda _: row, CASES[:1], judge=has_words)
    assert report.judge == "has_words"
    assert report.score("faithfulness").value == 0.5


@pytest.mark.parametrize("said", [None, 3, "yes"])
def test_a_judge_that_gives_no_verdict_is_told_first(said: Any) -> None:
    with pytest.raises(JudgeError, match="return true or false"):
        evaluate(never, CASES, judge=lambda sentence, quote: said)


def test_a_judge_that_fails_on_a_sentence_is_counted() -> None:
    def fragile(sentence: str, quote: str) -> Support:
        if "Ada" in sentence:
            raise RuntimeError("no light")
        return Support("supported", 1.0)

    report = evaluate(
        lambda _: {"response": "Ada.", "contexts": ["Ada."]}, CASES[:1], judge=fragile
    )
    assert report.failed_sentences == 1
    assert "no light" in report.trials[0].judgements[0].error
