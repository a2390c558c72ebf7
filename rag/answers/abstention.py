"""What counts as an abstention: too little confidence, or a chat model that says so itself."""

from difflib import SequenceMatcher

from rag.english.patterns.sentences import DENIES
from rag.text.terms import fold

ABSTENTION = "The documents do not seem to answer this question."
"""The one sentence of every abstention: shown, asked of the model, and recognized in its reply."""
_SAME = 0.8
"""Likeness to that sentence, in [0, 1], from which a sentence is that one; models change a word."""
_CHAT_SHARE = 0.1
"""Share of the minimum confidence from which a chat model is asked. It understands wordings that
the confidence does not, and can abstain itself; what is plainly off topic it is not sent."""


def lacks_confidence(confidence: float, minimum: float, *, chat_model: bool = False) -> bool:
    """Whether an answer of this confidence is an abstention.

    :param minimum: ``Settings.min_confidence``.
    :param chat_model: whether a chat model can still look at the passages.
    """
    return confidence < (_CHAT_SHARE * minimum if chat_model else minimum)


def is_abstention(reply: str) -> bool:
    """Whether a chat model's reply says, in about these words, that the documents do not answer."""
    ours, theirs = fold(ABSTENTION), fold(reply)[: len(ABSTENTION) + 20]
    if not DENIES.search(theirs):
        return False
    return SequenceMatcher(None, ours, theirs, autojunk=False).ratio() >= _SAME
