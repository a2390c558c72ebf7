"""Example questions made from the documents of the library.

:mod:`rag.suggestions.questions` turns sentences of the documents into the questions they answer. A
question is offered only if the library surely answers it from that sentence; where there are too
few, documents are offered by their names.
"""

import threading
from collections.abc import Iterator, Sequence
from itertools import islice

from rag import DocumentInfo, Rag
from rag.errors import RagError
from rag.suggestions.questions import Candidate, make_candidates, select_candidates
from rag.suggestions.suggest import is_answered
from rag.suggestions.topics import ask_about_documents
from ui.failures import log_failure

MOST = 3
"""Questions offered."""
_DOCUMENTS = 12
_CHARACTERS = 40_000
"""Of each document. Both limits keep the page quick to open, however large the library is."""
_TRIED = 12
"""Questions that are tried at most."""


class ExampleQuestions:
    """The example questions of one library; new ones are made when its documents change."""

    def __init__(self, rag: Rag) -> None:
        self._rag = rag
        self._making = threading.Lock()
        self._made: tuple[list[str], tuple[str, ...]] = ([], ())

    def get_or_start(self) -> tuple[str, ...] | None:
        """Return the questions, or None and start making them.

        Each of them is answered first, and no page should wait for that.
        """
        made = self._current()
        if made is None and not self._making.locked():
            threading.Thread(target=self._make, name="examples", daemon=True).start()
        return made

    def _current(self) -> tuple[str, ...] | None:
        try:
            documents = _sample_evenly(self._rag.documents(), _DOCUMENTS)
        except RagError:
            return ()
        known, made = self._made
        return made if known == [document.document_id for document in documents] else None

    def _make(self) -> None:
        """Make them in a thread, and log failures, which nobody else would notice."""
        try:
            self.questions()
        except Exception as error:  # noqa: BLE001 - the edge of a thread: log it
            log_failure(error)

    def questions(self) -> tuple[str, ...]:
        """Make at most :data:`MOST` questions, always the same; none if the library fails."""
        try:
            documents = _sample_evenly(self._rag.documents(), _DOCUMENTS)
            known = [document.document_id for document in documents]
            with self._making:
                if known != self._made[0]:
                    self._made = known, tuple(islice(self._select_answered(documents), MOST))
                return self._made[1]
        except RagError:
            return ()

    def _select_answered(self, documents: Sequence[DocumentInfo]) -> Iterator[str]:
        proposed = {}
        for document in documents:
            text = self._rag.source_text(document.document_id)[:_CHARACTERS]
            found = select_candidates(make_candidates(document.title, text), _TRIED)
            proposed[document.document_id] = found
        ask = self._rag.varied(chat_model=None).ask
        for document_id, candidate in islice(_interleave(proposed), _TRIED):
            if is_answered(ask, document_id, candidate):
                yield candidate.question
        yield from ask_about_documents(documents)


def _sample_evenly(documents: Sequence[DocumentInfo], most: int) -> list[DocumentInfo]:
    """Take at most so many documents, evenly over the list."""
    taken = min(most, len(documents))
    return [documents[i * len(documents) // taken] for i in range(taken)]


def _interleave(proposed: dict[str, list[Candidate]]) -> Iterator[tuple[str, Candidate]]:
    """Yield the best of each document, then the second best of each, …; no question twice."""
    asked: set[str] = set()
    for rank in range(max((len(found) for found in proposed.values()), default=0)):
        for document_id, found in proposed.items():
            if rank < len(found) and found[rank].question.lower() not in asked:
                asked.add(found[rank].question.lower())
                yield document_id, found[rank]
