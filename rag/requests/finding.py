"""Tells which request about documents a question is, and finds what answers it."""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.library.library import Library
from rag.questions.intent import IntentModel
from rag.questions.last_answer import LENGTHS
from rag.questions.reading import ABOUT_ONE, CERTAIN, SMALL_TALK, QuestionReader, ReadQuestion
from rag.questions.scope.narrowing import Narrowed
from rag.requests.compared import Side, read_compared
from rag.requests.comparison import Comparer, Comparison
from rag.requests.listing import Listing, read_listing
from rag.requests.mentions import Mentions, find_asked_words, find_mentions
from rag.requests.sections import Section, find_sections, find_topic_sections
from rag.text.terms import terms
from rag.types import Intent

ABOUT_DOCUMENTS: frozenset[Intent] = frozenset(
    ("overview", "documents", "outline", "greeting", "thanks", "help")
)
"""What is answered here whatever the documents say."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked about documents.

    :param scope: the documents that it is about.
    :param certain: whether it is one; else only if the documents do not answer it as a question.
    :param sections: what an overview is of, when it is not of whole documents.
    :param mentions: where the words stand that are asked for.
    :param listing: which documents are listed.
    :param comparison: what two sides say.
    :param absent: words for what is asked about that stand in no document.
    """

    intent: Intent
    scope: Narrowed
    certain: bool = True
    sections: Sequence[Section] = ()
    mentions: Mentions | None = None
    listing: Listing | None = None
    comparison: Comparison | None = None
    absent: Sequence[str] = ()


class RequestFinder:
    """Tells requests over one library.

    :param compares_things: whether things that documents speak of are compared, too; a chat model
        does that better.
    """

    def __init__(
        self, library: Library, reader: QuestionReader, comparer: Comparer, *, compares_things: bool
    ) -> None:
        self._library = library
        self._reader = reader
        self._comparer = comparer
        self._compares_things = compares_things

    def find(self, read: ReadQuestion) -> Request | None:
        """Tell which request a question is; None where it wants an answer from the documents."""
        catalog = self._library.catalog
        for scope in filter(None, (read.scope, read.named)):
            if sections := find_sections(catalog, scope.question, scope.where):
                return Request("overview", scope, sections=sections)
        if asked := find_asked_words(read.scope.question):
            mentions = find_mentions(self._library, asked.words, read.scope.where)
            if asked.exact or mentions.first:
                return Request("documents", read.scope, mentions=mentions)
        if comparison := self._compare(read):
            return Request("compare", read.asked_scope, comparison=comparison)
        is_list = read.intent == "documents" and read.chance >= CERTAIN
        listing = read_listing(read.asked_scope.question, is_list=is_list)
        if listing and self._reader.scope_finder.is_called(listing.called, read.where):
            return Request("documents", read.asked_scope, listing=listing)
        if read.intent in ABOUT_DOCUMENTS:
            subject = self._find_subject(read)
            absent = [word for word in subject if not self._has_word(word)]
            certain = bool(absent) or (not subject and read.chance >= CERTAIN)
            return Request(read.intent, read.scope, certain, absent=absent)
        if sections := find_topic_sections(catalog, read.scope.question, read.scope.where):
            return Request("overview", read.scope, certain=False, sections=sections)
        return None

    def _find_subject(self, read: ReadQuestion) -> list[str]:
        """What an overview or an outline is wanted of, if not of all documents or a named one.

        ``Summarize the lasagna recipe`` means no other recipe.
        """
        if read.intent not in ABOUT_ONE or read.scope.names:
            return []
        words = IntentModel.load().find_subject(read.scope.question)
        return [word for word in words if terms(word, keep_stop_words=False)]

    def _has_word(self, word: str) -> bool:
        return all(map(self._library.lexical.has_term, terms(word, keep_stop_words=False)))

    def find_last(self, read: ReadQuestion) -> Request | None:
        """Find the request of which more or less is wanted; None where there was none before."""
        for question, _ in reversed(read.history):
            earlier = self._reader.read(question, (), read.where)
            if earlier.intent not in (*LENGTHS, *SMALL_TALK):
                return self.find(earlier)
        return None

    def _compare(self, read: ReadQuestion) -> Comparison | None:
        """Compare what a question names; None where that is nothing."""
        scope = read.asked_scope
        compared = read_compared(
            scope.question, self._reader.scope_finder, self._library.catalog, scope.where
        )
        if compared is None or not (compared.are_documents or self._compares_things):
            return None
        absent = tuple(side.name for side in compared.sides if self._is_absent(side))
        if absent:
            return Comparison((compared.sides[0].name, compared.sides[1].name), (), absent)
        comparison = self._comparer.compare(compared)
        # what is said in other words, a plain answer may still find
        return comparison if comparison.rows else None

    def _is_absent(self, side: Side) -> bool:
        """Whether no document has the words of a thing."""
        has = self._library.lexical.has_term
        return bool(side.words) and not any(all(map(has, words)) for words in side.words)
