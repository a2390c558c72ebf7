"""Answers what is asked about documents: see :class:`RequestAnswerer`."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from rag.answers.abstention import ABSTENTION
from rag.answers.citations import cite
from rag.answers.extractive import with_sentences
from rag.library.catalog import Catalog
from rag.requests.comparison import Comparison, Row
from rag.requests.finding import Request
from rag.requests.listing import Listing
from rag.requests.mentions import Mentions
from rag.requests.outline import find_headings
from rag.requests.overview import KeySentence, OverviewMaker
from rag.requests.sayings import (
    MOST_LISTED,
    SAYINGS,
    count_documents,
    count_listed,
    count_mentions,
    file_name,
    name_document,
    number_of,
    show_date,
)
from rag.requests.sections import Section
from rag.support.judge import judge_verbatim
from rag.types import HEADING_SEPARATOR, Answer, AnswerLength, DocumentInfo, Passage, Sentence

if TYPE_CHECKING:
    from rag.requests.prose import OverviewWriter

_SENTENCES: dict[AnswerLength, int] = {"short": 2, "normal": 4, "full": 8}
"""Of an overview of one document."""
_IN_PROSE: dict[AnswerLength, int] = {"short": 2, "normal": 5, "full": 10}
"""The same in a chat model's words."""
_MOST_HEADINGS = 100
_MOST_OUTLINED = 4
"""Documents whose headings are shown together."""
EMPTY_CELL = "—"
"""Stands in a table of comparison where a side says nothing."""
_SECTIONS = "Sections:"
_FEWEST_SECTIONS, _MOST_SECTIONS = 3, 8
"""That an overview names, of the highest level that has so many."""
_BREAK = "\n"
_NO_HEADINGS = "The document has no headings."
_NO_TEXT = "The document has no text."


@dataclass(frozen=True)
class RequestAnswerer:
    """Answers in the documents' own sentences what is asked about them.

    :param writer: writes the overview of one document in a chat model's words.
    """

    catalog: Catalog
    overviews: OverviewMaker
    length: AnswerLength = "normal"
    writer: "OverviewWriter | None" = None

    def answers(
        self, draft: Answer, request: Request, documents: Sequence[DocumentInfo]
    ) -> Iterator[Answer]:
        """Growing answers, one sentence more each.

        :param draft: an answer with question and intent, and nothing said yet.
        :param documents: those that are asked about.
        :raises CitationError: a document was replaced meanwhile.
        :raises GoneError: the same.
        """
        if say := SAYINGS.get(request.intent):
            yield replace(draft, text=say(documents))
        elif self.writer and (passages := self._read_whole(request, documents)):
            quote = partial(self._quote, request=request, documents=documents)
            yield from self.writer.answers(draft, passages, _IN_PROSE[self.length], quote)
        else:
            yield from self._quote(draft, request, documents)

    def _read_whole(self, request: Request, documents: Sequence[DocumentInfo]) -> list[Passage]:
        """The passages of the one document or section of which an overview is wanted."""
        if request.intent != "overview" or request.absent:
            return []
        if request.sections:
            section = request.sections[0]
            one = len(request.sections) == 1
            return self.overviews.read_passages(section.document_id, section) if one else []
        one = len(documents) == 1
        return self.overviews.read_passages(documents[0].document_id) if one else []

    def _quote(
        self, draft: Answer, request: Request, documents: Sequence[DocumentInfo]
    ) -> Iterator[Answer]:
        """The same in the documents' own sentences."""
        composed = self._compose(request, documents)
        if composed.refusal:
            yield replace(
                draft,
                status="abstained",
                text=ABSTENTION,
                explanation=(composed.refusal,),
                confidence=0.0,
            )
            return
        sentences: list[Sentence] = []
        for number, (lead, each) in enumerate(composed.quotes, 1):
            citation = cite(self.catalog, each.passage, each.start, each.end, number)
            text = " ".join(citation.quote.split())
            lead = lead if sentences else f"{composed.opening}{lead.lstrip(_BREAK)}"
            verbatim = judge_verbatim(text, citation.quote)
            sentences.append(Sentence(text, (citation,), verbatim, lead=lead))
            yield with_sentences(draft, sentences)
        if not sentences:
            nothing = _NO_HEADINGS if request.intent == "outline" else _NO_TEXT
            yield replace(draft, text=composed.opening.strip() or nothing)

    def _compose(self, request: Request, documents: Sequence[DocumentInfo]) -> "_Composed":
        if request.absent:
            named = " or ".join(f"“{word}”" for word in request.absent)
            return _Composed((), refusal=f"No document is called or speaks of {named}.")
        if request.comparison:
            return _compose_comparison(request.comparison)
        if request.mentions:
            return _compose_mentions(request.mentions, documents)
        if request.sections:
            return _Composed(self._find_in_sections(request.sections, documents))
        if request.intent == "outline":
            return _Composed(self._find_outlines(documents))
        if request.intent == "overview" and len(documents) == 1:
            return _Composed(self._find_overview(documents[0].document_id))
        if request.listing:
            return self._compose_list(request.listing, documents)
        return _Composed(self._describe(documents), count_documents(documents))

    def _compose_list(self, listing: Listing, documents: Sequence[DocumentInfo]) -> "_Composed":
        """The documents of a list; where there is none, what was looked for."""
        found = listing.choose(documents)
        if not found:
            why = f"There are {listing.describe(0)}; the library has {number_of(len(documents))}."
            return _Composed((), refusal=why)
        described = self._describe(found, dated=listing.shows_dates)
        return _Composed(described, count_listed(listing, found, documents))

    def _describe(
        self, documents: Sequence[DocumentInfo], *, dated: bool = False
    ) -> Iterator[tuple[str, KeySentence]]:
        """A sentence of each document, below its name."""
        for document in documents[:MOST_LISTED]:
            date = show_date(document) if dated else ""
            for each in self.overviews.choose(document.document_id, 1):
                yield f"\n\n### {name_document(document)}{date}\n", each

    def _find_overview(self, document_id: str) -> Iterator[tuple[str, KeySentence]]:
        """The key sentences of a document, and below them the names of its sections."""
        lead = ""
        for each in self.overviews.choose(document_id, _SENTENCES[self.length]):
            yield lead, each
            lead = " "
        if self.length == "short":
            return
        levels: dict[str, list[KeySentence]] = {}
        for mark, each in find_headings(self.catalog, document_id, _MOST_HEADINGS):
            levels.setdefault(mark, []).append(each)
        known = [levels[mark] for mark in sorted(levels, key=len)]
        enough = [own for own in known if len(own) >= _FEWEST_SECTIONS] or known
        sections = enough[0] if enough else []
        for place, each in enumerate(sections[:_MOST_SECTIONS]):
            yield f"\n\n{_SECTIONS}\n- " if not place else "\n- ", each

    def _find_outlines(
        self, documents: Sequence[DocumentInfo]
    ) -> Iterator[tuple[str, KeySentence]]:
        """The headings; of several documents, each below its document's name."""
        most = _MOST_HEADINGS // min(max(len(documents), 1), _MOST_OUTLINED)
        for document in documents[:_MOST_OUTLINED]:
            name = f"\n\n### {name_document(document)}" if len(documents) > 1 else ""
            for mark, each in find_headings(self.catalog, document.document_id, most):
                yield f"{name}\n{mark}", each
                name = ""

    def _find_in_sections(
        self, sections: Sequence[Section], documents: Sequence[DocumentInfo]
    ) -> Iterator[tuple[str, KeySentence]]:
        """The key sentences of the sections, each below its document's name and its heading."""
        named = {document.document_id: file_name(document) for document in documents}
        number = _SENTENCES["short" if len(sections) > 1 else self.length]
        for section in sections[:MOST_LISTED]:
            path = HEADING_SEPARATOR.join((named[section.document_id], section.path[-1]))
            lead = f"\n\n### {path}\n"
            for each in self.overviews.choose(section.document_id, number, section):
                yield lead, each
                lead = " "


@dataclass(frozen=True, slots=True)
class _Composed:
    """What is quoted, each with what is set before it, and what citespan itself says.

    :param opening: set before the first quote.
    :param refusal: why nothing is quoted; "" where something is.
    """

    quotes: Iterable[tuple[str, KeySentence]]
    opening: str = ""
    refusal: str = ""


def _compose_mentions(mentions: Mentions, documents: Sequence[DocumentInfo]) -> _Composed:
    found = [each for each in documents if each.document_id in mentions.first]
    if not found:
        return _Composed(
            (), refusal=f"No document mentions “{mentions.words}” in these very words."
        )
    quotes = (
        (f"\n\n### {name_document(each)}\n", mentions.first[each.document_id])
        for each in found[:MOST_LISTED]
    )
    return _Composed(quotes, count_mentions(found, mentions.words))


def _compose_comparison(comparison: Comparison) -> _Composed:
    """A table of two columns: what each side says, and a dash where it says nothing."""
    if not comparison.rows:
        silent = " or ".join(f"“{name}”" for name in comparison.silent)
        return _Composed((), refusal=f"Nothing to compare: the documents say nothing of {silent}.")
    names = [name.replace("|", "/") for name in comparison.names]
    head = f"| {names[0]} | {names[1]} |\n| --- | --- |\n"
    both = [("", each) for each in comparison.both]
    return _Composed(chain(both, _set_rows(comparison.rows, f"\n\n{head}")))


def _set_rows(rows: Sequence[Row], head: str) -> Iterator[tuple[str, KeySentence]]:
    """The cells of a table, each with what is set before it."""
    closing = head
    for row in rows:
        if row.one:
            yield f"{closing}| ", row.one
        if row.other:
            yield " | " if row.one else f"{closing}| {EMPTY_CELL} | ", row.other
        closing = " |\n" if row.other else f" | {EMPTY_CELL} |\n"
