"""A conversation grows turn by turn, and nothing that happens in one leaves it stuck."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from rag import Answer, LibraryBusyError, QuestionError, Rag, Sentence, Support
from rag.types import History
from ui.conversation import Turn, history_of, messages_of, replies, stopped


def growing(*texts: str) -> list[Answer]:
    said = [Sentence(text, (), Support("supported", 1.0)) for text in texts]
    return [
        Answer("q", "q", "answered", " ".join(texts[:n]), tuple(said[:n]), (), "extractive", 0.9)
        for n in range(1, len(texts) + 1)
    ]


class QueuedRag(Rag):
    """Gives what it was told to give and keeps what it was asked."""

    def __init__(self, *queue: Answer | Exception) -> None:
        super().__init__()
        self.queue = list(queue)
        self.asked: list[tuple[str, History]] = []
        self.closed = False

    def stream(self, question: str, history: History = ()) -> Iterator[Answer]:
        self.asked.append((question, history))
        try:
            for item in self.queue:
                if isinstance(item, Exception):
                    raise item
                yield item
        finally:
            self.closed = True


def test_a_turn_shows_each_snapshot_and_then_is_complete() -> None:
    turns = list(replies(QueuedRag(*growing("One.", "Two.")), "  What?  "))
    assert [turn.question for turn in turns] == ["What?"] * 4
    assert [turn.answer for turn in turns] == ["", "One.", "One. Two.", "One. Two."]
    assert [turn.complete for turn in turns] == [False, False, False, True]


def test_earlier_turns_with_an_answer_are_the_history() -> None:
    rag = QueuedRag(*growing("Three."))
    earlier = (Turn("a?", "<div>x</div>", "x", True), Turn("failed?", "<div>!</div>", "", True))
    list(replies(rag, "c?", earlier))
    assert rag.asked == [("c?", (("a?", "x"),))]


def test_closing_a_turn_closes_the_answer() -> None:
    rag = QueuedRag(*growing("One.", "Two."))
    turns = replies(rag, "What?")
    next(turns)
    next(turns)
    turns.close()
    assert rag.closed


@pytest.mark.fault(94)
@pytest.mark.parametrize("question", [None, "", " \n ", 7, ["x"], {"text": "x"}])
def test_what_is_no_question_is_refused_without_asking(question: object) -> None:
    rag = QueuedRag()
    (turn,) = replies(rag, question)
    assert "Please type a question first." in turn.shown
    assert turn.complete
    assert rag.asked == []


@pytest.mark.fault(94)
def test_three_megabytes_come_back_short() -> None:
    turns = list(replies(QueuedRag(QuestionError("the question is too long")), "x" * 3_000_000))
    assert "The question is too long." in turns[-1].shown
    assert sum(len(message["content"]) for message in messages_of(turns[-1:])) < 3_000
    assert 0 < len(turns[-1].returned) <= 100_000


@pytest.mark.parametrize("error", [LibraryBusyError("it is busy"), RuntimeError("secret")])
def test_an_error_midway_ends_the_turn_with_a_sentence(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        last = list(replies(QueuedRag(*growing("One."), error), "What?"))[-1]
    assert last.complete
    assert last.answer == ""
    known = isinstance(error, LibraryBusyError)
    assert ("It is busy." if known else "Something went wrong.") in last.shown
    assert "secret" not in last.shown
    assert ("answering failed" in caplog.text) != known


def test_stop_marks_what_is_unfinished_and_leaves_the_rest() -> None:
    done, open_turn = Turn("a?", "<div>x</div>", "x", True), Turn("b?", "<div>y</div>", "y")
    assert stopped(()) == ()
    assert stopped((done,)) == (done,)
    kept, ended = stopped((done, open_turn))
    assert kept == done
    assert ended.complete
    assert "Stopped." in ended.shown


def test_messages_alternate_and_an_open_turn_says_that_it_waits() -> None:
    messages = messages_of([Turn("<b>a?", "<div>x</div>", "x", True), Turn("b?")])
    assert [message["role"] for message in messages] == ["user", "assistant"] * 2
    assert "&lt;b&gt;a?" in messages[0]["content"]
    assert "Looking it up" in messages[-1]["content"]
    assert history_of([Turn("b?")]) == ()
