"""A conversation as data: what was asked, what came back, what a follow-up leans on.

Nothing here knows the page: it turns a question into growing turns, turns into chat messages, and
a whole conversation into the text that the browser keeps. The server keeps none of it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache
from typing import cast

from pydantic import TypeAdapter, ValidationError

from rag.errors import RagError
from rag.types import Answer
from ui.answering import FAILED, Waiting, log_failure, sentence_of
from ui.escape import shortened
from ui.web.views.render import NEAREST, question_html, reply_html

logger = logging.getLogger(__name__)

LONGEST_KEPT = 4_000_000
"""Characters of a conversation taken from a browser; some 500 questions with their answers."""
_ECHO = 1_000
"""Characters of a question shown in the chat; a pasted book is not."""
_LONGEST_RETURNED = 100_000
"""Characters of a refused question put back into the box."""
Ask = Callable[[str], Generator[Answer | Waiting]]
"""A question → its growing answers, and its place in the line before the first of them."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One question with what came of it so far.

    :param answer: as much of it as there is; None before its first sentence and after an error.
    :param notice: what else is to be said, an error for example; plain text.
    :param complete: whether nothing more comes.
    """

    question: str
    answer: Answer | None = None
    notice: str = ""
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    """What one browser has asked.

    :param id: the browser's own name for it.
    """

    id: str = ""
    turns: tuple[Turn, ...] = ()

    @property
    def history(self) -> tuple[tuple[str, str], ...]:
        """Earlier questions with their answers, oldest first, as the library wants them."""
        return tuple((turn.question, turn.answer.text) for turn in self.turns if turn.answer)

    def grown(self, turn: Turn) -> Conversation:
        """The same with one turn more."""
        return replace(self, turns=(*self.turns, turn))

    def stopped(self) -> Conversation:
        """The same after Stop: an unfinished turn ends with what it has."""
        if not self.turns or self.turns[-1].complete:
            return self
        last = replace(self.turns[-1], notice="Stopped.", complete=True)
        return replace(self, turns=(*self.turns[:-1], last))

    def messages(self) -> list[dict[str, str]]:
        """Chat messages whose content is inert HTML."""
        messages = []
        for number, turn in enumerate(self.turns):
            if turn.question:
                asked = question_html(turn.question, number if turn.complete else None)
                messages.append({"role": "user", "content": asked})
            reply = reply_html(
                turn.answer, turn.notice, number if turn.question and turn.complete else None
            )
            messages.append({"role": "assistant", "content": reply})
        return messages

    def as_json(self) -> str:
        """The form that the browser keeps; :func:`conversation_of` reads it."""
        turns = tuple(replace(turn, answer=_kept(turn.answer)) for turn in self.turns)
        return _adapter().dump_json(replace(self, turns=turns)).decode()


def conversation_of(kept: object) -> Conversation:
    """What a browser has kept; an empty conversation when that cannot be read.

    Nothing in it is trusted: it becomes values of known types, and those become escaped text.
    """
    if not isinstance(kept, str) or not kept or len(kept) > LONGEST_KEPT:
        return Conversation()
    try:
        return _adapter().validate_json(kept)
    except ValidationError:
        logger.warning("a browser sent a conversation that cannot be read; it starts anew")
        return Conversation()


def replies(ask: Ask, question: object) -> Generator[Turn]:
    """The turn as it grows; the last one is complete, an error being a reply too.

    Closing the generator closes the answer's own stream, so that a stopped answer stops working.

    :param ask: gives growing answers to a question; an error on the way is a reply as well.
    :param question: what came from the browser: a text if all is well.
    """
    if not isinstance(question, str) or not question.strip():
        yield Turn("", notice="Please type a question first.", complete=True)
        return
    question = question.strip()
    asked = turn = Turn(shortened(question, _ECHO))
    yield turn
    try:
        with closing(ask(question)) as snapshots:
            for item in snapshots:
                if isinstance(item, Waiting):
                    turn = replace(asked, notice=str(item))
                else:
                    turn = replace(asked, answer=item)
                yield turn
    except RagError as error:
        turn = replace(asked, notice=sentence_of(error))
    except Exception as error:  # noqa: BLE001 - the page's outermost edge: log it, say it, go on
        log_failure(error)
        turn = replace(asked, notice=FAILED)
    yield replace(turn, complete=True)


def returned(question: object, turn: Turn) -> str:
    """What goes back into the box: a question that was refused for its length, to be changed."""
    refused = isinstance(question, str) and turn.answer is None and len(question) > _ECHO
    return cast("str", question).strip()[:_LONGEST_RETURNED] if refused else ""


def _kept(answer: Answer | None) -> Answer | None:
    """An answer without the passages that the page does not show."""
    if answer is None:
        return None
    shown = NEAREST if answer.status == "abstained" else 0
    return replace(answer, passages=answer.passages[:shown])


@cache
def _adapter() -> TypeAdapter[Conversation]:
    return TypeAdapter(Conversation)
