"""Words that stand for a word: its plural, its misspelling, others of the same root."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from rag.questions.question import Question, is_named
from rag.text.terms import terms

_WORD = re.compile(r"[^\W\d_]+")
_TWICE = re.compile(r"(.)\1")


def spellings(
    wanted: Iterable[str],
    known: frozenset[str],
    misspelt: frozenset[str] = frozenset(),
    names: frozenset[str] = frozenset(),
) -> dict[str, dict[str, float]]:
    """For each term wanted the terms that stand for it, with how well, in (0, 1].

    Other than itself: its plural or singular, and for a word that is not known the words
    a slip of the keyboard away or of the same root (``regeneration``, ``regenerative``).

    :param known: the terms of the passages.
    :param misspelt: those of the wanted that may be misspelt though they are short.
    :param names: those of the wanted that belong to names.
    """
    found = {}
    for term in wanted:
        same = {term: 1.0, f"{term}s": 1.0}
        if term.endswith("s") and len(term) > 3:
            same[term[:-1]] = 1.0
        if not same.keys() & known and term.isalpha() and (len(term) >= 5 or term in misspelt):
            likely = (o for o in known if o[0] == term[0] and len(o) >= 4 and o.isalpha())
            alike = {other: _likeness(term, other, named=term in names) for other in likely}
            same.update({other: likeness for other, likeness in alike.items() if likeness})
        found[term] = same
    return found


def may_be_misspelt(
    question: Question, rarity: Callable[[str], float], commonness: Mapping[str, float]
) -> frozenset[str]:
    """The terms that may be misspelt: neither the library's nor common, no codes, not very short.

    :param rarity: BM25's inverse document frequency; highest for a term the library does not have.
    :param commonness: the common words, whatever their numbers.
    """
    nowhere, shouting = rarity("\0"), question.text.isupper()
    found = set()
    for word in _WORD.findall(question.text):
        if is_named(word, first=True, shouting=shouting):
            continue  # a capital inside it makes it a code
        for term in terms(word, keep_stop_words=False):
            if len(word) >= 4 and term not in commonness and rarity(term) >= nowhere:
                found.add(term)
    return frozenset(found)


def mended(
    question: str, misspelt: frozenset[str], names: frozenset[str], said: Mapping[str, str]
) -> str:
    """The question with slips of the keyboard put right, as the model that reads it needs it.

    Only where one word alone can be meant, and never by another letter, which as often as not makes
    another word (``nitrite``, ``nitrate``).

    :param misspelt: those of its terms that may be; see :func:`may_be_misspelt`.
    :param names: those of its terms that belong to names.
    :param said: the ordinary words of the passages by their terms.
    """

    def right(match: re.Match[str]) -> str:
        term = next(iter(terms(match.group())), "")
        if term not in misspelt:
            return match.group()
        near = [
            other
            for other in said
            if other[0] == term[0]
            and _is_slip(term, other, named=term in names)
            and not _is_substitute(term, other)
        ]
        return said[near[0]] if len(near) == 1 else match.group()

    return _WORD.sub(right, question)


@lru_cache(maxsize=1 << 16)
def _likeness(term: str, other: str, *, named: bool) -> float:
    if _is_slip(term, other, 2 if len(term) >= 8 else 1, named=named):
        return 0.9
    differ = (i for i, (a, b) in enumerate(zip(term, other, strict=False)) if a != b)
    shared = next(differ, min(len(term), len(other)))
    return 0.6 if shared >= 5 and shared >= 0.6 * max(len(term), len(other)) else 0.0


def _is_slip(term: str, other: str, most: int = 1, *, named: bool) -> bool:
    """Whether so many slips lead from one to the other.

    Short words are a letter from many others: a name may lack one, have one too many or two in the
    wrong order, any other word only lack one of two that are the same (``cels``, ``cells``).
    """
    if len(term) < 5 and not named:
        return len(other) > len(term) and _TWICE.sub(r"\1", other) == term
    if abs(len(term) - len(other)) > most or (len(term) < 5 and _is_substitute(term, other)):
        return False
    return edit_distance(term, other) <= most


def _is_substitute(term: str, other: str) -> bool:
    """Whether one is as long as the other, and not merely its letters in another order."""
    return len(term) == len(other) and sorted(term) != sorted(other)


def edit_distance(first: str, second: str) -> int:
    """Insertions, deletions, substitutions and swaps of neighbours that turn one into the other.

    Damerau, A technique for computer detection and correction of spelling errors, CACM 1964.
    """
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, a in enumerate(first):
        above, row = row, [i + 1]
        for j, b in enumerate(second):
            cost = min(above[j] + (a != b), above[j + 1] + 1, row[j] + 1)
            if i and j and a == second[j - 1] and first[i - 1] == b:
                cost = min(cost, before[j - 1] + 1)
            row.append(cost)
        before = above
    return row[-1]
