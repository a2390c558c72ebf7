"""Reads what is compared: two documents, or two things that documents speak of."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.english.patterns.requests.comparison import CHOOSES, COMPARES, COMPARES_ALL
from rag.english.patterns.scope import DOCUMENT_NOUNS
from rag.library.catalog import Catalog, NamedDocument
from rag.questions.scope.names import path_of_document
from rag.questions.scope.narrowing import ScopeFinder
from rag.questions.scope.versions import group_versions
from rag.text.terms import STOP_WORDS, fold, terms
from rag.types import Filter

_JOINS = re.compile(r"\s+(?:and|or)\s+|\s*[,&/]\s*")
_ARTICLES = frozenset(("", "the", "a", "an", "this", "that", "my", "our"))
_LONGEST = 8
"""Words of a thing that is compared."""


@dataclass(frozen=True, slots=True)
class Side:
    """What is compared.

    :param name: what it is called, to be shown.
    :param documents: ids; none where it is a thing that documents speak of.
    :param words: terms by which such a thing is known; any of these.
    :param head: a noun that it shares with the other side and leaves out.
    """

    name: str
    documents: tuple[str, ...] = ()
    words: tuple[frozenset[str], ...] = ()
    head: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """Two sides, and what is asked of both.

    :param topic: in the question's words; "" for all they say.
    :param where: the part of the library that is searched for things.
    """

    sides: tuple[Side, Side]
    topic: str
    where: Filter

    @property
    def are_documents(self) -> bool:
        """Whether both sides are documents."""
        return all(side.documents for side in self.sides)


def read_compared(
    question: str, scopes: ScopeFinder, catalog: Catalog, where: Filter
) -> Compared | None:
    """Read what a question compares; None where it compares nothing."""
    if asked := COMPARES_ALL.fullmatch(question):
        if sides := _find_all(scopes, catalog, where, asked["newest"] or asked["name"] or ""):
            return Compared(sides, asked["topic"] or "", where)
        return None
    for form in (*COMPARES, CHOOSES):
        if asked := form.fullmatch(question):
            topic = (asked.groupdict().get("topic") or "").strip(" ,")
            found = _read_sides(asked["one"], asked["other"], topic, scopes, where)
            if found and (found.are_documents or form is not CHOOSES):
                return found
    return None


def _read_sides(
    one: str, other: str, topic: str, scopes: ScopeFinder, where: Filter
) -> Compared | None:
    first = _find_document(one, scopes, where) or _find_document(
        f"{one} {other.rsplit(maxsplit=1)[-1]}", scopes, where
    )
    second = _find_document(other, scopes, where)
    if first and second and set(first[0].documents).isdisjoint(second[0].documents):
        left = " ".join(filter(None, (first[1], second[1])))
        if not left or not topic:
            return Compared((first[0], second[0]), topic or left, where)
    things = _make_things(one, other)
    return Compared(things, topic, where) if things else None


def _find_document(text: str, scopes: ScopeFinder, where: Filter) -> tuple[Side, str] | None:
    """Find the documents that a side names, and the words that are left of it."""
    found = scopes.find_named(text, where)
    if len(found) != 1:
        return None
    (named, documents) = found[0]
    rest = f"{text[: named.start]} {text[named.end :]}"
    left = [word for word in rest.split() if fold(word) not in STOP_WORDS | DOCUMENT_NOUNS]
    if named.start and left and text[: named.start].strip(" \"'“‘").lower() not in _ARTICLES:
        return None
    return Side(", ".join(documents.values()), tuple(documents)), " ".join(left)


def _make_things(one: str, other: str) -> tuple[Side, Side] | None:
    """Make two things of what is named; a noun that both share may stand only once."""
    names = [_strip(one), _strip(other)]
    if not all(names) or max(len(name.split()) for name in names) > _LONGEST:
        return None
    words = [
        tuple(frozenset(terms(each, keep_stop_words=False)) for each in _JOINS.split(name))
        for name in names
    ]
    if not all(map(all, words)) or words[0] == words[1]:
        return None
    last = names[1].split()[-1]
    shared = len(names[1].split()) > len(names[0].split())
    head = last if shared and words[0][0].isdisjoint(terms(last)) else ""
    return Side(names[0], (), words[0], head), Side(names[1], (), words[1])


def _strip(name: str) -> str:
    """A name without its article, and without function words after it."""
    words = name.strip(" \"'“”‘’,").split()
    while words and fold(words[0]) in _ARTICLES:
        words = words[1:]
    while words and fold(words[-1]) in STOP_WORDS:
        words = words[:-1]
    return " ".join(words)


def _find_all(
    scopes: ScopeFinder, catalog: Catalog, where: Filter, name: str
) -> tuple[Side, Side] | None:
    """The two documents that are there, or the two newest versions of one document."""
    held = {each.document_id for each in catalog.documents(where)}
    if name:
        named = scopes.find_named(name, where)
        held &= {id_ for _, documents in named for id_ in documents}
    documents = [each for each in catalog.names() if each.document_id in held]
    pairs = list(_find_pairs(documents))
    if len(pairs) != 1:
        return None
    first, second = (Side(path_of_document(each).name, (each.document_id,)) for each in pairs[0])
    return first, second


def _find_pairs(documents: Sequence[NamedDocument]) -> Iterator[tuple[NamedDocument, ...]]:
    by_id = {each.document_id: each for each in reversed(documents)}
    if len(by_id) == 2:
        yield tuple(reversed(by_id.values()))
        return
    for family in group_versions(documents):
        newest = sorted(family, key=lambda each: each[0])[-2:]
        yield tuple(each for _, each in newest)
