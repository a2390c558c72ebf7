"""Two reports side by side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval import Case, CasesError, Report, compare, evaluate, load_report, worse_than

CASES = [Case(f"c{n}", f"Q{n}?", answerable=True, facts=(("Ada",),)) for n in range(40)]
CASES += [Case(f"u{n}", f"U{n}?", answerable=False) for n in range(10)]


def run(right: int, refused: int = 5) -> dict[str, Any]:
    """A report in which so many are right and so many of the unanswerable are refused."""

    def bot(question: str) -> dict[str, Any]:
        number = int(question[1:-1])
        if question.startswith("U"):
            return {"response": "I don't know." if number < refused else "Ada."}
        return {"response": "Ada." if number < right else "Bob."}

    return evaluate(bot, CASES).as_dict()


def test_a_clear_gain_a_clear_loss_and_no_change() -> None:
    found = compare(run(20), run(35, refused=0))
    change = {each.name: each for each in found.changes}
    assert (change["facts_found"].before, change["facts_found"].after) == (20 / 40, 35 / 40)
    assert change["facts_found"].clear == "better"
    assert change["abstention_recall"].clear == "worse"
    assert change["answered"].clear == ""
    assert (change["answered"].low, change["answered"].high) == (0, 0)
    assert found.gained == tuple(f"c{n}" for n in range(20, 35))
    assert found.lost == tuple(f"u{n}" for n in range(5))
    assert found.alone == ()


def test_a_small_change_is_not_called_clear() -> None:
    change = {each.name: each for each in compare(run(20), run(21)).changes}
    assert change["facts_found"].clear == ""
    assert change["facts_found"].low <= 1 / 40 <= change["facts_found"].high
    assert worse_than(run(21), run(20)) == []


def test_worse_than_a_baseline_is_a_sentence_with_its_interval() -> None:
    (facts, *_) = worse_than(run(35), run(10))
    assert facts.startswith("facts_found fell from 0.875 to 0.250")
    assert "n=40" in facts


def test_metrics_over_other_sums_are_compared_too() -> None:
    change = {each.name: each for each in compare(run(20, 10), run(20, 5)).changes}
    # 2TP / (2TP + FP + FN): 20 / 20, then 10 / (10 + 5)
    assert change["abstention_f1"].before == 1
    assert change["abstention_f1"].after == pytest.approx(10 / 15)


def test_cases_that_changed_or_are_alone_are_left_out() -> None:
    before = run(20)
    after = run(20)
    after["results"] = after["results"][1:]
    after["results"][0]["question"] = "Another?"
    found = compare(before, after)
    assert found.alone == ("c0", "c1")
    with pytest.raises(CasesError, match="no case in common"):
        compare(before, before | {"results": []})


def test_other_judges_are_said() -> None:
    other = run(20)
    other["judge"] = other["judge"] | {"identity": "chat:x"}
    (note,) = compare(run(20), other).notes
    assert "different judges" in note


def test_a_report_is_read_or_refused_with_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    report = run(20)
    path.write_text(json.dumps(report))
    assert load_report(path) == report
    for text in ("{", "[]", '{"format": "other"}'):
        path.write_text(text)
        with pytest.raises(CasesError, match=r"report\.json"):
            load_report(path)
    with pytest.raises(CasesError, match="cannot be read"):
        load_report(tmp_path / "none.json")


def test_a_report_of_nothing_right_compares_with_itself() -> None:
    empty = Report(evaluate(lambda question: "", CASES[:3]).trials).as_dict()
    assert {each.clear for each in compare(empty, empty).changes} == {""}
