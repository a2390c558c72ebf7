"""What :class:`rag.Rag` adds to its library and deletes from it.

Reading and embedding documents is the work of the package ``ingest``, which stands above this one
and is looked up by name when something is added; so asking loads none of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast, runtime_checkable

from rag.metadata import Metadata
from rag.models.embedder import Embedder
from rag.names import Names
from rag.settings import Settings

if TYPE_CHECKING:
    from langchain_core.documents import Document


@runtime_checkable
class TextSplitter(Protocol):
    """What is needed of LangChain's ``TextSplitter``."""

    def split_text(self, text: str) -> list[str]:
        """Split a text into pieces, in their order."""


def check_splitter(splitter: object) -> None:
    """Check that it splits texts.

    :raises TypeError: it does not.
    """
    if not isinstance(splitter, TextSplitter):
        kind = type(splitter).__name__
        raise TypeError(f"a splitter has split_text(), as LangChain's TextSplitter; {kind} has not")


class DocumentWriter:
    """Adds and deletes documents, in the transactions in which files are ingested.

    An answer that is being built is not disturbed; the next question finds what was added.
    """

    settings: Settings
    embedder: Embedder
    splitter: TextSplitter | None

    @property
    def _parts(self) -> dict[str, Any]:
        return {"embedder": self.embedder, "splitter": self.splitter}

    def ingest(self, paths: Names, **options: Any) -> Any:
        """Bring files and folders into this library, by ``citespan.ingest`` and its options.

        :param paths: files, folders, s3:// addresses of either, and web addresses
            (``https://…``), which are fetched within the limits of the command line.
        """
        return _ingest().ingest(paths, self.settings, **self._parts | options)

    def add_texts(
        self,
        texts: Iterable[str],
        metadatas: Sequence[Metadata | None] | None = None,
        *,
        ids: Sequence[str | None] | None = None,
    ) -> list[str]:
        """Store texts, each as a document of its own; its citations are spans of that text.

        A text that is there already, with the same metadata and id, costs nothing. One with the id
        of an older one replaces it. A ``title`` and a ``date`` among the metadata are the text's.

        :param metadatas: for each text; citations return them, and ``Filter(metadata=…)`` finds by
            them.
        :param ids: for each text; without one, an id is made of the text and its metadata.
        :return: the ids, for :meth:`delete`; a text without a word is left out, with a warning in
            the log.
        :raises TypeError: a text is none, or metadata have no JSON form.
        :raises ValueError: there are not as many ids or metadata as texts, or an id comes twice.
        :raises RagError: the library or the model cannot be used.
        """
        given = {"ids": ids, "metadatas": metadatas} | self._parts
        return cast("list[str]", _ingest().add_texts(texts, self.settings, **given))

    def add_documents(
        self, documents: Iterable[Document], *, ids: Sequence[str | None] | None = None
    ) -> list[str]:
        """Store LangChain documents with their metadata; see :meth:`add_texts`.

        :param ids: for each document; without them, those that the documents have.
        """
        given = {"ids": ids} | self._parts
        return cast("list[str]", _ingest().add_documents(documents, self.settings, **given))

    def add_collection(self, collection: Any) -> list[str]:
        """Store the texts of a Chroma collection with their ids and metadata.

        They are embedded anew: the collection's own vectors may be of any model. See
        :meth:`add_texts`.

        :param collection: a ``chromadb.Collection``, or a ``langchain_chroma.Chroma``.
        :return: the ids; a record without a text is left out, with a warning in the log.
        :raises TypeError: it is no collection.
        """
        return cast("list[str]", _ingest().add_collection(collection, self.settings, **self._parts))

    def add_bytes(
        self, files: Mapping[str, bytes], *, metadatas: Mapping[str, Metadata] | None = None
    ) -> list[str]:
        """Store files that are in memory: their names, which give the formats, and their bytes.

        :param metadatas: by name; see :meth:`add_texts`.
        :return: the names of those that were stored.
        :raises DocumentError: a file cannot be read; the others are stored.
        """
        from rag.errors import DocumentError

        given = {"metadatas": metadatas} | self._parts
        report = _ingest().add_bytes(files, self.settings, **given)
        if report.failed:
            raise DocumentError("; ".join(f"{name}: {reason}" for name, reason in report.failed))
        return list(files)

    def delete(self, ids: Names) -> list[str]:
        """Delete texts by their ids, and files by their names; unknown ones are ignored.

        :return: those that were deleted.
        """
        return list(_ingest().delete(ids, self.settings))


def _ingest() -> Any:
    return import_module("ingest")
