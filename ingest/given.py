"""Brings texts, LangChain documents, Chroma collections and bytes into the library, as files are.

Each is stored under a name of its own, its id. What has the same text, the same metadata and the
same id is not read again.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ingest.index import ingest_given
from ingest.readers import format_of
from ingest.reading.load import unknown_format
from ingest.report import IngestReport
from ingest.sources.scan import FoundFile
from rag.errors import DocumentError
from rag.interfaces.writing import TextSplitter
from rag.metadata import Metadata, decode_metadata, encode_metadata
from rag.models.embedder import Embedder
from rag.names import check_texts, list_names
from rag.settings import Settings
from rag.text.characters import replace_surrogates

if TYPE_CHECKING:
    from langchain_core.documents import Document

_log = logging.getLogger(__name__)
_TEXT = "given"
"""The format of a text, :mod:`ingest.readers.given`."""
_AT_ONCE = 500
"""Records of a collection that are read and stored together."""


class Collection(Protocol):
    """What is needed of a ``chromadb.Collection`` or a ``langchain_chroma.Chroma``."""

    def get(self, *, include: list[str], limit: int, offset: int) -> Mapping[str, Any]:
        """Some of its records, as lists under ``ids``, ``documents`` and ``metadatas``."""


def add_texts(
    texts: Iterable[str],
    settings: Settings | None = None,
    *,
    ids: Sequence[str | None] | None = None,
    metadatas: Sequence[Metadata | None] | None = None,
    embedder: Embedder | None = None,
    splitter: TextSplitter | None = None,
) -> list[str]:
    """Store texts; one with the id of an older one replaces it.

    A ``title`` and a ``date`` (``2024-03-05``) among the metadata are the text's own.

    :param ids: for each text; without one, an id is made of the text and its metadata.
    :param metadatas: for each text, what citations return and filters look at.
    :param embedder: of the settings' model, where one is loaded already.
    :param splitter: as in ``ingest``.
    :return: the ids of the texts; one without a word is left out, with a warning in the log.
    :raises TypeError: a text is none, or metadata have no JSON form.
    :raises ValueError: there are not as many ids or metadata as texts, or an id comes twice.
    :raises RagError: the library or the model cannot be used.
    """
    check_texts(texts)
    listed = list(texts)
    encoded = [
        encode_metadata(each) for each in _match(metadatas, len(listed), "metadatas") or []
    ] or [""] * len(listed)
    names = _match(ids, len(listed), "ids") or [None] * len(listed)
    found = [
        _make_found_text(text, name, metadata)
        for text, name, metadata in zip(listed, names, encoded, strict=True)
    ]
    distinct = {each.name: each for each in found}
    if len(distinct) < len(set(found)):
        raise ValueError("an id is given to two different texts; give each text an id of its own")
    report = ingest_given(
        list(distinct.values()), settings or Settings(), embedder=embedder, splitter=splitter
    )
    refused = dict(report.failed)
    for name, reason in refused.items():
        _log.warning("the text %s is not added: %s", name, reason)
    return [each.name for each in found if each.name not in refused]


def add_documents(
    documents: Iterable[Document],
    settings: Settings | None = None,
    *,
    ids: Sequence[str | None] | None = None,
    embedder: Embedder | None = None,
    splitter: TextSplitter | None = None,
) -> list[str]:
    """Store LangChain documents with their metadata; see :func:`add_texts`.

    :param ids: for each document; without one, it has the document's own.
    """
    listed = list(documents)
    given = _match(ids, len(listed), "ids") or [each.id for each in listed]
    return add_texts(
        [each.page_content for each in listed],
        settings,
        ids=given,
        metadatas=[each.metadata for each in listed],
        embedder=embedder,
        splitter=splitter,
    )


def add_collection(
    collection: Collection,
    settings: Settings | None = None,
    *,
    embedder: Embedder | None = None,
    splitter: TextSplitter | None = None,
) -> list[str]:
    """Store the texts of a Chroma collection with their ids and metadata; see :func:`add_texts`.

    They are embedded anew: the collection's own vectors may be of any model.

    :param collection: a ``chromadb.Collection``, or a ``langchain_chroma.Chroma``.
    :return: the ids of the texts; a record without a text is left out, with a warning in the log.
    :raises TypeError: it is no collection.
    """
    given: object = collection
    if not callable(getattr(given, "get", None)) or isinstance(given, Mapping):
        raise TypeError(f"a Chroma collection is needed, not {type(collection).__name__}")
    stored: list[str] = []
    bare = first = 0
    while ids := (
        records := collection.get(include=["documents", "metadatas"], limit=_AT_ONCE, offset=first)
    )["ids"]:
        texts, told = records["documents"], records["metadatas"]
        held = [place for place, text in enumerate(texts) if text is not None]
        stored += add_texts(
            [texts[place] for place in held],
            settings,
            ids=[ids[place] for place in held],
            metadatas=[told[place] for place in held],
            embedder=embedder,
            splitter=splitter,
        )
        bare += len(ids) - len(held)
        first += len(ids)
    if bare:
        _log.warning("records of the collection that have no text are not added: %d", bare)
    return stored


def add_bytes(
    files: Mapping[str, bytes],
    settings: Settings | None = None,
    *,
    metadatas: Mapping[str, Metadata] | None = None,
    embedder: Embedder | None = None,
    splitter: TextSplitter | None = None,
) -> IngestReport:
    """Store files that are in memory: their names, which give the formats, and their bytes.

    A name that is stored is replaced. A file that cannot be read is reported, as by ``ingest``.

    :param metadatas: by name, what citations return and filters look at.
    :param embedder: of the settings' model, where one is loaded already.
    :param splitter: as in ``ingest``.
    :raises DocumentError: the format of a name is not read; nothing is stored.
    :raises RagError: the library or the model cannot be used.
    """
    given = metadatas or {}
    if unknown := given.keys() - files.keys():
        raise ValueError(f"there are metadata for {sorted(unknown)[0]!r}, and no file of that name")
    found = []
    for name, data in files.items():
        module = format_of(name)
        if module is None:
            raise DocumentError(f"{name}: {unknown_format(name)}")
        if not isinstance(data, bytes | bytearray | memoryview):
            raise TypeError(f"{name} is given as bytes, not as {type(data).__name__}")
        metadata = encode_metadata(given.get(name))
        found.append(_make_found(name, name, bytes(data), module, metadata))
    return ingest_given(found, settings or Settings(), embedder=embedder, splitter=splitter)


def _match(given: Sequence[Any] | None, count: int, what: str) -> list[Any] | None:
    """What is given for each text, checked to be as many."""
    if given is None:
        return None
    if isinstance(given, str | bytes | Mapping):
        raise TypeError(f"{what} are a list with one for each text")
    if len(listed := list(given)) != count:
        raise ValueError(f"there are {count} texts and {len(listed)} {what}")
    return listed


def _make_found_text(text: object, name: str | None, metadata: str) -> FoundFile:
    if not isinstance(text, str):
        raise TypeError(f"a text is a str, not {type(text).__name__}")
    data = replace_surrogates(text).encode()
    if name is None:
        digest = hashlib.sha256(data + b"\0" + metadata.encode()).hexdigest()
        name = f"text:{digest[:32]}"
    (name,) = list_names(name, "ids")
    if not name.strip():
        raise ValueError("an id is empty; leave it out, and one is made of the text")
    source = decode_metadata(metadata).get("source")
    path = source if isinstance(source, str) else ""
    return _make_found(path, name, data, _TEXT, metadata)


def _make_found(path: str, name: str, data: bytes, module: str, metadata: str) -> FoundFile:
    mark = int.from_bytes(hashlib.sha256(data).digest()[:7], "big")
    return FoundFile(Path(path).name, name, len(data), 0, mark, module, "", data, metadata)
