"""A conversation grows turn by turn, and nothing that happens in one leaves it stuck."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from rag import Answer, LibraryBusyError, QuestionError, Rag, Sentence, Support
from rag.types import EVERYTHING, Filter, History
from ui.web.chat.conversation import (
    Conversation,
    Turn,
    read_conversation,
    stream_turns,
    text_to_return,
)
from ui.work_queue import Waiting


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
        self.asked: list[str] = []
        self.closed = False

    def stream(
        self, question: str, history: History = (), *, where: Filter = EVERYTHING
    ) -> Iterator[Answer]:
        self.asked.append(question)
        try:
            for item in self.queue:
                if isinstance(item, Exception):
                    raise item
                yield item
        finally:
            self.closed = True


def asked(rag: Rag, question: object) -> list[Turn]:
    return list(stream_turns(rag.stream, question))


ONE = growing("One.")[0]
TALK = Conversation("c1", (Turn("a?", ONE, "", True), Turn("failed?", None, "It failed.", True)))


def test_a_turn_shows_each_snapshot_and_then_is_complete() -> None:
    turns = asked(QueuedRag(*growing("One.", "Two.")), "  What?  ")
    assert [turn.question for turn in turns] == ["What?"] * 4
    texts = [turn.answer.text if turn.answer else None for turn in turns]
    assert texts == [None, "One.", "One. Two.", "One. Two."]
    assert [turn.complete for turn in turns] == [False, False, False, True]


def test_a_turn_keeps_its_id_while_it_grows_and_no_other_has_it() -> None:
    first, second = (asked(QueuedRag(*growing("One.", "Two.")), "What?") for _ in range(2))
    ids = [{turn.id for turn in turns} for turns in (first, second)]
    assert [len(found) for found in ids] == [1, 1]
    assert ids[0] != ids[1]


def test_earlier_turns_with_an_answer_are_the_history() -> None:
    assert TALK.history == (("a?", "One."),)


def test_a_place_in_the_line_is_told_until_the_answer_comes() -> None:
    def ask(_: str) -> Iterator[Answer | Waiting]:
        yield Waiting(2)
        yield from growing("One.")

    notices = [turn.notice for turn in stream_turns(ask, "What?")]
    assert [bool(notice) for notice in notices] == [False, True, False, False]
    assert "2 questions come before yours" in notices[1]


def test_closing_a_turn_closes_the_answer() -> None:
    rag = QueuedRag(*growing("One.", "Two."))
    turns = stream_turns(rag.stream, "What?")
    next(turns)
    next(turns)
    turns.close()
    assert rag.closed


@pytest.mark.fault(94)
@pytest.mark.parametrize("question", [None, "", " \n ", 7, ["x"], {"text": "x"}])
def test_what_is_no_question_is_refused_without_asking(question: object) -> None:
    rag = QueuedRag()
    (turn,) = asked(rag, question)
    assert turn == Turn("", None, "Please type a question first.", True)
    assert rag.asked == []


@pytest.mark.fault(94)
def test_three_megabytes_come_back_short() -> None:
    book = "x" * 3_000_000
    last = asked(QueuedRag(QuestionError("the question is too long")), book)[-1]
    assert last.notice == "The question is too long."
    shown = Conversation(turns=(last,)).messages()
    assert sum(len(message["content"]) for message in shown) < 3_000
    assert len(text_to_return(book, last)) == 100_000
    assert text_to_return("short?", last) == ""


@pytest.mark.parametrize("error", [LibraryBusyError("it is busy"), RuntimeError("secret")])
def test_an_error_midway_ends_the_turn_with_a_sentence(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        last = asked(QueuedRag(*growing("One."), error), "What?")[-1]
    assert last.complete
    assert last.answer is None
    known = isinstance(error, LibraryBusyError)
    assert last.notice.startswith("It is busy." if known else "Something went wrong.")
    assert "secret" not in last.notice
    assert ("answering failed" in caplog.text) != known


def test_a_library_that_cannot_be_opened_is_a_reply() -> None:
    def ask(_: str) -> Iterator[Answer]:
        raise LibraryBusyError("it is busy")

    *_, last = stream_turns(ask, "What?")
    assert last.notice == "It is busy."


def test_stop_ends_what_is_unfinished_and_leaves_the_rest() -> None:
    assert Conversation().end_last_turn() == Conversation()
    assert TALK.end_last_turn() == TALK
    *kept, ended = TALK.add_turn(Turn("b?", ONE)).end_last_turn().turns
    assert tuple(kept) == TALK.turns
    assert ended == Turn("b?", ONE, "Stopped.", True)


def test_messages_alternate_and_an_open_turn_says_that_it_waits() -> None:
    messages = TALK.add_turn(Turn("<b>b?")).messages()
    assert [message["role"] for message in messages] == ["user", "assistant"] * 3
    assert "&lt;b&gt;b?" in messages[-2]["content"]
    assert "Searching your documents" in messages[-1]["content"]
    assert "It failed." in messages[3]["content"]
    assert 'name="up" value="0"' in messages[1]["content"]
    assert 'name="up"' not in messages[3]["content"]


def test_a_conversation_comes_back_from_the_browser_as_it_was() -> None:
    assert read_conversation(TALK.as_json()) == TALK


def test_a_real_answer_comes_back_with_its_citations(bot: Rag) -> None:
    answer = bot.ask("Which markers help identify cancer stem cells?")
    refused = bot.ask("How much does a ticket to Paris cost?")
    talk = Conversation("c", (Turn("q", answer, "", True), Turn("r", refused, "", True)))
    back = read_conversation(talk.as_json())
    assert [turn.answer.citations for turn in back.turns if turn.answer] == [answer.citations, ()]
    assert [len(turn.answer.passages) for turn in back.turns if turn.answer] == [0, 3]
    assert back.messages() == talk.messages()


@pytest.mark.parametrize(
    "kept",
    [None, "", "null", "[]", "{", '{"turns": 7}', '{"turns": [{"question": 7}]}', "x" * 4_000_001],
)
def test_what_is_no_conversation_is_an_empty_one(kept: object) -> None:
    assert read_conversation(kept) == Conversation()


def test_a_scope_is_taken_off_for_one_question_only() -> None:
    kept = read_conversation('{"id": "1", "turns": [], "narrow": false}')
    assert kept.narrow is False
    assert read_conversation(kept.as_json()).narrow is True
