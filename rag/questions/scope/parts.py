"""Finds the part of documents that a question names, as in ``in chapter 2``, ``on page 12``.

A chapter or a section is found by its number or its name among the headings, a sheet by its name.
What no document has is left in the question, and all of the documents are asked.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from rag.english.patterns.parts import (
    ASKS_WHAT_WAS_DECIDED,
    CONCLUSIONS,
    HEADING_NUMBER,
    NAMED_AFTER,
    NAMED_BEFORE,
    NUMBER_WORDS,
    NUMBERED,
    PAGES,
    UNDER,
    USUAL,
)
from rag.library.catalog import Catalog, HeadedChunk
from rag.names import path_of
from rag.text.terms import STOP_WORDS, fold, terms
from rag.types import HEADING_SEPARATOR, Filter

_MOST_NAMED = 3
"""Sections that are told by their names; of more, how many there are."""
_LEAST_CONTENT = 2
"""Content words from which a question is searched for without the part that it names."""
_MOST_WORDS = 6
"""Of the name of a section."""
_Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of documents.

    :param chunks: ids of its chunks.
    :param names: what it is called, to be shown.
    :param question: the question, as it is searched for.
    """

    chunks: tuple[str, ...]
    names: tuple[str, ...]
    question: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What may be the name of a section: ``question[start:end]``.

    :param hint: what its heading has in it, in lower case.
    :param matches: whether a heading is meant.
    """

    start: int
    end: int
    lead: str
    hint: str
    matches: Callable[[str], bool]


def may_name_part(question: str) -> bool:
    """Whether it is worth reading the headings of the documents."""
    patterns = (NUMBERED, PAGES, NAMED_BEFORE, NAMED_AFTER, USUAL, UNDER)
    return any(pattern.search(question) for pattern in patterns)


class PartFinder:
    """Finds parts in the documents of a catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def find(self, question: str, where: Filter) -> Part | None:
        """Find the part that a question names in the documents that a filter lets through."""
        if where.chunks is not None:
            return None
        if asked := PAGES.search(question):
            return self._find_pages(question, asked, where)
        for candidate in _find_candidates(question):
            headed = self._catalog.find_headed(candidate.hint, where)
            if sections := _group(headed, candidate.matches):
                return _make_part(question, candidate, sections)
        return None

    def find_conclusions(self, question: str, where: Filter) -> tuple[str, ...]:
        """Find the chunks under headings such as *Conclusion*, if a question asks for decisions."""
        if where.chunks is not None or not ASKS_WHAT_WAS_DECIDED.search(question):
            return ()
        found = (each for hint in CONCLUSIONS for each in self._catalog.find_headed(hint, where))
        return tuple(dict.fromkeys(each.id for each in found))

    def _find_pages(self, question: str, asked: re.Match[str], where: Filter) -> Part | None:
        first = int(asked["first"])
        last = max(first, int(asked["last"] or first))
        chunks = self._catalog.find_pages(first, last, where)
        if not chunks:
            return None
        files = list(dict.fromkeys(path_of(chunk.source).name for chunk in chunks))
        noun = "slide" if asked["noun"].lower().startswith("slide") else "page"
        label = f"{noun} {first}" if first == last else f"{noun}s {first}–{last}"
        listed = ", ".join(files) if len(files) <= _MOST_NAMED else f"{len(files):,} documents"
        rest = _leave_out(question, asked.start(), asked.end(), asked["lead"])
        return Part(tuple(chunk.id for chunk in chunks), (f"{label} of {listed}",), rest)


def choose_section(headed: Iterable[HeadedChunk], name: str) -> list[HeadedChunk]:
    """Choose the chunks of the section that has a number or a name: ``3.1``, ``Safety``."""
    headed = list(headed)
    number = HEADING_NUMBER.fullmatch(name.strip())
    wanted = tuple(terms(name, keep_stop_words=False))
    tests: list[Callable[[str], bool]] = [lambda heading: heading.strip() == name.strip()]
    if number:
        noun, own = fold(number["noun"] or ""), fold(number["number"])
        tests += [partial(_has_number, noun=noun, number=own, bare=bare) for bare in (False, True)]
    if wanted:
        tests += [partial(_has_name, wanted=wanted, whole=whole) for whole in (True, False)]
    for matches in tests:
        if sections := _group(headed, matches):
            return next(iter(sections.values()))
    return []


def _find_candidates(question: str) -> Iterator[_Candidate]:
    """Find what may name a section, the surest first."""
    for asked in NUMBERED.finditer(question):
        noun, number = fold(asked["noun"]), fold(asked["number"])
        hints = [_stem(noun), number] if number[0].isdigit() else [_stem(noun)]
        for bare, hint in enumerate(hints):  # “Chapter 2” before “2 Use”
            matches = partial(_has_number, noun=noun, number=number, bare=bool(bare))
            yield _Candidate(*asked.span(), fold(asked["lead"]), hint, matches)
    for asked in NAMED_BEFORE.finditer(question):
        yield from _try_names(asked, [asked.span("quoted" if asked["quoted"] else "name")])
    for asked in NAMED_AFTER.finditer(question):
        yield from _try_names(asked, _shorten(question, *asked.span("name")), opens=True)
    for asked in USUAL.finditer(question):
        yield from _try_names(asked, [asked.span("name")])
    for asked in UNDER.finditer(question):
        spans = _shorten(question, *asked.span("name"))
        yield from _try_names(asked, spans, opens=True, exact=True)


def _try_names(
    asked: re.Match[str],
    spans: Iterable[tuple[int, int]],
    *,
    opens: bool = False,
    exact: bool = False,
) -> Iterator[_Candidate]:
    """Take each span for the name of a section: the whole heading, or else words of it.

    :param opens: whether the phrase ends with the name.
    :param exact: whether only a whole heading is meant.
    """
    spans = list(spans)
    for whole in (True,) if exact else (True, False):
        for start, end in spans:
            own = tuple(terms(asked.string[start:end], keep_stop_words=False))
            if own:
                stop = end if opens else asked.end()
                matches = partial(_has_name, wanted=own, whole=whole)
                hint = fold(asked.string[start:end].split()[-1])[:4]
                yield _Candidate(asked.start(), stop, fold(asked["lead"]), hint, matches)


def _shorten(question: str, start: int, end: int) -> list[tuple[int, int]]:
    """The spans from the start of a name, the longest first."""
    ends = [start + word.end() for word in re.finditer(r"\S+", question[start:end])][:_MOST_WORDS]
    return [(start, stop) for stop in reversed(ends)]


def _has_number(heading: str, noun: str, number: str, *, bare: bool) -> bool:
    """Whether a heading opens with a number; one that calls it otherwise is another part.

    :param bare: whether the number stands alone, without what it is called.
    """
    found = HEADING_NUMBER.match(heading)
    if not found or read_number(fold(found["number"])) != read_number(number):
        return False
    if bare:
        return not found["noun"] and found["number"][0].isdigit()
    return bool(found["noun"]) and (not noun or _stem(found["noun"]) == _stem(noun))


def _stem(noun: str) -> str:
    return {"sec": "section", "§§": "§"}.get(fold(noun).rstrip("."), fold(noun).rstrip("."))


def read_number(text: str) -> str:
    """The number of a part in digits: ``ii``, ``two`` and ``2`` are the same."""
    if text in NUMBER_WORDS:
        return str(NUMBER_WORDS[text])
    if re.fullmatch("[ivxl]+", text):
        values = [{"i": 1, "v": 5, "x": 10, "l": 50}[letter] for letter in text]
        signs = [-1 if value < after else 1 for value, after in pairwise([*values, 0])]
        return str(sum(sign * value for sign, value in zip(signs, values, strict=True)))
    return text


def _has_name(heading: str, wanted: tuple[str, ...], *, whole: bool) -> bool:
    number = HEADING_NUMBER.match(heading)
    own = terms(heading[number.end() :] if number else heading, keep_stop_words=False)
    plain = terms(heading, keep_stop_words=False)
    if whole:
        return list(wanted) in (own, plain)
    return set(wanted) <= set(plain)


def _group(
    chunks: Iterable[HeadedChunk], matches: Callable[[str], bool]
) -> dict[tuple[str, _Path], list[HeadedChunk]]:
    """Group chunks by the section that is meant: its document and the path of its headings.

    The outermost headings of a document that match are meant, not what stands below them.
    """
    found: dict[str, dict[_Path, list[HeadedChunk]]] = {}
    for chunk in chunks:
        path = tuple(chunk.heading.split(HEADING_SEPARATOR))
        depth = next((place for place, part in enumerate(path) if matches(part)), None)
        if depth is not None:
            own = found.setdefault(chunk.document_id, {})
            own.setdefault(path[: depth + 1], []).append(chunk)
    return {
        (document, path): held
        for document, sections in found.items()
        for least in [min(map(len, sections))]
        for path, held in sections.items()
        if len(path) == least
    }


def _make_part(
    question: str,
    candidate: _Candidate,
    sections: Mapping[tuple[str, _Path], Sequence[HeadedChunk]],
) -> Part:
    names = tuple(
        f"{path_of(chunks[0].source).name} › {path[-1]}" for (_, path), chunks in sections.items()
    )
    if len(names) > _MOST_NAMED:
        documents = len({document for document, _ in sections})
        asked = " ".join(question[candidate.start : candidate.end].split()[1:])
        names = (f"“{asked}” of {documents:,} documents",)
    chunks = tuple(chunk.id for held in sections.values() for chunk in held)
    rest = _leave_out(question, candidate.start, candidate.end, candidate.lead)
    return Part(chunks, names, rest)


def _leave_out(question: str, start: int, end: int, lead: str) -> str:
    """Return the question without its part, where enough is left to search for."""
    rest = re.sub(
        r"^[\s,:;–—-]+|\s+(?=[?.!]*$)", "", f"{question[:start].rstrip()} {question[end:].lstrip()}"
    )
    content = set(terms(rest, keep_stop_words=False)) - STOP_WORDS
    return question if fold(lead) == "of" or len(content) < _LEAST_CONTENT else rest
