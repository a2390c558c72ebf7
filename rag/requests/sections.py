"""Finds the section that is asked about: ``summarize chapter 2``."""

from dataclasses import dataclass

from rag.english.patterns.parts import HEADING_NUMBER as PART_NUMBER
from rag.english.patterns.requests.sections import (
    ASKS_ABOUT_TOPIC,
    ASKS_FOR_SECTION,
    HEADING_NUMBER,
)
from rag.library.catalog import Catalog
from rag.questions.scope.parts import read_number
from rag.text.terms import fold, terms
from rag.types import HEADING_SEPARATOR, Filter

_MOST_DOCUMENTS = 2000
"""Whose headings are looked at."""
_WHOLE = 2
"""How well a whole heading fits."""


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading of a document.

    :param path: the headings from the top down to its own.
    """

    document_id: str
    path: tuple[str, ...]

    def holds(self, heading: str) -> bool:
        """Whether a chunk with this path of headings stands in the section."""
        return tuple(heading.split(HEADING_SEPARATOR))[: len(self.path)] == self.path


def find_sections(catalog: Catalog, question: str, where: Filter) -> list[Section]:
    """Find the sections that a question asks about as a whole, by their name or number.

    :return: one of each document that has such a section; none where the question is another one.
    """
    asked = ASKS_FOR_SECTION.fullmatch(question)
    if asked is None:
        return []
    parts = {key.rpartition("_")[2]: text for key, text in asked.groupdict().items() if text}
    number = parts.get("number", "")
    name = parts.get("quoted") or parts.get("name") or parts.get("before", "")
    test = _NumberTest(number) if number else _NameTest(name.strip(" \"“”'’‘"))
    documents = {each.document_id: each for each in catalog.documents(where)[:_MOST_DOCUMENTS]}
    found: dict[str, tuple[int, Section]] = {}
    for document_id, heading in catalog.headings(list(documents)):
        title = documents[document_id].title
        path = tuple(heading.split(HEADING_SEPARATOR))
        for depth, part in enumerate(path, 1):
            fits = test.rate(part, title)
            if fits > found.get(document_id, (0,))[0]:
                found[document_id] = fits, Section(document_id, path[:depth])
    best = max((fits for fits, _ in found.values()), default=0)
    return [section for fits, section in found.values() if fits == best]


def find_topic_sections(catalog: Catalog, question: str, where: Filter) -> list[Section]:
    """Find the sections with the heading that a question asks about: ``… say about equipment?``."""
    asked = ASKS_ABOUT_TOPIC.fullmatch(question)
    if asked is None:
        return []
    test = _NameTest(asked["topic"])
    documents = [each.document_id for each in catalog.documents(where)[:_MOST_DOCUMENTS]]
    found = {
        Section(document_id, path[:depth])
        for document_id, heading in catalog.headings(documents)
        for path in [tuple(heading.split(HEADING_SEPARATOR))]
        for depth, part in enumerate(path, 1)
        if test.rate(part, "") == _WHOLE
    }
    return sorted(found, key=lambda each: (documents.index(each.document_id), each.path))


class _NumberTest:
    """Tells whether a heading has the number that is asked for."""

    def __init__(self, number: str) -> None:
        self._number = read_number(fold(number))

    def rate(self, heading: str, _title: str) -> int:
        """1 where it has, else 0."""
        named = PART_NUMBER.match(heading)
        found = named if named and named["noun"] else HEADING_NUMBER.match(heading)
        return int(found is not None and read_number(fold(found["number"])) == self._number)


class _NameTest:
    """Tells how well a heading fits the name that is asked for."""

    def __init__(self, name: str) -> None:
        self._all = terms(name)
        self._content = frozenset(terms(name, keep_stop_words=False))

    def rate(self, heading: str, title: str) -> int:
        """2 for the whole heading, 1 for words of it or of the document's title, else 0."""
        found = HEADING_NUMBER.match(heading)
        if self._all in (terms(heading), terms(heading[found.end() :] if found else heading)):
            return _WHOLE * bool(self._all)
        own = self._content & frozenset(terms(heading))
        return int(bool(own) and self._content <= own | frozenset(terms(title)))
