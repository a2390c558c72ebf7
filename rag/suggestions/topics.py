"""Sections and documents as things to ask about."""

import re
from collections.abc import Iterator, Sequence

from rag.english.patterns.made_questions import (
    ABOUT_DOCUMENT,
    ABOUT_SECTION,
    ABOUT_SECTION_OF,
    SAYS_NOTHING,
)
from rag.english.patterns.requests.sections import HEADING_NUMBER
from rag.library.catalog import Catalog, StoredChunk, chunk_id
from rag.requests.sayings import file_name
from rag.text.terms import fold
from rag.types import HEADING_SEPARATOR, DocumentInfo

_NEAR = 6
"""Chunks before and after a place whose headings are looked at."""
_LONGEST_WORDS = 8
_NO_NAME = re.compile(r"[|;:?“”\"<>{}=`]|\.\w|\d{3}")


def find_own_section(catalog: Catalog, chunk: str) -> Iterator[str]:
    """Find the name of the section that a chunk stands in, if that is a topic."""
    for stored in catalog.chunks([chunk]).values():
        yield from _name_section(stored)


def find_sections_near(catalog: Catalog, chunk: str) -> Iterator[str]:
    """Find the names of the sections before and after that of a chunk, the nearest first."""
    document_id, _, ordinal = chunk.rpartition(":")
    own = int(ordinal)
    places = range(max(0, own - _NEAR), own + _NEAR + 1)
    stored = catalog.chunks([chunk_id(document_id, place) for place in places])
    here = stored[chunk].heading if chunk in stored else ""
    seen: set[str] = set()
    for place in sorted(places, key=lambda place: (abs(place - own), place < own)):
        found = stored.get(chunk_id(document_id, place))
        if found is not None and found.heading not in (here, *seen):
            seen.add(found.heading)
            yield from _name_section(found)


def _name_section(chunk: StoredChunk) -> Iterator[str]:
    name = _clean(chunk.heading.split(HEADING_SEPARATOR)[-1])
    if is_topic(name) and fold(name) != fold(chunk.title):
        yield name


def is_topic(name: str) -> bool:
    """Whether a heading names something that one would ask about."""
    words = name.split()
    lower = sum(map(str.islower, name))
    return (
        0 < len(words) <= _LONGEST_WORDS
        and lower >= len(name) / 2
        and not _NO_NAME.search(name)
        and not SAYS_NOTHING.fullmatch(name)
        and name[0].isalpha()
        and not name.endswith((".", ",", "-"))
    )


def ask_about_section(name: str, document: str = "") -> str:
    """Ask what a section says.

    :param document: its file, where others may have a section of that name.
    """
    shape = ABOUT_SECTION_OF if document else ABOUT_SECTION
    return shape.format(name=name, document=document)


def ask_about_documents(documents: Sequence[DocumentInfo]) -> Iterator[str]:
    """Ask what documents are about, each under its file name."""
    for document in documents:
        yield ABOUT_DOCUMENT.format(document=file_name(document))


def _clean(heading: str) -> str:
    """A heading without its marks and its number."""
    plain = heading.strip().strip("#*_` ")
    number = HEADING_NUMBER.match(plain)
    return " ".join((plain[number.end() :] if number else plain).split())
