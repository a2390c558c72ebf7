"""A conversation as data: questions, answers, and the history that a follow-up needs.

Turns a question into growing turns, turns into chat messages, and a conversation into the text that
the browser keeps. The server keeps none of it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Literal
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from rag.types import Answer
from ui.escape import shorten
from ui.web.views.citation import NEAREST
from ui.web.views.error_messages import page_sentence
from ui.web.views.messages import question_html, reply_html
from ui.work_queue import Waiting

logger = logging.getLogger(__name__)

LONGEST_KEPT = 1_500_000
"""Characters of a conversation taken from a browser; some 200 questions with their answers."""
_ECHO = 1_000
"""Characters of a question shown in the chat; a pasted book is not."""
_LONGEST_BACK = 100_000
"""Characters of a refused question put back into the box."""
Ask = Callable[[str], Generator[Answer | Waiting]]
"""A question → its place in the queue, then its growing answers."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One question with what came of it so far.

    :param answer: the answer so far; None before its first sentence and after an error.
    :param notice: a message beside it, for example an error; plain text.
    :param complete: whether nothing more comes.
    :param id: names it in every tab of the browser, which merges the turns of two tabs by it.
    :param rating: the thumb that the person gave the answer.
    :param selected: names of the documents to which the person limited the search; of many, some.
    """

    question: str
    answer: Answer | None = None
    notice: str = ""
    complete: bool = False
    id: str = ""
    rating: Literal["", "up", "down"] = ""
    selected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """What one browser has asked; the id is the browser's own name for it.

    :param narrow: whether the next question may name the documents that are searched; see
        :class:`rag.types.Filter`.
    """

    id: str = ""
    turns: tuple[Turn, ...] = ()
    narrow: bool = True

    @property
    def history(self) -> tuple[tuple[str, str], ...]:
        """Earlier questions with their answers, oldest first, as the library wants them."""
        return tuple((turn.question, turn.answer.text) for turn in self.turns if turn.answer)

    def add_turn(self, turn: Turn) -> Conversation:
        """Return the conversation with one more turn."""
        return replace(self, turns=(*self.turns, turn))

    def end_last_turn(self) -> Conversation:
        """Return the conversation after Stop: an unfinished turn ends with what it has."""
        if not self.turns or self.turns[-1].complete:
            return self
        last = replace(self.turns[-1], notice="Stopped.", complete=True)
        return replace(self, turns=(*self.turns[:-1], last))

    def messages(self) -> list[dict[str, str]]:
        """Chat messages whose content is inert HTML."""
        messages = []
        for number, turn in enumerate(self.turns):
            key = (turn.id or str(number)) if turn.question and turn.complete else None
            if turn.question:
                content = question_html(turn.question, key)
                messages.append({"role": "user", "content": content})
            content = reply_html(turn.answer, turn.notice, key, turn.rating, turn.selected)
            messages.append({"role": "assistant", "content": content})
        return messages

    def as_json(self) -> str:
        """The form that the browser keeps; :func:`read_conversation` reads it."""
        turns = tuple(replace(turn, answer=_drop_passages(turn.answer)) for turn in self.turns)
        return _ADAPTER.dump_json(replace(self, turns=turns, narrow=True)).decode()


_ADAPTER = TypeAdapter(Conversation)


def read_conversation(kept: object) -> Conversation:
    """Read what a browser has kept; an empty conversation if that cannot be read.

    None of it is trusted: it becomes values of known types, and those become escaped text.
    """
    if not isinstance(kept, str) or not kept or len(kept) > LONGEST_KEPT:
        return Conversation()
    try:
        return _ADAPTER.validate_json(kept)
    except ValidationError:
        logger.warning("a browser sent a conversation that cannot be read; a new one is started")
        return Conversation()


def stream_turns(ask: Ask, question: object) -> Generator[Turn]:
    """Yield the turn as it grows; the last one is complete. An error ends the turn with a notice.

    Closing the generator closes the answer's own stream, so that a stopped answer stops working.

    :param question: what came from the browser; a text if all is well.
    """
    if not isinstance(question, str) or not question.strip():
        yield Turn("", notice="Please type a question first.", complete=True)
        return
    question = question.strip()
    empty = turn = Turn(shorten(question, _ECHO), id=uuid4().hex)
    yield turn
    try:
        with closing(ask(question)) as snapshots:
            for item in snapshots:
                if isinstance(item, Waiting):
                    turn = replace(empty, notice=str(item))
                else:
                    turn = replace(empty, answer=item)
                yield turn
    except Exception as error:  # noqa: BLE001 - the outermost edge of the page: log, report, go on
        turn = replace(empty, notice=page_sentence(error))
    yield replace(turn, complete=True)


def text_to_return(question: object, turn: Turn) -> str:
    """The text that goes back into the box: a question that was refused for its length."""
    if not isinstance(question, str) or turn.answer is not None or len(question) <= _ECHO:
        return ""
    return question.strip()[:_LONGEST_BACK]


def _drop_passages(answer: Answer | None) -> Answer | None:
    """Drop the passages that the page does not show."""
    if answer is None:
        return None
    most = NEAREST if answer.status == "abstained" else 0
    return replace(answer, passages=answer.passages[:most])
