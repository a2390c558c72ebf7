"""A follow-up question made to stand alone, without a language model.

A question leans on the conversation when a pronoun in it has nothing before it to stand for, when
it opens with "and" or "what about", or when it has no content words of its own. What it leans on is
the topic of the turn before: that question's content words, carried along in brackets, so that a
reader sees what was searched for: ``Where do they come from? (neonatal stem cells)``.
"""

from __future__ import annotations

import re

from rag.terms import STOP_WORDS, fold
from rag.types import History

_WORD = re.compile(r"\w+(?:[-/.'’]\w+)*")
_PRONOUNS = frozenset(
    """it its itself they them their theirs themselves this these those that he him his she her
    hers one ones other others another else same such former latter there""".split()
)
_OPENING = re.compile(r"\s*(?:and|but|or|also|what about|how about|why not|what else)\b", re.I)
_EMPTY_IT = re.compile(r"\bit\s+(?:\w+\s+)?\w+\s+(?:that|to|for|when|if)\b|\bthere\s+(?:is|are|any|a)\b"
                       r"|\b(?:is|are|was|were)\s+there\b", re.I)  # fmt: skip
_MOST_WORDS = 12
"""Words of the topic carried along; a long question would drown the one that leans on it."""


def standalone(question: str, history: History) -> str:
    """The question as it is when it stands alone, else with the topic it leans on in brackets."""
    topic: list[str] = []
    for earlier, _ in history:
        topic = _carried(earlier, topic)
    if not topic or not leans(question):
        return question
    own = {fold(word) for word in _content(question)}
    carried = [word for word in topic if fold(word) not in own]
    return f"{question.strip()} ({' '.join(carried)})" if carried else question


def leans(question: str) -> bool:
    """Whether a question cannot be understood without the turn before it."""
    if _OPENING.match(question) or not _content(question):
        return True
    words = _WORD.findall(_EMPTY_IT.sub(" ", question))
    for position, word in enumerate(words):
        if fold(word) in _PRONOUNS:
            return not _content(" ".join(words[:position]))
    return False


def _carried(question: str, topic: list[str]) -> list[str]:
    """The topic after a turn: its own content words, with the earlier topic's when it leans."""
    own = _content(question)
    if not leans(question):
        return own[:_MOST_WORDS] or topic
    known = {fold(word) for word in own}
    return ([word for word in topic if fold(word) not in known] + own)[:_MOST_WORDS]


def _content(text: str) -> list[str]:
    """The words that are neither function words nor pronouns, in order, each once."""
    words = {fold(word): word for word in reversed(_WORD.findall(text))}
    return [w for key, w in reversed(words.items()) if key not in STOP_WORDS | _PRONOUNS]
