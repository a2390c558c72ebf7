"""Recognises what a chat model says about the passages: that they do not say something."""

from rag.answers.abstention import is_abstention
from rag.english.patterns.absence import SAYS_ABSENT, TURNS


def says_absent(sentence: str) -> bool:
    """Whether a sentence of a reply only says that the passages do not say something."""
    return SAYS_ABSENT.search(sentence) is not None or is_abstention(sentence)


def split_absence(sentence: str) -> tuple[str, str]:
    """Split a sentence that says so and goes on: what is absent, and what the passages do say.

    Either is empty where the sentence has none.
    """
    turn = TURNS.search(sentence)
    if turn and says_absent(sentence[: turn.start()]):
        rest = sentence[turn.end() :]
        return sentence[: turn.start()] + ".", rest[:1].upper() + rest[1:]
    return (sentence, "") if says_absent(sentence) else ("", sentence)
