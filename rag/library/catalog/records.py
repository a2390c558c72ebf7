"""The records that go into the catalog and come out of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rag.metadata import Metadata
from rag.types import Aside, FloatArray


@dataclass(frozen=True, slots=True)
class NewChunk:
    """A chunk to store; the catalog gives it its id and document.

    :param digest: SHA-256 (hex) of the text that was embedded; equal digests share a vector.
    :param vector: ``(dimension,) float32``, unit length.
    :param asides: what in it stands beside the document's text; offsets in ``text``.
    """

    start: int
    end: int
    page: int | None
    heading: str
    text: str
    digest: str
    vector: FloatArray
    asides: tuple[Aside, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True, slots=True)
class StoredChunk(NewChunk):
    """A stored chunk, with its document."""

    id: str
    document_id: str
    source: str
    title: str
    added: float
    metadata: Metadata = field(default_factory=dict, kw_only=True)


class Place(NamedTuple):
    """Where a person finds some characters.

    :param page: None when the document has no pages.
    :param row: the sheet and the row of a table, or the attachment of a mail; "" elsewhere.
    :param ocr: how sure OCR is of the least certain word, in [0, 1]; None where it read none.
    """

    page: int | None
    row: str
    ocr: float | None


@dataclass(frozen=True, slots=True)
class NamedDocument:
    """A document under one of its names.

    :param source: the name.
    :param date: ``2024-03-05``: what the document gives itself, else when its file was last
        changed; "" when neither is known.
    :param own_date: whether the document gives it itself.
    """

    document_id: str
    source: str
    title: str
    date: str = ""
    own_date: bool = False


class HeadedChunk(NamedTuple):
    """A chunk with its document and the path of its headings."""

    id: str
    document_id: str
    source: str
    heading: str


class DocumentDate(NamedTuple):
    """The date of a document.

    :param day: as ``2024-03-05``; "" when it is not known.
    :param own: whether the document gives it itself; else it is when its file was last changed.
    """

    day: str
    own: bool


@dataclass(frozen=True, slots=True)
class FileState:
    """The state of a file when it was last read, so that it need not be read again.

    :param name: the source's name.
    :param size: bytes.
    :param modified: nanoseconds since the epoch; 0 when it was too young to be trusted.
    :param recipe: the reader and the way of chunking, with their versions.
    :param digest: SHA-256 (hex) of its bytes, or "" when they could not be read.
    :param document_id: the document that was made of it, or "" when it was refused.
    :param reason: why it was refused, or "".
    :param etag: what the web server calls this version, or "".
    """

    name: str
    size: int
    modified: int
    inode: int
    recipe: str
    digest: str
    document_id: str = ""
    reason: str = ""
    etag: str = ""


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document to store: all of it is committed, or none.

    :param chunks: ignored when the document is stored already.
    :param layout: its page layout, encoded; b"" when it has none.
    :param file: the file it was read from.
    :param date: that the document gives itself, as ``2024-03-05``; "" when it gives none.
    :param metadata: what was given with it, encoded; "" when nothing was.
    """

    id: str
    source: str
    title: str
    content_hash: str
    chunks: Sequence[NewChunk]
    layout: bytes = b""
    file: FileState | None = None
    date: str = ""
    metadata: str = ""


@dataclass(frozen=True, slots=True)
class IndexState:
    """The state of an index: its generation, its folder, and whether a write was interrupted.

    :param files: its files after the last write, as
        :func:`rag.library.index_check.describe_files` gives them; "" when unknown.
    """

    generation: int
    folder: str
    dirty: bool
    files: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """What was committed after some generation, all seen at one moment.

    :param generation: the catalog's at that moment.
    :param total: chunks in the whole catalog.
    :param removed: ids of the removed chunks.
    :param added: batches of the added ones.
    """

    generation: int
    total: int
    removed: list[str]
    added: Iterator[list[StoredChunk]]


def chunk_id(document_id: str, ordinal: int) -> str:
    """The id of a document's ``ordinal``-th chunk, counting from 0."""
    return f"{document_id}:{ordinal}"
