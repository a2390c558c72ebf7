"""Finds which documents a question names, as in ``In lease-south.md, what is the rent?``.

A document is named by its file name, with or without the suffix where that cannot be a plain word
(``lease-south``), by a quoted title, or by words of its title or file name after *according to* or
in a phrase with a word such as *report*: ``in the 2023 guideline``.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import PurePosixPath

from rag.english.patterns.scope import ACCORDING, DOCUMENT_NOUNS, DROPPED_WITH_NAME, PHRASE, WITHIN
from rag.library.catalog import Catalog, NamedDocument
from rag.names import path_of
from rag.questions.parts import PartFinder, may_name_part
from rag.questions.versions import (
    Period,
    asks_for_latest,
    find_dated,
    find_invalid_versions,
    find_older_versions,
    find_period,
    group_versions,
)
from rag.text.terms import STOP_WORDS, fold, terms
from rag.types import Filter

_TOKEN = re.compile(r"[^\s\"“”'‘’«»()\[\]<>,;:?!]+(?<!\.)")
_QUOTED = re.compile(r"[\"“«]([^\"“”«»]{3,200})[\"”»]")
_IDENTIFIER = re.compile(r".*(?:[a-z0-9][-_.][a-z0-9]|[a-z]\d|\d[a-z]).*")
"""A name that cannot be mistaken for a word of the question, folded."""
_MOST_WORDS = 12
"""Of a file name that has spaces."""
_DETERMINER = re.compile(r"(?<!\w)(?:the|this|that)\s+$", re.IGNORECASE)
LATEST = "the latest versions"
_MOST_NAMED = 3
"""Versions that are told by their names."""
THE_DOCUMENT = "the document"
"""Stands in a question for a name that cannot be left out."""


_Named = tuple[int, int, list[NamedDocument]]
"""Where a question names documents, and which."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The documents that a question names.

    :param documents: their ids.
    :param names: their file names, to be shown.
    :param question: the question without them, as it is searched for.
    """

    documents: tuple[str, ...]
    names: tuple[str, ...]
    question: str


def may_name_document(question: str) -> bool:
    """Whether it is worth reading the names of all documents for a question."""
    tokens = (fold(token[0]) for token in _TOKEN.finditer(question))
    return (
        any(_IDENTIFIER.fullmatch(token) for token in tokens)
        or _QUOTED.search(question) is not None
        or PHRASE.search(question) is not None
    )


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A question without the documents that it names, and the part of the library it asks.

    :param names: of those documents, or in words; none where it means all.
    :param otherwise: what to ask when that is not answered.
    """

    question: str
    where: Filter
    names: tuple[str, ...] = ()
    otherwise: "Narrowed | None" = None


class DocumentNames:
    """The names of a library's documents, ready to be found in questions."""

    def __init__(self, documents: Sequence[NamedDocument]) -> None:
        self.documents = documents
        self._by_name: dict[str, list[NamedDocument]] = {}
        self._by_title: dict[tuple[str, ...], list[NamedDocument]] = {}
        self._by_word: dict[str, set[int]] = {}
        for place, each in enumerate(documents):
            path = _path(each)
            names = {fold(path.name)}
            if _IDENTIFIER.fullmatch(fold(path.stem)):
                names.add(fold(path.stem))
            for name in names:
                self._by_name.setdefault(name, []).append(each)
            self._by_title.setdefault(tuple(terms(each.title)), []).append(each)
            for word in {*terms(path.stem), *terms(each.title)}:
                self._by_word.setdefault(word, set()).add(place)

    def find_scope(self, question: str) -> Scope | None:
        """Find the documents that a question names; None when it names none."""
        named = self._find_names(question)
        named = named or [*chain(self._find_titles(question), self._find_phrases(question))][:1]
        rest = question
        for start, end, _ in reversed(named):
            rest = _leave_out(rest, start, end)
        if not named or not rest:
            return None
        documents = {each.document_id: _path(each).name for *_, found in named for each in found}
        return Scope(tuple(documents), tuple(documents.values()), rest)

    def _find_names(self, question: str) -> list[_Named]:
        """Find file names; a name that several files have means all of them."""
        named: list[_Named] = []
        tokens = [*_TOKEN.finditer(question)]
        for place, token in enumerate(tokens):
            earliest = max(0, place - _MOST_WORDS) if "." in token[0] else place
            for first in tokens[earliest : place + 1]:
                name = fold(question[first.start() : token.end()].replace("\\", "/"))
                if found := self._by_name.get(PurePosixPath(name).name):
                    named.append((first.start(), token.end(), found))
                    break
        return named

    def _find_titles(self, question: str) -> Iterator[_Named]:
        for quoted in _QUOTED.finditer(question):
            if found := self._by_title.get(tuple(terms(quoted[1]))):
                yield *quoted.span(), found

    def _find_phrases(self, question: str) -> Iterator[_Named]:
        """Find phrases all of whose words stand in the names of some documents, but not of all.

        A single word is too little, if it is not the whole name.
        """
        for cue in PHRASE.finditer(question):
            start, stop = cue.end(), WITHIN.match(question, cue.end()).end()  # type: ignore[union-attr]
            words = [*_TOKEN.finditer(question, start, stop)]
            for last in range(len(words), 0, -1):
                if fold(words[last - 1][0]) in STOP_WORDS:
                    continue
                phrase = question[start : words[last - 1].end()]
                own = terms(phrase, keep_stop_words=False)
                if not own or not (
                    ACCORDING.match(cue[0]) or DOCUMENT_NOUNS.intersection(fold(phrase).split())
                ):
                    continue
                places = set.intersection(*(self._by_word.get(word, set()) for word in own))
                found = [self.documents[place] for place in sorted(places)]
                if len(own) == 1:
                    found = [each for each in found if own in _names(each)]
                if found and len(places) < len(self.documents):
                    yield cue.start(), words[last - 1].end(), found


class ScopeFinder:
    """Finds the documents that questions mean; their names are read once for each commit."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._parts = PartFinder(catalog)
        self._names: tuple[int, DocumentNames] | None = None

    def narrow(self, question: str, where: Filter) -> Narrowed:
        """Narrow a filter to the documents and the part that the question names, or the latest.

        What the caller let through comes first: documents outside of it are not meant.
        """
        if not where.narrow:
            return Narrowed(question, where)
        narrowed = self._narrow_documents(question, where)
        if not may_name_part(narrowed.question):
            return narrowed
        part = self._parts.find(narrowed.question, narrowed.where)
        if part is None:
            return narrowed
        return Narrowed(part.question, replace(narrowed.where, chunks=part.chunks), part.names)

    def _narrow_documents(self, question: str, where: Filter) -> Narrowed:
        """Narrow a filter to documents."""
        latest, period = asks_for_latest(question), find_period(question)
        if not latest and not period and not may_name_document(question):
            return Narrowed(question, where)
        names = self._read_names()
        let_through = self._catalog.resolve_filter(where).documents
        scope = names.find_scope(question)
        meant = dict(zip(scope.documents, scope.names, strict=True)) if scope else {}
        if let_through is not None:
            meant = {id_: name for id_, name in meant.items() if id_ in let_through}
        if scope and meant:
            where = replace(where, documents=tuple(meant), sources=None)
            return Narrowed(scope.question, where, tuple(meant.values()))
        inside = [
            each
            for each in names.documents
            if let_through is None or each.document_id in let_through
        ]
        if latest:
            return _narrow_to_latest(question, where, inside)
        if period:
            return _narrow_to_period(question, where, inside, period)
        return Narrowed(question, where)

    def _read_names(self) -> DocumentNames:
        generation = self._catalog.generation
        if self._names is None or self._names[0] != generation:
            self._names = generation, DocumentNames(self._catalog.names())
        return self._names[1]


def _narrow_to_latest(question: str, where: Filter, documents: Sequence[NamedDocument]) -> Narrowed:
    older = {each.document_id for each in find_older_versions(documents)}
    if not older:
        return Narrowed(question, where)
    kept = _list_ids(each for each in documents if each.document_id not in older)
    return Narrowed(question, replace(where, documents=kept, sources=None), (LATEST,))


def _narrow_to_period(
    question: str, where: Filter, documents: Sequence[NamedDocument], period: Period
) -> Narrowed:
    """Narrow to the documents of a time, or leave out the versions that were not valid then.

    A mere year may be that of what is told, too: the question is asked without it only when it is
    not answered as it is.
    """
    rest = _leave_out(question, period.start, period.end)
    if period.kind == "dated":
        dated = find_dated(documents, period)
        if not dated or not rest:
            return Narrowed(question, where)
        inside = replace(where, documents=_list_ids(dated), sources=None)
        return Narrowed(rest, inside, (f"documents of {period.name}",))
    others, valid = find_invalid_versions(group_versions(documents), period)
    if not others:
        return Narrowed(question, where)
    left_out = {each.document_id for each in others}
    kept = _list_ids(each for each in documents if each.document_id not in left_out)
    names = tuple(_path(each).name for each in valid[:_MOST_NAMED])
    more = (f"{len(valid) - _MOST_NAMED:,} more",) if len(valid) > _MOST_NAMED else ()
    inside = replace(where, documents=kept, sources=None)
    alone = replace(where, documents=_list_ids(valid), sources=None)
    otherwise = Narrowed(rest or question, alone, (*names, *more))
    if period.kind == "version":
        return otherwise
    return Narrowed(question, inside, (f"the versions of {period.name}",), otherwise)


def _list_ids(documents: Iterable[NamedDocument]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.document_id for each in documents))


def _leave_out(question: str, start: int, end: int) -> str:
    """Return the question without a name; empty where nothing is left to ask."""
    before, after = question[:start], question[end:]
    lead = DROPPED_WITH_NAME.search(before)
    if lead or PHRASE.match(question, start):
        before = before[: lead.start()] if lead else before
        left = f"{before.rstrip()}{' ' if before.strip() and after[:1].isalnum() else ''}{after}"
        left = re.sub(r"^[\s,:;–—-]+|(?<=\s)[\s,:;]+(?=\?)", "", left)
    else:
        quoted = before.endswith(tuple("\"“'‘«")) and after.startswith(tuple("\"”'’»"))
        before, after = (before[:-1], after[1:]) if quoted else (before, after)
        left = f"{_DETERMINER.sub('', before)}{THE_DOCUMENT}{after}"
    words = set(fold(left).replace("?", " ").split())
    return " ".join(left.split()) if words - STOP_WORDS or words & {"document"} else ""


def _path(document: NamedDocument) -> PurePosixPath:
    return path_of(document.source)


def _names(document: NamedDocument) -> list[list[str]]:
    """The terms of its file name and of its title."""
    return [terms(_path(document).stem), terms(document.title)]
