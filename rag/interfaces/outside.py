"""Passages of a retriever from outside, kept where the answerer can check spans in them."""

from __future__ import annotations

import shutil
import weakref
from contextlib import closing
from importlib import import_module
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from rag.answers.abstention import ABSTENTION
from rag.answers.extractive import ExtractiveAnswerer
from rag.errors import EmptyLibraryError
from rag.library.library import Library
from rag.metadata import encode_metadata
from rag.models.embedder import Embedder
from rag.questions.follow_ups import make_standalone
from rag.settings import Settings
from rag.types import Answer, Filter, History

if TYPE_CHECKING:
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever

_MOST = 5_000
"""Documents that are kept; then they are fetched anew."""


class OutsidePassages:
    """What a LangChain retriever finds, in a library of its own that ends with this object.

    Each of its documents is read and embedded once; then it is there for the next question.

    :param settings: those of the answers; the home is another one.
    """

    def __init__(self, retriever: BaseRetriever, settings: Settings, embedder: Embedder) -> None:
        self._retriever = retriever
        self._embedder = embedder
        folder = mkdtemp(prefix="citespan-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        own = {"home": Path(folder), "catalog": None, "chroma": None}
        self.settings = settings.model_copy(update=own)

    def fetch(self, question: str, history: History, where: Filter) -> Filter | None:
        """Have the retriever find documents; return the filter that lets only these through.

        :param where: its conditions on metadata hold for what was found.
        :return: None when it finds nothing with a word in it.
        """
        found = self._retriever.invoke(make_standalone(question, history))
        texts = [document for document in found if document.page_content.strip()]
        if not texts:
            return None
        self._forget_if_many()
        names = import_module("ingest").add_texts(
            [document.page_content for document in texts],
            self.settings,
            metadatas=[_describe(document) for document in texts],
            embedder=self._embedder,
        )
        return (
            Filter(sources=names, metadata=where.metadata, narrow=where.narrow) if names else None
        )

    @staticmethod
    def refuse(question: str) -> Answer:
        """The answer where nothing was found."""
        return Answer(
            question=question,
            standalone_question=question,
            status="abstained",
            text=ABSTENTION,
            sentences=(),
            passages=(),
            answerer=ExtractiveAnswerer.name,
            confidence=0.0,
            explanation=("The retriever found nothing.",),
            timings={"total": 0.0},
        )

    def _forget_if_many(self) -> None:
        try:
            with closing(Library.of(self.settings)) as library:
                many = library.catalog.counts()[0] > _MOST
        except EmptyLibraryError:
            return
        if many:
            import_module("ingest").remove_all(self.settings)


def _describe(document: Document) -> dict[str, object]:
    """A document's metadata that have a JSON form, with its id."""
    kept: dict[str, object] = {"id": document.id} if document.id else {}
    for key, value in document.metadata.items():
        try:
            encode_metadata({key: value})
        except TypeError:
            continue
        kept[key] = value
    return kept
