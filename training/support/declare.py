"""Turns a question and its answer into a statement, where that takes no grammar."""

import re

_AUXILIARY = r"(?:is|are|was|were|has|have|had|can|could|will|would|may|might|should|must)"
_BE = r"(?:is|are|was|were)"
_SUBJECT = re.compile(
    rf"(?:who|what|which(?: [\w-]+){{1,3}}?) (?!(?:do|does|did|{_AUXILIARY})\b)(\w+(?:ed|s)\b.*)",
    re.I,
)
_IDENTITY = re.compile(rf"(?:who|what|which) ({_BE}) (?!(?:the )?\w+ing\b)([^?]*)", re.I)
_PLACED = re.compile(
    rf"(?:when|where|in (?:what|which) (?:year|city|country|month|century|state)) ({_BE}) "
    r"([^?]+?) (\w+(?:ed|en)|(?:re)?(?:born|built|made|held|won|found|sent|led|shot|lost))"
    r"\b([^?]*)",
    re.I,
)
_COUNT = re.compile(r"how many (?!.*\b(?:do|does|did|there)\b)([^?]*)", re.I)
_BEFORE = re.compile(r"\b(in|on|at|by|from|during|since|near|until|before|after) (?:the )?$", re.I)
_OPEN_END = re.compile(r"(?:\w+ed|known|as|of|to|from|in|for|by|at|with|on|about)$", re.I)
"""The end of a question whose answer does not stand beside its verb."""


def declare(question: str, answer: str, before: str) -> str:
    """Say what question and answer say together; empty where that is not clear.

    :param before: what stands before the answer in its text; its last word may be a preposition.
    """
    question = " ".join(question.split()).rstrip(" ?.")
    if match := _PLACED.fullmatch(question):
        verb, subject, participle, rest = match.groups()
        place = _BEFORE.search(before[-14:])
        link = place[1].lower() if place else "in"
        return _finish(f"{subject} {verb} {participle}{rest} {link} {answer}")
    if match := _COUNT.fullmatch(question):
        return _finish(f"{answer} {match[1]}")
    if match := _SUBJECT.fullmatch(question):
        return _finish(f"{answer} {match[1]}")
    match = _IDENTITY.fullmatch(question)
    if match and not _OPEN_END.search(match[2]):
        verb, subject = match.groups()
        return _finish(f"{subject} {verb} {answer}")
    return ""


def _finish(statement: str) -> str:
    statement = statement.strip().rstrip(".")
    return f"{statement[0].upper()}{statement[1:]}."
