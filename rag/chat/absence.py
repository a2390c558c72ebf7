"""Recognises what a chat model says about the passages: that they do not say something."""

from rag.answers.abstention import is_abstention
from rag.english.patterns.refusals.absence import CONCEDES, NAMES_SOURCE, SAYS_ABSENT, TURNS

_LONGEST = 600
"""Characters; a longer sentence says more than that."""


def says_absent(sentence: str, *, marked: bool = False) -> bool:
    """Whether a sentence of a reply only says that the passages do not say something.

    :param marked: whether it cites a passage; then it has to name them.
    """
    if len(sentence) > _LONGEST:
        return False
    if NAMES_SOURCE.search(sentence) or is_abstention(sentence):
        return True
    return not marked and SAYS_ABSENT.search(sentence) is not None


def split_absence(sentence: str, *, marked: bool = False) -> tuple[str, str]:
    """Split a sentence in what it says is absent, and what it says besides.

    Either is empty where the sentence has none.
    """
    if len(sentence) > _LONGEST:
        return "", sentence
    if conceded := CONCEDES.fullmatch(sentence):
        absent, said = conceded.groups()
        if says_absent(absent, marked=marked) and not says_absent(said, marked=marked):
            return f"{_capitalize(absent)}.", _capitalize(said)
    for turn in TURNS.finditer(sentence):
        before, after = sentence[: turn.start()], sentence[turn.end() :]
        first, second = (says_absent(part, marked=marked) for part in (before, after))
        if first and not second:
            return f"{before}.", _capitalize(after)
        if second and not first:
            return _capitalize(after), f"{before}."
    return (sentence, "") if says_absent(sentence, marked=marked) else ("", sentence)


def _capitalize(text: str) -> str:
    return text[:1].upper() + text[1:]
