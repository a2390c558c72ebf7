"""Tells whether a whole answer, of any system, is a refusal.

An answer is a refusal if it says that something is not in the documents or not known, and says
nothing else: an apology, an offer, where else to look and what the documents are about instead do
not count. ``training/refusals/phrases.txt`` holds the phrasings that the patterns were fitted on,
and families of phrasings that were kept apart; docs/evaluation.md says how often it is right.
"""

from collections.abc import Callable, Iterator
from typing import Literal

from rag.chat.absence import says_absent
from rag.english.patterns.refusals import answers as patterns
from rag.text.sentences import sentence_spans

IsRefusal = Callable[[str], bool]
"""Whether an answer is a refusal."""
_Part = Literal["absent", "beside", "claim"]
_CLAIMS = (patterns.EXCEPTS, patterns.REPORTS, patterns.SUPPOSES)
_MOST = 1_500
"""Characters; a longer text says something else as well."""


def is_refusal(text: str) -> bool:
    """Whether an answer only says that the documents do not hold the answer."""
    if len(text) > _MOST:
        return False
    if patterns.TAG.fullmatch(text):
        return True
    parts = [_classify(clause) for clause in _split_clauses(text)]
    return "absent" in parts and "claim" not in parts


def _split_clauses(text: str) -> Iterator[str]:
    for start, end in sentence_spans(text):
        sentence = text[start:end]
        conceded = patterns.CONCEDED.match(sentence)
        for part in conceded.groups() if conceded else (sentence,):
            for clause in patterns.CLAUSES.split(part):
                if any(map(str.isalnum, clause)):
                    yield clause.strip()


def _classify(clause: str) -> _Part:
    if any(pattern.search(clause) for pattern in _CLAIMS):
        return "claim"
    clause = patterns.LEADS.sub("", clause)
    plain = patterns.QUOTED.sub(" ", clause)
    said = plain if any(map(str.isalnum, plain)) else clause
    absent = patterns.ABSENT.search(said) or patterns.ABSENT_ELSEWHERE.search(said)
    if absent or says_absent(said):
        return "absent"
    if patterns.BESIDE.search(said) or patterns.DESCRIBES.search(said):
        return "beside"
    return "claim"
