"""Words that stand for a word: its plural, its misspelling, others of the same root."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from rapidfuzz.distance import OSA

from rag.english.idf import load_idf
from rag.text.names import is_named
from rag.text.terms import terms

_WORD = re.compile(r"[^\W\d_]+")
_TWICE = re.compile(r"(.)\1")


def find_variants(
    wanted: Iterable[str],
    known: frozenset[str],
    misspelt: frozenset[str] = frozenset(),
    names: frozenset[str] = frozenset(),
) -> dict[str, dict[str, float]]:
    """Find the terms that stand for each wanted term, with how well, in (0, 1].

    They are the term itself, its plural or singular, and, when none of these is known, the words
    one typing error away or of the same root (``regeneration``, ``regenerative``).

    :param known: the terms of the passages.
    :param misspelt: those of the wanted that may be misspelt although they are short.
    :param names: those of the wanted that belong to names.
    """
    found = {}
    for term in wanted:
        same = list_numbers(term)
        if not same.keys() & known and term.isalpha() and (len(term) >= 5 or term in misspelt):
            likely = (o for o in known if o[0] == term[0] and len(o) >= 4 and o.isalpha())
            alike = {other: _likeness(term, other, named=term in names) for other in likely}
            same.update({other: likeness for other, likeness in alike.items() if likeness})
        found[term] = same
    return found


def list_numbers(term: str) -> dict[str, float]:
    """List a term with its plural and its singular, each as good as the other."""
    singular = {term[:-1]: 1.0} if term.endswith("s") and len(term) > 3 else {}
    return {term: 1.0, f"{term}s": 1.0} | singular


def find_misspelt(question: str, idf: Callable[[str], float]) -> frozenset[str]:
    """Find the terms of a question that may be misspelt.

    Neither the library nor general English has them; they are no codes and have four letters.

    :param idf: BM25's inverse document frequency; highest for a term the library does not have.
    """
    nowhere, shouting, common = idf("\0"), question.isupper(), load_idf()
    found = set()
    for word in _WORD.findall(question):
        if is_named(word, first=True, shouting=shouting):
            continue  # a capital inside it makes it a code
        for term in terms(word, keep_stop_words=False):
            if len(word) >= 4 and term not in common and idf(term) >= nowhere:
                found.add(term)
    return frozenset(found)


def correct_spelling(
    question: str,
    misspelt: frozenset[str],
    names: frozenset[str],
    known: Callable[[], Mapping[str, str]],
) -> str:
    """Correct typing errors in a question, as the model that reads it needs it.

    A word is corrected when only one known word can be meant. A word of the same length with
    another letter is never taken for it, being another word as often as not (``nitrite``,
    ``nitrate``).

    :param misspelt: those of its terms that may be; see :func:`find_misspelt`.
    :param names: those of its terms that belong to names.
    :param known: gives the ordinary words of the passages by their terms; called when needed.
    """
    if not misspelt:
        return question
    words = known()

    def correct(match: re.Match[str]) -> str:
        term = next(iter(terms(match.group())), "")
        if term not in misspelt:
            return match.group()
        near = [
            other
            for other in words
            if other[0] == term[0]
            and _is_slip(term, other, named=term in names)
            and not _is_substitute(term, other)
        ]
        return words[near[0]] if len(near) == 1 else match.group()

    return _WORD.sub(correct, question)


@lru_cache(maxsize=1 << 16)
def _likeness(term: str, other: str, *, named: bool) -> float:
    if _is_slip(term, other, 2 if len(term) >= 8 else 1, named=named):
        return 0.9
    differ = (i for i, (a, b) in enumerate(zip(term, other, strict=False)) if a != b)
    shared = next(differ, min(len(term), len(other)))
    return 0.6 if shared >= 5 and shared >= 0.6 * max(len(term), len(other)) else 0.0


def _is_slip(term: str, other: str, most: int = 1, *, named: bool) -> bool:
    """Tell whether at most so many typing errors turn one into the other.

    An error is a letter too many, too few or another one, or two neighbours swapped (Damerau, A
    technique for computer detection and correction of spelling errors, CACM 1964). Many words are
    one letter away from a short word. A short name may therefore lack a letter, have one too many
    or two swapped; any other short word only lacks one of two equal letters (``cels``, ``cells``).
    """
    if len(term) < 5 and not named:
        return len(other) > len(term) and _TWICE.sub(r"\1", other) == term
    if abs(len(term) - len(other)) > most or (len(term) < 5 and _is_substitute(term, other)):
        return False
    return OSA.distance(term, other, score_cutoff=most) <= most


def _is_substitute(term: str, other: str) -> bool:
    """Tell whether both have the same length, but not the same letters in another order."""
    return len(term) == len(other) and sorted(term) != sorted(other)
