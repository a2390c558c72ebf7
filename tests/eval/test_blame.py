"""Each case that is not right says which stage lost it, and where to look."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from eval import Case, Quote, Report, as_text, evaluate
from eval.blame import Blame, find_blame
from eval.outcome import (
    AnswerSentence,
    CheckedCitation,
    Outcome,
    RankedPassage,
    Trial,
    failed_outcome,
)
from eval.reports.html import render_html

CASE = Case("a", "Where?", answerable=True, quotes=(Quote("a.txt", "cord blood"),))
GOLD = RankedPassage("a.txt", "from cord blood", True, "")
OTHER = RankedPassage("b.txt", "from bone", False, "")


def cites(passage: RankedPassage) -> tuple[CheckedCitation, ...]:
    return (CheckedCitation(1, passage.source, passage.text, None, None, True, passage.gold),)


def trial(*passages: RankedPassage, case: Case = CASE, **more: Any) -> Trial:
    status = more.pop("status", "answered")
    said = (AnswerSentence("From bone.", (1,)),)
    return Trial(case, Outcome(status, "From bone.", said, passages=passages, **more))


@pytest.mark.parametrize(
    ("wrong", "blame"),
    [
        (Trial(CASE, failed_outcome("x")), Blame("the bot failed")),
        (trial(OTHER, in_corpus=False), Blame("not in the corpus", (1,))),
        (trial(OTHER, OTHER, in_corpus=True), Blame("not retrieved", (1, 2))),
        (trial(OTHER), Blame("not retrieved", (1,))),
        (trial(*[OTHER] * 5, GOLD), Blame("ranked low", (6,))),
        (trial(*[OTHER] * 5, GOLD, status="abstained"), Blame("ranked low", (6,))),
        (trial(OTHER, GOLD, status="abstained"), Blame("refused", (2,))),
        (trial(OTHER, GOLD, citations=cites(OTHER)), Blame("not selected", (2,))),
        (trial(OTHER, GOLD, citations=cites(GOLD)), Blame("answered otherwise", (2,))),
        (trial(OTHER, GOLD), Blame("answered otherwise", (2,))),
        (trial(), Blame("no passages given")),
        (
            trial(OTHER, GOLD, case=Case("b", "?", answerable=False), citations=cites(GOLD)),
            Blame("should have refused", (2,)),
        ),
    ],
)
def test_the_first_stage_that_lost_the_answer_is_blamed(wrong: Trial, blame: Blame) -> None:
    assert find_blame(wrong) == blame


def test_without_a_gold_place_facts_and_references_tell_which_passage_answers() -> None:
    facts = replace(CASE, quotes=(), facts=(("cord blood",),))
    reference = replace(CASE, quotes=(), answers=("From cord blood.",))
    for case in (facts, reference):
        assert find_blame(trial(OTHER, GOLD, case=case, status="abstained")).passages == (2,)


def mixed() -> Report:
    cases = [
        replace(CASE, id="lost", facts=(("cord blood",),)),
        Case("made-up", "How much?", answerable=False),
        replace(CASE, id="right", facts=(("bone",),)),
    ]
    row = {"response": "From bone.", "contexts": [{"text": "from bone", "source": "b.txt"}]}
    return evaluate(lambda _: row, cases)


def test_every_report_counts_the_stages() -> None:
    report = mixed()
    assert report.blame == {"not retrieved": 1, "should have refused": 1}
    values = report.as_dict()
    assert values["blame"] == report.blame
    assert [row["blame"] and row["blame"]["stage"] for row in values["results"]] == [
        "not retrieved",
        "should have refused",
        None,
    ]
    assert "not retrieved        1      lost" in as_text(report)
    assert "<td>should have refused</td>" in render_html(report)


def test_a_document_that_the_bot_does_not_have_is_not_blamed_on_retrieval() -> None:
    class Bot:
        """It has one document, and finds nothing in it."""

        def ask(self, question: str, history: object = ()) -> dict[str, object]:
            return {"response": "From bone.", "contexts": ["from bone"]}

        def source_text(self, of: object) -> str:
            return "Cells come from cord blood."

        def documents(self) -> list[object]:
            return [type("Info", (), {"document_id": "d", "sources": ("/docs/a.txt",)})()]

    here = replace(CASE, quotes=(Quote("a.txt", "from cord blood"),))
    changed = replace(CASE, id="b", quotes=(Quote("a.txt", "from the placenta"),))
    gone = replace(CASE, id="c", quotes=(Quote("z.txt", "from cord blood"),))
    report = evaluate(Bot(), [here, changed, gone])
    assert [result.blame.stage for result in report.results if result.blame] == [
        "not retrieved",
        "not in the corpus",
        "not in the corpus",
    ]
