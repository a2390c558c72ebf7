"""Example questions drawn from the library itself.

Sentences of the documents are turned round into the question they answer
(:mod:`ui.web.question_generation`). Only what the library then really answers, from that very
sentence, is offered.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rag.errors import RagError
from ui.answering import log_failure
from ui.web.question_generation import Candidate, candidates, chosen

if TYPE_CHECKING:
    from rag import DocumentInfo, Rag

MOST = 3
"""Questions offered."""
_DOCUMENTS = 12
_CHARACTERS = 40_000
"""Of each document; both keep opening the page quick, however large the library."""
_TRIED = 12
"""Questions put to the library before what was found must do."""


class ExampleQuestions:
    """The example questions of one library, made again when its documents change."""

    def __init__(self, rag: Rag) -> None:
        self._rag = rag
        self._making = threading.Lock()
        self._made: tuple[list[str], tuple[str, ...]] = ([], ())

    def ready(self) -> tuple[str, ...] | None:
        """The questions at once, or None while they are being made, which this starts.

        Each of them has to be answered first, and no page should wait for that.
        """
        made = self._known()
        if made is None and not self._making.locked():
            threading.Thread(target=self._make, name="examples", daemon=True).start()
        return made

    def _known(self) -> tuple[str, ...] | None:
        try:
            documents = _spread(self._rag.documents(), _DOCUMENTS)
        except RagError:
            return ()
        known, made = self._made
        return made if known == [document.document_id for document in documents] else None

    def _make(self) -> None:
        """Make them where nobody waits, and so nobody else would hear of a failure."""
        try:
            self.questions()
        except Exception as error:  # noqa: BLE001 - anything may go wrong in a library; it is logged
            log_failure(error)

    def questions(self) -> tuple[str, ...]:
        """At most :data:`MOST` questions, the same ones each time; none if the library fails."""
        try:
            documents = _spread(self._rag.documents(), _DOCUMENTS)
            known = [document.document_id for document in documents]
            with self._making:
                if known != self._made[0]:
                    self._made = known, tuple(self._answered(documents))
                return self._made[1]
        except RagError:
            return ()

    def _answered(self, documents: Sequence[DocumentInfo]) -> Iterator[str]:
        proposed = {
            document.document_id: chosen(
                candidates(
                    document.title, self._rag.source_text(document.document_id)[:_CHARACTERS]
                ),
                _TRIED,
            )
            for document in documents
        }
        found = 0
        for tried, (document_id, candidate) in enumerate(_in_turn(proposed)):
            if tried == _TRIED or found == MOST:
                return
            if self._answers(document_id, candidate):
                found += 1
                yield candidate.question

    def _answers(self, document_id: str, candidate: Candidate) -> bool:
        answer = self._rag.varied(chat_model=None).ask(candidate.question)
        if answer.status != "answered":
            return False
        start, end = candidate.start, candidate.end
        return any(
            cited.document_id == document_id
            and (start is None or end is None or (cited.start < end and start < cited.end))
            for cited in answer.citations
        )


def _spread(documents: Sequence[DocumentInfo], most: int) -> list[DocumentInfo]:
    """At most so many documents, evenly over the list."""
    if len(documents) <= most:
        return list(documents)
    return [documents[i * len(documents) // most] for i in range(most)]


def _in_turn(proposed: dict[str, list[Candidate]]) -> Iterator[tuple[str, Candidate]]:
    """The best of each document, then the second best of each, …; one subject once."""
    asked: set[str] = set()
    for rank in range(max((len(found) for found in proposed.values()), default=0)):
        for document_id, found in proposed.items():
            if rank < len(found) and found[rank].question.lower() not in asked:
                asked.add(found[rank].question.lower())
                yield document_id, found[rank]
