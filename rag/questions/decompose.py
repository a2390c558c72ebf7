"""Splits a question that asks for several things, each in words of its own."""

from itertools import pairwise

from rag.english.patterns.questions import ASKS_FIRST, ASKS_WITHIN, JOINED_QUESTIONS
from rag.languages.identify import ENGLISH, identify_language
from rag.questions.follow_ups import make_standalone
from rag.questions.question import parse_question
from rag.text.terms import STOP_WORDS, terms

_MOST = 3
"""Parts; a longer list of questions is asked as it is."""
_FEWEST_WORDS = 3
"""Of a part: *and why?* asks for something beside the answer, not for another one."""


def split_question(question: str) -> list[str]:
    """Split a question into parts that can each be understood alone.

    :return: the question itself where it asks for one thing, or is not in English.
    """
    cuts = [match.span() for match in JOINED_QUESTIONS.finditer(question)]
    if not cuts or identify_language(question) not in ("", ENGLISH):
        return [question]
    bounds = [(0, 0), *cuts, (len(question), len(question))]
    parts: list[str] = []
    for (_, start), (end, _) in pairwise(bounds):
        part = question[start:end].strip(" ,;?!.")
        if not part and end == len(question):
            continue
        if not _asks_alone(part, first=not parts):
            return [question]
        parts.append(part)
    if not 1 < len(parts) <= _MOST:
        return [question]
    alone = [f"{parts[0]}?"]
    for part in parts[1:]:
        told = make_standalone(f"{part}?", [(parts[0], "")])
        alone.append(_add_names(told, parts[0]) if told == f"{part}?" else told)
    return alone


def _add_names(part: str, first: str) -> str:
    """Append what the first part names to a part that names nothing itself."""
    if parse_question(part).named:
        return part
    named = parse_question(first).named
    names = [word for word in first.split() if not named.isdisjoint(terms(word))]
    return f"{part} ({' '.join(names)})" if names else part


def leave_out_topic(part: str) -> str:
    """Leave out what :func:`split_question` appended in brackets for a part to stand alone."""
    return f"{part.partition('? (')[0].rstrip('?')}?"


def _asks_alone(part: str, *, first: bool) -> bool:
    """Whether a part is a question by itself, with one question word that is its own."""
    long = len(part.split()) >= _FEWEST_WORDS
    asks = ASKS_FIRST.match(part) is not None
    knows = not first or any(term not in STOP_WORDS for term in terms(part))
    return long and asks and knows and not ASKS_WITHIN.search(part)
