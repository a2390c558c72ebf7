"""Finds the document that a request is about by words of its name: ``outline the May notes``.

In a question for an answer such words are no name: *What did the May notes say of rent?* may ask
any document. So this is only for requests about documents: what is left of the question, with *the
document* in the place of the name, must be known to be one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from rag.english.patterns.requests.cues import CUES, DETERMINER_BEFORE
from rag.english.patterns.scope import DOCUMENT_NOUNS
from rag.english.words import load_words
from rag.questions.scope.names import THE_DOCUMENT, DocumentNames, may_name_document
from rag.text.terms import STOP_WORDS, fold, terms

_WORD = re.compile(r"[^\s\"“”'‘’«»()\[\]<>,;:?!/]+(?<!\.)")
_NOUNS = DOCUMENT_NOUNS - {"summary", "table"}
"""Nouns that belong to a name; *summary* and *table* say what is asked for."""
_MONTHS = frozenset(map(fold, load_words("months", "English")))
"""*May* is a function word elsewhere."""
_MOST_WORDS = 30
"""Of a question in which a name is looked for."""


@dataclass(frozen=True, slots=True)
class NamedObject:
    """Documents that some words of a question name: ``question[start:end]``.

    :param places: of the documents among the names.
    :param words: terms of their names that the question has.
    :param whole: whether these are a whole name.
    """

    start: int
    end: int
    places: tuple[int, ...]
    words: frozenset[str]
    whole: bool = False

    def replace(self, question: str) -> str:
        """Return the question with *the document* in the place of the name."""
        return f"{question[: self.start]}{THE_DOCUMENT}{question[self.end :]}"


def may_be_request(question: str) -> bool:
    """Whether it is worth reading the names of all documents for a request."""
    return CUES.search(question) is not None or may_name_document(question)


def find_objects(names: DocumentNames, question: str) -> list[NamedObject]:
    """Find what names documents in a question, from left to right; none overlap.

    A name is words next to each other that the names of some documents have; the longest is taken.
    """
    words = list(_WORD.finditer(question))
    if len(words) > _MOST_WORDS:
        return []
    found: list[NamedObject] = []
    candidates = sorted(_find_candidates(names, question, words), key=_rate)
    for each in candidates:
        if all(each.end <= other.start or other.end <= each.start for other in found):
            found.append(each)
    return sorted(found, key=lambda each: each.start)


def _rate(found: NamedObject) -> tuple[int, int, int]:
    """The order of candidates: most words of names, fewest documents, shortest."""
    return -len(found.words), len(found.places), found.end - found.start


def _find_candidates(
    names: DocumentNames, question: str, words: Sequence[re.Match[str]]
) -> Iterator[NamedObject]:
    own = [_read_word(names, word[0]) for word in words]
    for first in range(len(words)):
        if not own[first]:
            continue
        places: set[int] | None = None
        held: set[str] = set()
        for last in range(first, len(words)):
            is_noun = fold(words[last][0]) in _NOUNS
            if own[last]:
                having = names.find_having(own[last])
                both = having if places is None else places & having
                if not both and not is_noun:
                    break
                if both:
                    places = both
                    held |= own[last]
                    start, end = _widen(question, words, first, last)
                    if len(places) < len(names.documents) or len(names.documents) == 1:
                        meant = tuple(sorted(places))
                        whole = any(names.is_whole(held, place) for place in meant)
                        yield NamedObject(start, end, meant, frozenset(held), whole)
            elif not is_noun and fold(words[last][0]) not in STOP_WORDS | {"&"}:
                break


def _read_word(names: DocumentNames, word: str) -> frozenset[str]:
    """The terms of a word, where the names of some documents have all of them."""
    if names.is_file(word):
        word = PurePosixPath(word).stem
    own = terms(word, keep_stop_words=fold(word) in _MONTHS)
    for held in (frozenset(own), frozenset(own[:1])):  # all of “10-K”, or “10k” alone
        if held and names.find_having(held):
            return held
    return frozenset()


def _widen(question: str, words: Sequence[re.Match[str]], first: int, last: int) -> tuple[int, int]:
    """Widen a name by the article before it and the nouns for documents around it."""
    while last + 1 < len(words) and fold(words[last + 1][0]) in _NOUNS:
        last += 1
    while first > 0 and fold(words[first - 1][0]) in _NOUNS:
        first -= 1
    start, end = words[first].start(), words[last].end()
    article = DETERMINER_BEFORE.search(question[:start])
    return (article.start() if article else start), end
