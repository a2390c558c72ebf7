"""A chat model as judge, over real sockets: what it may do wrong, and what the report then says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chat_server import Behaviour, cut, drips, hangs, refuses, says, serving
from eval import Case, JudgeError, Report, as_text, evaluate, judge_of
from eval.judges.judge import Judge
from eval.reports.html import render_html
from rag.settings import Settings

GOOD = json.dumps({"verdict": "supported", "score": 0.9, "reason": "it says so"})
CASES = [Case(f"c{n}", "Who?", answerable=True, facts=(("Ada",),)) for n in range(2)]
ROW = {"response": "Ada did it. [1] So did Bob. [1]", "retrieved_contexts": ["Ada did it."]}


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0000")


def judge(url: str, **settings: Any) -> Judge:
    return judge_of("chat:openai:tiny", Settings(chat_base_url=url, **settings))


def reported(*behaviours: Behaviour, **settings: Any) -> Report:
    """Two cases of two sentences each, judged over a server that behaves like this."""
    with serving(*behaviours) as server:
        return evaluate(lambda question: ROW, CASES, judge=judge(server.url, **settings))


def test_a_good_judge_gives_verdicts_with_reasons() -> None:
    with serving(says(GOOD)) as server:
        support = judge(server.url)("Ada did it.", "Ada did it.")
    assert (support.verdict, support.score, support.reasons) == ("supported", 0.9, ("it says so",))
    asked = server.asked()
    assert '"sentence": "Ada did it."' in asked
    assert server.requests[0]["temperature"] == 0


@pytest.mark.parametrize("wrapped", ["```json\n{}\n```", "<think>so {{x}}</think>\n{}", "Sure: {}"])
def test_an_object_with_something_around_it_is_found(wrapped: str) -> None:
    with serving(says(wrapped.replace("{}", GOOD))) as server:
        assert judge(server.url)("a b", "a b").verdict == "supported"


@pytest.mark.parametrize(
    "reply",
    [
        "supported",
        "",
        GOOD[:20],
        "[]",
        '{"verdict": "yes", "score": 0.9, "reason": "x"}',
        '{"verdict": "supported", "score": 7, "reason": "x"}',
        '{"verdict": "supported", "score": NaN, "reason": "x"}',
        '{"verdict": "supported", "reason": "x"}',
    ],
)
def test_rubbish_is_asked_once_more_and_then_a_failure(reply: str) -> None:
    with serving(says(reply)) as server:
        with pytest.raises(JudgeError, match="gave no verdict"):
            judge(server.url)("a b", "a b")
        assert len(server.requests) == 2
        assert "could not be used" in server.asked(1)


def test_a_second_reply_that_is_good_counts() -> None:
    with serving(says("rubbish"), says(GOOD)) as server:
        assert judge(server.url)("a b", "a b").verdict == "supported"


@pytest.mark.parametrize(
    "behaviours",
    [
        (says("I think it is fine."),),
        (says(GOOD[:25]),),
        (cut(GOOD[:25]),),
        (refuses(500, "broken"),),
        (hangs,),
        (drips,),
    ],
    ids=["rubbish", "half JSON", "cut", "error", "silent", "drips"],
)
def test_a_judge_that_fails_leaves_the_report_complete_and_honest(
    behaviours: tuple[Behaviour, ...],
) -> None:
    report = reported(*behaviours, chat_timeout=0.3)
    faithfulness = report.score("faithfulness")
    assert (faithfulness.value, faithfulness.n, faithfulness.failed) == (0, 2, 2)
    assert report.score("facts_found").value == 1
    assert report.score("facts_found").failed == 0
    assert report.failed == 0
    written = report.as_dict()
    assert written["judge"]["failed_sentences"] == 4
    assert len(written["results"]) == 2
    assert all(s["error"] for row in written["results"] for s in row["sentences"])
    json.dumps(written, allow_nan=False)
    assert "It failed on 4 sentences" in as_text(report)
    assert "It failed on 4 sentences" in render_html(report)


def test_a_judge_that_fails_now_and_then_costs_only_those_sentences() -> None:
    report = reported(says(GOOD), says("x"), says("x"), says(GOOD))
    faithfulness = report.score("faithfulness")
    assert (faithfulness.value, faithfulness.n, faithfulness.failed) == (0.75, 2, 1)


def test_kept_verdicts_make_a_second_run_the_same_without_a_server(tmp_path: Path) -> None:
    kept = tmp_path / "verdicts.jsonl"
    with serving(says(GOOD)) as server:
        settings = Settings(chat_base_url=server.url)
        first = evaluate(
            lambda question: ROW, CASES, judge=judge_of("chat:openai:tiny", settings, kept)
        )
    again = evaluate(
        lambda question: ROW, CASES, judge=judge_of("chat:openai:tiny", settings, kept)
    )
    assert json.dumps(again.as_dict()) == json.dumps(first.as_dict())
    assert len(server.requests) == 2  # two different pairs


def test_a_judge_without_its_key_is_refused_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(JudgeError, match="OPENAI_API_KEY"):
        judge_of("chat:openai:tiny", Settings())
