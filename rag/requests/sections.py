"""Finds the section that is asked about: ``summarize chapter 2``."""

from collections.abc import Iterator
from dataclasses import dataclass

from rag.english.patterns.sections import ASKS_FOR_SECTION, HEADING_NUMBER
from rag.library.catalog import Catalog
from rag.text.terms import fold, terms
from rag.types import HEADING_SEPARATOR, Filter

_MOST_DOCUMENTS = 2000
"""Whose headings are looked at."""


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
    number, name = parts.get("number", ""), parts.get("quoted") or parts.get("name", "")
    found: dict[str, Section] = {}
    documents = [each.document_id for each in catalog.documents(where)[:_MOST_DOCUMENTS]]
    for document_id, heading in catalog.headings(documents):
        for section in _matching(document_id, heading, number, name.strip(" \"“”'’‘")):
            found.setdefault(document_id, section)
    return list(found.values())


def _matching(document_id: str, heading: str, number: str, name: str) -> Iterator[Section]:
    """The sections on a path of headings that have this number or name, the widest first."""
    path = tuple(heading.split(HEADING_SEPARATOR))
    wanted = terms(name)
    for depth, part in enumerate(path, 1):
        found = HEADING_NUMBER.match(part)
        if number:
            fits = found is not None and fold(found["number"]) == fold(number)
        else:
            bare = part[found.end() :] if found else part
            fits = bool(wanted) and wanted in (terms(part), terms(bare))
        if fits:
            yield Section(document_id, path[:depth])
