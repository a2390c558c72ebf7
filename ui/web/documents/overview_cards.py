"""What the start page says of each document: two sentences of it, its sections, questions to ask.

The sentences and sections are the document's own, each with its place. A question is shown only if
the library surely answers it from the sentence that it was made of.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from rag import DocumentInfo, Rag
from rag.errors import RagError
from rag.requests.outline import find_headings
from rag.requests.overview import KeySentence, OverviewMaker
from rag.suggestions.questions import make_candidates, select_candidates
from rag.suggestions.suggest import is_answered
from ui.escape import remove_unsafe, shorten
from ui.failures import log_failure
from ui.web.views.citation import document_title, kind_of, link_to
from ui.web.views.text_format import inline_text_html

MOST = 6
"""Documents that have a card: the ones added last."""
_SENTENCES = 2
_HEADINGS = 4
QUESTIONS = 3
"""Of a card, at most."""
_TRIED = 8
"""Questions of a document that are asked, to see whether they are answered."""
_CHARACTERS = 40_000
"""Of a document that are turned into questions."""
_LONGEST_SENTENCE, _LONGEST_HEADING = 220, 60
"""Characters that are shown."""


@dataclass(frozen=True, slots=True)
class OverviewCard:
    """A document in short.

    :param headings: of its first sections.
    :param questions: each is answered by the document.
    """

    document: DocumentInfo
    sentences: tuple[KeySentence, ...]
    headings: tuple[KeySentence, ...]
    questions: tuple[str, ...] = ()


class OverviewCards:
    """The cards of one library; new ones are made when its documents change."""

    def __init__(self, rag: Rag) -> None:
        self._rag = rag
        self._making = threading.Lock()
        self._made: tuple[OverviewCard, ...] = ()
        self._known: tuple[str, ...] | None = None

    def get_or_start(self) -> tuple[tuple[OverviewCard, ...], bool]:
        """Return the cards made so far, and whether they are complete; start making them."""
        wanted = tuple(document.document_id for document in self._list_newest())
        if wanted == self._known:
            return self._made, True
        if not self._making.locked():
            threading.Thread(target=self._make_safely, name="cards", daemon=True).start()
        there = {card.document.document_id: card for card in self._made}
        return tuple(there[id_] for id_ in wanted if id_ in there), False

    def make(self) -> tuple[OverviewCard, ...]:
        """Make the cards; first what the documents say, then the questions, which take longer."""
        with self._making:
            documents = self._list_newest()
            overviews = OverviewMaker(self._rag.library.catalog, self._rag.embedder.embed)
            cards = [self._describe(document, overviews) for document in documents]
            self._made = tuple(cards)
            for place, card in enumerate(cards):
                cards[place] = replace(card, questions=self._find_questions(card.document))
                self._made = tuple(cards)
            self._known = tuple(document.document_id for document in documents)
            return self._made

    def _make_safely(self) -> None:
        """Make them in a thread, and log failures, which nobody else would notice."""
        try:
            self.make()
        except Exception as error:  # noqa: BLE001 - the edge of a thread: log it
            log_failure(error)

    def _list_newest(self) -> Sequence[DocumentInfo]:
        try:
            documents = self._rag.documents()
        except RagError:
            return ()
        return sorted(documents, key=lambda document: -document.added)[:MOST]

    def _describe(self, document: DocumentInfo, overviews: OverviewMaker) -> OverviewCard:
        catalog, id_ = self._rag.library.catalog, document.document_id
        headings = [
            each
            for mark, each in find_headings(catalog, id_, 4 * _HEADINGS)
            if mark == "- " and each.text.strip() != document.title
        ]
        return OverviewCard(
            document, overviews.choose(id_, _SENTENCES), tuple(headings[:_HEADINGS])
        )

    def _find_questions(self, document: DocumentInfo) -> tuple[str, ...]:
        ask = self._rag.varied(chat_model=None).ask
        text = self._rag.source_text(document.document_id)[:_CHARACTERS]
        made = select_candidates(make_candidates(document.title, text), _TRIED)
        answered = (each.question for each in made if is_answered(ask, document.document_id, each))
        return tuple(islice(answered, QUESTIONS))


def card_json(card: OverviewCard) -> dict[str, Any]:
    """The card with its texts as escaped HTML, and with the address of each place."""
    document = card.document
    return {
        "title": remove_unsafe(document_title(document)),
        "kind": kind_of(document.sources[0]),
        "link": link_to(document.document_id, 0, 0),
        "sentences": [_place(card, each, _LONGEST_SENTENCE) for each in card.sentences],
        "headings": [_place(card, each, _LONGEST_HEADING) for each in card.headings],
        "questions": card.questions,
    }


def _place(card: OverviewCard, part: KeySentence, most: int) -> dict[str, str]:
    words = part.text.lstrip("# ")  # a heading may stand for a document without sentences
    end = part.passage.start + part.end
    return {
        "html": inline_text_html(shorten(words, most), card.document.sources[0]),
        "link": link_to(card.document.document_id, end - len(words), end),
    }
