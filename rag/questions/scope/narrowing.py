"""Narrows a question to the documents, the part and the time that it names.

``In lease-south.md, what is the rent?`` is asked of that document alone, as *What is the rent?*
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from rag.english.patterns.scope import NEWEST_DOCUMENT, OLDER_DOCUMENT
from rag.library.catalog import Catalog, NamedDocument
from rag.questions.scope.names import (
    THE_DOCUMENT,
    DocumentNames,
    leave_out,
    may_name_document,
    path_of_document,
)
from rag.questions.scope.objects import NamedObject, find_objects, may_be_request
from rag.questions.scope.parts import PartFinder, may_name_part
from rag.questions.scope.versions import (
    Period,
    asks_for_latest,
    find_dated,
    find_invalid_versions,
    find_period,
    group_versions,
    leave_out_present,
    sort_versions,
)
from rag.text.terms import terms
from rag.types import Filter

LATEST = "the latest versions"
CONCLUSIONS = "conclusions and decisions"
_MOST_NAMED = 3
"""Versions that are told by their names."""
_VERSION = frozenset(terms("version edition issue release revision"))
"""Terms that no document is called by."""
_MOST_STEPS_BACK = 3
"""Versions of a document that are asked one after the other, from the newest on."""


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
        if may_name_part(narrowed.question):
            part = self._parts.find(narrowed.question, narrowed.where)
            if part:
                inside = replace(narrowed.where, chunks=part.chunks)
                return Narrowed(part.question, inside, part.names)
        return narrowed

    def narrow_to_conclusions(self, narrowed: Narrowed) -> Narrowed:
        """Ask the conclusions first for what was decided, in each step of what is asked."""
        after = narrowed.otherwise and self.narrow_to_conclusions(narrowed.otherwise)
        narrowed = replace(narrowed, otherwise=after)
        chunks = self._parts.find_conclusions(narrowed.question, narrowed.where)
        if not chunks:
            return narrowed
        inside = replace(narrowed.where, chunks=chunks)
        names = (*narrowed.names, CONCLUSIONS)
        return Narrowed(narrowed.question, inside, names, narrowed)

    def narrow_to_object(self, question: str, where: Filter) -> Narrowed | None:
        """Narrow a filter to the document that a request is about; None where it names none.

        :return: with *the document* in the place of the name; whether that is a request is not
            known yet.
        """
        if not (may_be_request(question) or _names_version(question)):
            return None
        if version := _find_version(question, self._read_inside(where)):
            return version.narrow(version.replaced, where)
        found = self.find_named(question, where)
        if len({tuple(documents) for _, documents in found}) == 1:  # all name the same
            found = [each for each in found if each[0].whole] or found
        if len(found) != 1:
            return None
        ((named, documents),) = found
        inside = replace(where, documents=tuple(documents), sources=None)
        return Narrowed(named.replace(question), inside, tuple(documents.values()))

    def find_named(self, text: str, where: Filter) -> list[tuple[NamedObject, dict[str, str]]]:
        """Find what names documents in a text; each with their names by their ids.

        Documents that the filter does not let through are not meant.
        """
        if not where.narrow:
            return []
        names = self._read_names()
        let_through = self._catalog.resolve_filter(where).documents
        found = []
        for named in find_objects(names, text):
            meant = [names.documents[place] for place in named.places]
            inside = {
                each.document_id: path_of_document(each).name
                for each in meant
                if let_through is None or each.document_id in let_through
            }
            if inside:
                found.append((named, inside))
        return found

    def is_called(self, words: Collection[str], where: Filter) -> bool:
        """Whether the name of some document has all of these terms; of none, it is so."""
        if not words:
            return True
        names, inside = self._read_names(), self._catalog.resolve_filter(where).documents
        found = (names.documents[place] for place in names.find_having(words))
        return any(inside is None or each.document_id in inside for each in found)

    def _narrow_documents(self, question: str, where: Filter) -> Narrowed:
        """Narrow a filter to documents."""
        latest, period = asks_for_latest(question), find_period(question)
        if not (latest or period or _names_version(question) or may_name_document(question)):
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
        inside = self._read_inside(where)
        if version := _find_version(question, inside):
            return version.narrow(version.rest, where)
        if latest:
            return _narrow_to_latest(question, where, inside)
        if period:
            return _narrow_to_period(question, where, inside, period)
        return Narrowed(question, where)

    def _read_inside(self, where: Filter) -> list[NamedDocument]:
        """The documents that a filter lets through."""
        inside = self._catalog.resolve_filter(where).documents
        documents = self._read_names().documents
        return [each for each in documents if inside is None or each.document_id in inside]

    def _read_names(self) -> DocumentNames:
        generation = self._catalog.generation
        if self._names is None or self._names[0] != generation:
            self._names = generation, DocumentNames(self._catalog.names())
        return self._names[1]


def _narrow_to_latest(question: str, where: Filter, documents: Sequence[NamedDocument]) -> Narrowed:
    """Narrow to the newest versions; when these do not answer, to the ones before."""
    families = [sort_versions(family) for family in group_versions(documents)]
    if not families:
        return Narrowed(question, where)
    older = {each.document_id for family in families for dated in family[1:] for each in dated}
    newest = _list_ids(each for each in documents if each.document_id not in older)
    question, otherwise = leave_out_present(question), None
    for age in reversed(range(1, _MOST_STEPS_BACK)):
        before = [each for family in families for each in (family[age : age + 1] or [[]])[0]]
        if before:
            inside = replace(where, documents=_list_ids(before), sources=None)
            otherwise = Narrowed(question, inside, _name_versions(before), otherwise)
    return Narrowed(question, replace(where, documents=newest, sources=None), (LATEST,), otherwise)


@dataclass(frozen=True, slots=True)
class _Version:
    """Versions that some words of a question name.

    :param rest: the question without *latest* or *old*.
    :param replaced: the question with *the document* in the place of the words.
    """

    documents: Sequence[NamedDocument]
    rest: str
    replaced: str

    def narrow(self, question: str, where: Filter) -> Narrowed:
        """Narrow a filter to them."""
        inside = replace(where, documents=_list_ids(self.documents), sources=None)
        return Narrowed(question, inside, _name_versions(self.documents))


def _names_version(question: str) -> bool:
    return any(pattern.search(question) for pattern in (NEWEST_DOCUMENT, OLDER_DOCUMENT))


def _find_version(question: str, documents: Sequence[NamedDocument]) -> _Version | None:
    """Find the newest or the older versions of a document that is called as the question says."""
    for pattern, which in ((OLDER_DOCUMENT, slice(1, None)), (NEWEST_DOCUMENT, slice(1))):
        asked = pattern.search(question)
        if asked is None:
            continue
        families = (sort_versions(family)[which] for family in group_versions(documents))
        found = [each for family in families for dated in family for each in dated]
        called = set(terms(asked["noun"], keep_stop_words=False)) - _VERSION
        meant = [each for each in found if called <= _terms_of(each)]
        if meant:
            rest = question[: asked.start("age")] + question[asked.end("age") :]
            replaced = question[: asked.start()] + THE_DOCUMENT + question[asked.end() :]
            return _Version(meant, rest, replaced)
    return None


def _narrow_to_period(
    question: str, where: Filter, documents: Sequence[NamedDocument], period: Period
) -> Narrowed:
    """Narrow to the documents of a time, or leave out the versions that were not valid then.

    A mere year may be that of what is told, too: the question is asked without it only when it is
    not answered as it is.
    """
    rest = leave_out(question, period.start, period.end)
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
    inside = replace(where, documents=kept, sources=None)
    alone = replace(where, documents=_list_ids(valid), sources=None)
    otherwise = Narrowed(rest or question, alone, _name_versions(valid))
    if period.kind == "version":
        return otherwise
    return Narrowed(question, inside, (f"the versions of {period.name}",), otherwise)


def _name_versions(documents: Sequence[NamedDocument]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(path_of_document(each).name for each in documents))
    more = len(names) - _MOST_NAMED
    return (*names[:_MOST_NAMED], f"{more:,} more") if more > 0 else names


def _terms_of(document: NamedDocument) -> set[str]:
    return {*terms(path_of_document(document).stem), *terms(document.title)}


def _list_ids(documents: Iterable[NamedDocument]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.document_id for each in documents))
