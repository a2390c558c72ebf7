"""What goes into the catalog and comes out of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class NewChunk:
    """A chunk on its way in; its id and document are the catalog's to give.

    :param digest: SHA-256 (hex) of the text that was embedded; equal digests share a vector.
    :param vector: ``(dimension,) float32``, unit length.
    """

    start: int
    end: int
    page: int | None
    heading: str
    text: str
    digest: str
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class StoredChunk(NewChunk):
    """A chunk with all that the catalog holds of it."""

    id: str
    document_id: str
    source: str
    title: str
    added: float


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as it was when it was read last, so that it need not be read again.

    :param name: the source's name.
    :param size: bytes.
    :param modified: nanoseconds since the epoch; 0 when it was too young to be trusted.
    :param recipe: by what it was read and cut.
    :param digest: SHA-256 (hex) of its bytes, or "" when they could not be read.
    :param document_id: what it became, or "" when it was refused.
    :param reason: why it was refused, or "".
    """

    name: str
    size: int
    modified: int
    inode: int
    recipe: str
    digest: str
    document_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document on its way in: all of it is committed, or none.

    :param chunks: ignored when the document is stored already.
    :param layout: where its text stands on pages, encoded; b"" when it has none.
    :param file: the file it was read from.
    """

    id: str
    source: str
    title: str
    content_hash: str
    chunks: Sequence[NewChunk]
    layout: bytes = b""
    file: FileState | None = None


@dataclass(frozen=True, slots=True)
class IndexState:
    """Where an index stands: up to which generation, in which folder, whether a write broke off.

    :param files: how its files looked after the last write, see
        :func:`rag.library.index_check.fingerprint`; "" when that is not known.
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
    :param removed: ids of the chunks that went.
    :param added: batches of those that came.
    """

    generation: int
    total: int
    removed: list[str]
    added: Iterator[list[StoredChunk]]


def chunk_id(document_id: str, ordinal: int) -> str:
    """The id of a document's ``ordinal``-th chunk, counting from 0."""
    return f"{document_id}:{ordinal}"
