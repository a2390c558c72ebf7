"""Goes on with the last answer: ``tell me more``, ``shorter, please``."""

from collections.abc import Callable
from dataclasses import dataclass

from rag.types import AnswerLength, History, Intent

LENGTHS: dict[Intent, AnswerLength] = {"more": "full", "shorter": "short"}


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """The last question that was answered from the documents.

    :param history: the turns before it.
    :param shown: what was answered since.
    """

    question: str
    history: History
    shown: str

    def shows(self, text: str) -> bool:
        """Whether a sentence was shown already."""
        return " ".join(text.split()) in self.shown


def find_last_answer(history: History, asks_for_answer: Callable[[str], bool]) -> LastAnswer | None:
    """Find the last question that asked for an answer; None when there is none."""
    for place in range(len(history) - 1, -1, -1):
        if asks_for_answer(history[place][0]):
            shown = " ".join(" ".join(answer.split()) for _, answer in history[place:])
            return LastAnswer(history[place][0], history[:place], shown)
    return None
