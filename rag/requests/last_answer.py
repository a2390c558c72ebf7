"""Goes on with the last answer: ``tell me more``, ``shorter, please``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.answers.evidence import Evidence
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

    def leave_out_shown(self, ranked: Sequence[Evidence]) -> list[Evidence]:
        """The sentences that were not shown yet."""
        return [each for each in ranked if " ".join(each.text.split()) not in self.shown]


def find_last_answer(history: History, asks_for_answer: Callable[[str], bool]) -> LastAnswer | None:
    """Find the last question that asked for an answer; None when there is none."""
    for place in range(len(history) - 1, -1, -1):
        if asks_for_answer(history[place][0]):
            shown = " ".join(" ".join(answer.split()) for _, answer in history[place:])
            return LastAnswer(history[place][0], history[:place], shown)
    return None
