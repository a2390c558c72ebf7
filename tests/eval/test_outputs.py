"""Runs that are stopped and go on, and outputs that were stored by anybody."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from eval import Case, CasesError, evaluate, load_outputs, score
from eval.outputs import OutcomeCache, export_trial
from rag import Rag

ROOT = Path(__file__).resolve().parents[2]
CASES = [
    Case(f"c{n}", f"Question {n}?", answerable=True, facts=((f"fact {n}",),)) for n in range(6)
]


class Counting:
    """Answers right, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, question: str) -> dict[str, Any]:
        self.asked.append(question)
        return {"response": f"It is fact {question.split()[1][:-1]}.", "confidence": 0.5}


def as_json(report: Any) -> str:
    return json.dumps(report.as_dict())


def test_what_was_asked_is_not_asked_again(tmp_path: Path) -> None:
    keep = tmp_path / "run.jsonl"
    first, second = Counting(), Counting()
    whole = evaluate(first, CASES, keep=keep)
    again = evaluate(second, CASES, keep=keep)
    assert len(first.asked) == 6
    assert second.asked == []
    assert as_json(again) == as_json(whole)
    assert again.times_as_dict() == whole.times_as_dict()


def test_a_changed_case_or_another_bot_is_asked(tmp_path: Path) -> None:
    keep = tmp_path / "run.jsonl"
    evaluate(Counting(), CASES, keep=keep, identity="one")
    bot = Counting()
    changed = Case("c0", "Question 0?", answerable=True, facts=(("another fact",),))
    evaluate(bot, [changed, *CASES[1:]], keep=keep, identity="one")
    assert bot.asked == ["Question 0?"]
    evaluate(bot, CASES, keep=keep, identity="two")
    assert len(bot.asked) == 7


def test_a_failure_is_asked_again(tmp_path: Path) -> None:
    def broken(question: str) -> str:
        raise RuntimeError("no light")

    keep = tmp_path / "run.jsonl"
    assert evaluate(broken, CASES, keep=keep).failed == 6
    assert evaluate(Counting(), CASES, keep=keep).failed == 0


def test_killed_in_the_middle_it_goes_on_to_the_same_report(tmp_path: Path) -> None:
    script = tmp_path / "bot.py"
    script.write_text(
        """
import json, os, signal, sys
from eval import Case, evaluate
cases = [
    Case(f"c{n}", f"Question {n}?", answerable=True, facts=((f"fact {n}",),)) for n in range(6)
]
asked = []
def bot(question):
    asked.append(question)
    if len(asked) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    return {"response": f"It is fact {question.split()[1][:-1]}.", "confidence": 0.5}
print(json.dumps(evaluate(bot, cases, keep=sys.argv[1]).as_dict()))
print(len(asked))
""",
        encoding="utf-8",
    )

    def run(keep: Path, killed_at: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(script), str(keep), str(killed_at)],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )

    whole = run(tmp_path / "whole.jsonl", 0).stdout.splitlines()
    keep = tmp_path / "run.jsonl"
    killed = run(keep, 4)
    assert killed.returncode == -signal.SIGKILL
    with keep.open("a") as file:
        file.write('\n{"key": "torn')
    resumed = run(keep, 0).stdout.splitlines()
    assert resumed[0] == whole[0]
    assert (whole[1], resumed[1]) == ("6", "3")


def test_an_outcome_of_a_real_bot_is_kept_whole(bot: Rag, tmp_path: Path) -> None:
    case = Case("m", "Which markers identify them?", answerable=True, facts=(("CD133",),))
    first = evaluate(bot, [case], keep=tmp_path / "run.jsonl")
    kept = OutcomeCache(tmp_path / "run.jsonl", "").get(case)
    assert kept == first.trials[0].outcome
    assert kept.passages


def write(path: Path, *rows: Any) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_rows_with_the_names_of_ragas_bring_their_cases(tmp_path: Path) -> None:
    path = write(
        tmp_path / "run.jsonl",
        {
            "user_input": "Where from?",
            "response": "From cord blood.",
            "retrieved_contexts": ["They come from cord blood."],
            "reference": "From the cord blood",
        },
        {"question": "Who?", "answer": "Ada [1]", "contexts": ["Ada."], "ground_truth": "Ada"},
        {"user_input": "Why?", "response": "I don't know.", "reference": ""},
        {"user_input": [{"type": "human", "content": "How?"}], "response": "", "reference": "So"},
    )
    report = score(load_outputs(path), name="their system")
    assert [result.right for result in report.results] == [True, True, True, False]
    assert report.score("exact_match").value == 2 / 3
    assert report.score("abstention_recall").value == 1
    assert report.failed == 1
    assert [trial.case.question for trial in report.trials] == [
        "Where from?",
        "Who?",
        "Why?",
        "How?",
    ]


def test_rows_find_their_cases_by_id_or_question_and_missing_ones_fail(tmp_path: Path) -> None:
    path = write(
        tmp_path / "run.jsonl",
        {"id": "c1", "response": "It is fact 1."},
        {"user_input": "Question 0?", "response": "It is fact 0."},
    )
    report = score(load_outputs(path, CASES[:3]))
    assert [trial.case.id for trial in report.trials] == ["c0", "c1", "c2"]
    found = report.score("facts_found")
    assert (found.value, found.n, found.failed) == (2 / 3, 3, 1)
    assert "no row" in report.trials[2].outcome.error


@pytest.mark.parametrize(
    ("rows", "remedy"),
    [
        ([{"response": "x"}], "it matches no case"),
        ([{"id": "c0", "response": "x"}, {"id": "c0", "response": "y"}], "two rows"),
        ([], "holds no outputs"),
    ],
)
def test_outputs_that_fit_nothing_are_refused(tmp_path: Path, rows: Any, remedy: str) -> None:
    with pytest.raises(CasesError, match=remedy):
        load_outputs(write(tmp_path / "run.jsonl", *rows), CASES)


def test_an_export_scores_as_the_run_did(bot: Rag, tmp_path: Path) -> None:
    from eval import seed_cases

    cases = seed_cases()[::9]
    report = evaluate(bot, cases)
    path = write(tmp_path / "run.jsonl", *(export_trial(trial) for trial in report.trials))
    again = score(load_outputs(path))
    assert {s.name: s.value for s in again.scores} == {s.name: s.value for s in report.scores}
    row = export_trial(report.trials[0])
    assert {"user_input", "response", "retrieved_contexts", "reference"} <= row.keys()
