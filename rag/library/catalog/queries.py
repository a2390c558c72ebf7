"""Queries that more than one module needs, and the conversion of rows to records."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, bindparam, func, select

from rag.library.catalog.records import StoredChunk
from rag.library.catalog.tables import chunks, documents, indexes, library, sources
from rag.metadata import decode_metadata
from rag.text.asides import decode_asides
from rag.types import FloatArray


def get_value(db: Connection, key: str) -> str | None:
    """Read one of the library's own values; None when it is not there."""
    value = db.scalar(_VALUE, {"key": key})
    return None if value is None else str(value)


def get_dimension(db: Connection) -> int | None:
    """Read the length of the vectors; None when there are none."""
    size = db.scalar(_LENGTH)
    return None if size is None else int(size) // 4


def find_sources(db: Connection, names: Sequence[str]) -> dict[str, str]:
    """Find those of the sources that are stored, with the ids of their documents."""
    found: dict[str, str] = {}
    for some in in_batches(names):
        for row in db.execute(select(sources).where(sources.c.name.in_(some))):
            found[row.name] = row.document_id
    return found


def in_batches(values: Sequence[str]) -> Iterator[Sequence[str]]:
    """The values in batches that one statement can take."""
    for first in range(0, len(values), 500):
        yield values[first : first + 500]


def chunks_with_names(condition: Any) -> Any:
    """Chunks with their document's title and first source name."""
    first_name = (
        select(sources.c.name)
        .where(sources.c.document_id == chunks.c.document_id)
        .order_by(sources.c.added, sources.c.name)
        .limit(1)
        .correlate(chunks)
        .scalar_subquery()
    )
    own = (documents.c.title, documents.c.added, documents.c.metadata)
    columns = (chunks, *own, first_name.label("source"))
    joined = select(*columns).join(documents, documents.c.id == chunks.c.document_id)
    return joined.where(condition)


def to_chunk(row: Any) -> StoredChunk:
    return StoredChunk(
        id=row.id,
        document_id=row.document_id,
        source=row.source or "",
        title=row.title,
        added=row.added,
        start=row.start,
        end=row.end,
        page=row.page,
        heading=row.heading,
        text=row.text,
        digest=row.digest,
        vector=to_vector(row.vector),
        asides=decode_asides(row.asides),
        metadata=decode_metadata(row.metadata),
    )


def day_of(modified: int | None) -> str:
    """The day of a time in nanoseconds since the epoch, as ``2024-03-05``; "" for none."""
    return datetime.fromtimestamp(modified / 1e9, UTC).date().isoformat() if modified else ""


def to_vector(stored: bytes) -> FloatArray:
    """Convert a stored vector; several in a row become one."""
    return np.frombuffer(stored, dtype="<f4")


# For every question; made once, since SQLAlchemy takes longer to make a statement than to run it.
_VALUE = select(library.c.value).where(library.c.key == bindparam("key"))
_NEWEST = select(library.c.value).where(library.c.key == "generation").scalar_subquery()
INDEX_STATE = select(indexes, _NEWEST.label("newest")).where(indexes.c.name == bindparam("name"))
CHUNKS = chunks_with_names(chunks.c.id.in_(bindparam("ids", expanding=True)))
_LENGTH = select(func.length(chunks.c.vector)).limit(1)
