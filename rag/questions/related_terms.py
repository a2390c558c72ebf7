"""Words of the passages that say what a question says: of like meaning, or in short."""

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from rag.questions.question import Question
from rag.text.abbreviations import find_abbreviations
from rag.text.names import find_name_terms
from rag.text.terms import terms
from rag.types import Embed, Passage

_LEAST_LIKENESS = 0.25
"""From which a word is taken for a term, after the scaling of :func:`find_related_terms`."""


def find_related_terms(
    question: Question, passages: Sequence[Passage], embed_words: Embed
) -> dict[str, dict[str, float]]:
    """Find for each term of the question the passages' words of like meaning.

    Names, codes and numbers mean nothing but themselves, and are left out. Of a single word's
    vector, synonyms have a cosine from about 0.6 on, and unrelated words one below 0.5.

    :param embed_words: words to unit vectors, ``(n, d) float32``; asked for the same words again
        and again.
    :return: how like each is, in (0, 1).
    """
    asked = {t: w for t, w in _ordinary_words(question.text).items() if t in question.terms}
    asked = {term: word for term, word in asked.items() if term not in question.named}
    known = collect_ordinary_words(passages)
    if not asked or not known:
        return {}
    for name in find_name_terms(passage.text for passage in passages):
        known.pop(name, None)
    vectors = embed_words([*asked.values(), *known.values()])
    cosines = vectors[: len(asked)] @ vectors[len(asked) :].T
    likeness = np.minimum((cosines - 0.5) / 0.4, 0.9)
    others = list(known)
    return {
        term: {
            others[j]: float(row[j])
            for j in np.flatnonzero(row > _LEAST_LIKENESS)
            if others[j] != term
        }
        for term, row in zip(asked, likeness, strict=True)
    }


def find_short_forms(passages: Sequence[Passage]) -> list[tuple[str, frozenset[str]]]:
    """Find the short forms that the passages define, each with the terms of its long form.

    Plural and singular of a short form stand for the same.
    """
    found: dict[str, frozenset[str]] = {}
    for passage in passages:
        for short, long in find_abbreviations(passage.text).items():
            wanted = frozenset(terms(long, keep_stop_words=False))
            form = next(iter(terms(short)), "")
            if not form:
                continue
            single = form[:-1] if short.endswith("s") else form
            found.setdefault(single, wanted)
            found.setdefault(f"{single}s", wanted)
    return list(found.items())


def collect_ordinary_words(passages: Sequence[Passage]) -> dict[str, str]:
    """Collect the ordinary words of all passages, by their term."""
    found: dict[str, str] = {}
    for passage in passages:
        found |= _ordinary_words(passage.text)
    return found


@lru_cache(maxsize=8192)
def _ordinary_words(text: str) -> dict[str, str]:
    """Collect the distinct words of a text that are no function words and no codes."""
    found: dict[str, str] = {}
    for word in re.findall(r"[^\W\d_]{3,}", text):
        for term in terms(word, keep_stop_words=False):
            found.setdefault(term, word.lower())
    return found
