"""A conversation as data: what was asked, what is shown, what a follow-up leans on.

Nothing here knows the page: it turns a question into growing turns, and turns into chat messages.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from rag.errors import QuestionError, RagError
from ui.render import answer_html, error_html, notice_html, question_html, shortened, waiting_html

if TYPE_CHECKING:
    from rag import Answer, Rag

logger = logging.getLogger(__name__)

_ECHO = 1_000
"""Characters of a question shown in the chat; a pasted book is not."""
_LONGEST_RETURNED = 100_000
"""Characters of a refused question put back into the box."""
_FAILED = "Something went wrong. Please ask again; the server's log has the details."


@dataclass(frozen=True, slots=True)
class Turn:
    """One question with what is shown for it so far.

    :param shown: the reply as HTML; empty until there is one.
    :param answer: the reply as text for later turns to lean on; empty when there is none.
    :param complete: whether nothing more comes.
    :param returned: a refused question, to be put back into the box and changed there.
    """

    question: str
    shown: str = ""
    answer: str = ""
    complete: bool = False
    returned: str = ""


Turns = tuple[Turn, ...]


def replies(rag: Rag, question: object, earlier: Sequence[Turn] = ()) -> Iterator[Turn]:
    """The turn as it grows; the last one is complete, an error being a reply too.

    Closing the iterator closes the library's own stream, so that a stopped answer stops working.

    :param question: what came from the browser: a text if all is well.
    """
    if not isinstance(question, str) or not question.strip():
        yield Turn("", shown=notice_html("Please type a question first."), complete=True)
        return
    question = question.strip()
    turn = Turn(shortened(question, _ECHO))
    yield turn
    try:
        stream = cast("Generator[Answer]", rag.stream(question, history_of(earlier)))
        with closing(stream) as snapshots:
            for answer in snapshots:
                turn = replace(turn, shown=answer_html(answer), answer=answer.text)
                yield turn
    except QuestionError as error:
        turn = replace(turn, shown=error_html(error), returned=question[:_LONGEST_RETURNED])
    except RagError as error:
        turn = replace(turn, shown=error_html(error), answer="")
    except Exception:  # the page's outermost edge: log it, say it, go on
        logger.exception("answering failed")
        turn = replace(turn, shown=notice_html(_FAILED), answer="")
    yield replace(turn, complete=True)


def stopped(turns: Sequence[Turn]) -> Turns:
    """The conversation after Stop: an unfinished reply is marked as such."""
    if not turns or turns[-1].complete:
        return tuple(turns)
    last = turns[-1]
    return (*turns[:-1], replace(last, shown=last.shown + notice_html("Stopped."), complete=True))


def history_of(turns: Sequence[Turn]) -> tuple[tuple[str, str], ...]:
    """Earlier questions with their answers, oldest first, as the library wants them."""
    return tuple((turn.question, turn.answer) for turn in turns if turn.answer)


def messages_of(turns: Sequence[Turn]) -> list[dict[str, str]]:
    """The conversation as chat messages whose content is inert HTML."""
    messages = []
    for turn in turns:
        if turn.question:
            messages.append({"role": "user", "content": question_html(turn.question)})
        messages.append({"role": "assistant", "content": turn.shown or waiting_html()})
    return messages
