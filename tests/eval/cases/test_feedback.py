"""Thumbs from the chat page, kept and made into drafts of cases."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from eval import CasesError, Quote
from eval.cases import feedback
from eval.cases.case import load_cases
from eval.cases.feedback import (
    FILE,
    Feedback,
    FeedbackFullError,
    draft_from_feedback,
    feedback_on,
    keep_feedback,
    load_feedback,
)
from rag import Rag

UP = Feedback("Where from?", "Cord blood. [1]", "up", "", (Quote("a.txt", "Cord blood."),))


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    down = Feedback("What — “so”?", "No\nidea.", "down", "wrong", (), (("a?", "b."),), "2026-01-31")
    assert keep_feedback(tmp_path / "home", UP) == tmp_path / "home" / FILE
    keep_feedback(tmp_path / "home", down)
    assert load_feedback(tmp_path / "home") == (UP, down)


def test_feedback_on_a_real_answer_holds_its_quotes_and_the_time(bot: Rag, tmp_path: Path) -> None:
    answer = bot.ask("Which markers help identify cancer stem cells?")
    keep_feedback(tmp_path, feedback_on(answer, "up", " good "))
    (found,) = load_feedback(tmp_path)
    assert found.citations[0].quote == answer.citations[0].quote
    assert found.time.endswith("+00:00")
    assert found.note == "good"


def test_many_threads_lose_no_line(tmp_path: Path) -> None:
    threads = [threading.Thread(target=keep_feedback, args=(tmp_path, UP)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert load_feedback(tmp_path) == (UP,) * 20


def test_a_torn_line_costs_neither_the_next_nor_the_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keep_feedback(tmp_path, UP)
    with (tmp_path / FILE).open("a") as file:
        file.write('{"question": "Wh')
    keep_feedback(tmp_path, UP)
    assert load_feedback(tmp_path) == (UP, UP)
    assert "line 2" in caplog.text


@pytest.mark.parametrize(
    "line", ["[]", "{}", '{"question": "q", "verdict": "so-so"}', '{"question":1,"verdict":"up"}']
)
def test_what_is_not_feedback_is_left_out(tmp_path: Path, line: str) -> None:
    (tmp_path / FILE).write_text(line)
    assert load_feedback(tmp_path) == ()


def test_no_feedback_says_where_it_would_come_from(tmp_path: Path) -> None:
    with pytest.raises(CasesError, match="citespan chat"):
        load_feedback(tmp_path)


def test_a_liked_answer_drafts_its_quotes_a_disliked_one_only_the_question() -> None:
    refused = Feedback("Who won?", "The documents do not say.", "up")
    down = Feedback("Why?", "Because. [1]", "down", "too short", (Quote("a.txt", "Because."),))
    liked, right, wrong = draft_from_feedback([UP, refused, down])
    assert all(case.draft for case in (liked, right, wrong))
    assert liked.answerable
    assert liked.quotes == UP.citations
    assert not right.answerable
    assert wrong.answerable
    assert not wrong.quotes
    assert "too short" in wrong.note


def test_of_two_thumbs_for_a_question_the_last_counts() -> None:
    (draft,) = draft_from_feedback([Feedback("where FROM?", "x", "down"), UP])
    assert draft.quotes == UP.citations


def test_a_draft_is_left_out_until_a_person_removes_the_mark(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "cases.jsonl"
    (draft,) = draft_from_feedback([UP])
    path.write_text(json.dumps(draft.as_row()))
    with pytest.raises(CasesError, match="only drafts"):
        load_cases(path)
    assert load_cases(path, drafts=True) == (draft,)
    accepted = draft.as_row() | {"id": "accepted"}
    del accepted["draft"]
    path.write_text(f"{json.dumps(draft.as_row())}\n{json.dumps(accepted)}")
    assert [case.id for case in load_cases(path)] == ["accepted"]
    assert "1 drafts are left out" in caplog.text


def test_feedback_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="too long"):
        keep_feedback(tmp_path, replace(UP, note="x" * feedback.LONGEST))
    keep_feedback(tmp_path, UP)
    monkeypatch.setattr(feedback, "MOST_BYTES", (tmp_path / FILE).stat().st_size)
    with pytest.raises(FeedbackFullError, match="is full"):
        keep_feedback(tmp_path, UP)
    assert load_feedback(tmp_path) == (UP,)
