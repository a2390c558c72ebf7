"""A refusal is told from an answer, in the phrasings of many systems."""

from __future__ import annotations

import pytest

from bench.evaluation.refusals import load_phrases
from eval import Case, evaluate
from eval.responses.refusals import is_refusal

PHRASES = list(load_phrases())


@pytest.mark.parametrize("refuses", [True, False])
@pytest.mark.parametrize(("part", "least"), [("fit", 0.97), ("apart", 0.97), ("sixty", 0.93)])
def test_nearly_all_phrasings_are_told_rightly(part: str, least: float, refuses: bool) -> None:
    own = [each for each in PHRASES if (each.part, each.refuses) == (part, refuses)]
    assert len(own) >= 30
    assert sum(is_refusal(each.text) == refuses for each in own) >= least * len(own)


@pytest.mark.parametrize(
    ("text", "refuses"),
    [
        ("I'm sorry, but I don't have enough information.", True),
        ("There is no mention of a refund in the text.", True),
        ("The documents do not mention it. Please contact the support team.", True),
        ("The documents do not report side effects other than nausea.", False),
        ("The documents do not give a date, but the tower is from the 12th century.", False),
        ("He said that there is no information in the files.", False),
        ("If the record is not found, the list is empty.", False),
        ("No, smoking is not allowed.", False),
        ("", False),
        ("The documents do not mention it. " * 60, False),
    ],
)
def test_what_else_is_said_decides(text: str, refuses: bool) -> None:
    assert is_refusal(text) is refuses


def test_a_caller_may_bring_a_rule_of_its_own() -> None:
    case = Case("a", "How much?", answerable=False)
    own = evaluate(lambda _: "PASS", [case], is_refusal=lambda text: text == "PASS")
    assert own.results[0].right
    assert not evaluate(lambda _: "PASS", [case]).results[0].right
