"""Checksums of the rows that answers depend on.

SQLite notices a page that is torn, not a bit that a disk or a memory turned over. CRC-32 finds each
such bit; it is no protection against somebody who writes to the home on purpose.
"""

import zlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, bindparam, select, update

from rag.library.catalog.tables import chunks, documents, layouts, sources

_COLUMNS: dict[str, tuple[str, ...]] = {
    chunks.name: (
        "id", "document_id", "ordinal", "start", "end", "page", "heading", "text", "digest",
        "asides", "vector",
    ),
    documents.name: ("id", "title", "content_hash", "characters", "chunks", "added", "date"),
    sources.name: ("name", "document_id"),
    layouts.name: ("document_id", "runs"),
}  # fmt: skip
"""The columns that each table's checksum covers; the others change when a catalog is copied."""
_AT_ONCE = 500


def checksum_of(table: Table, row: Mapping[str, Any] | RowMapping) -> int:
    """Compute the checksum of a row; :raises UnicodeEncodeError: a text cannot be stored."""
    value = 0
    for column in _COLUMNS[table.name]:
        content = row[column]
        data = content if isinstance(content, bytes) else str(content).encode()
        value = zlib.crc32(b"%d " % len(data) + data, value)
    return value


def is_changed(table: Table, row: Mapping[str, Any] | RowMapping) -> bool:
    """Whether a row is not as it was written."""
    return bool(checksum_of(table, row) != row["checksum"])


def with_checksum(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """A row to insert, with its checksum."""
    return row | {"checksum": checksum_of(table, row)}


def write_checksums(db: Connection) -> None:
    """Write the checksums of all rows, of a catalog that had none."""
    for table in (documents, sources, chunks, layouts):
        (key,) = table.primary_key.columns
        change = update(table).where(key == bindparam("_key")).values(checksum=bindparam("_sum"))
        # later migrations may add the other columns
        query = select(*(table.c[name] for name in _COLUMNS[table.name])).order_by(key)
        last: Any = None
        while True:
            batch = query if last is None else query.where(key > last)
            rows = db.execute(batch.limit(_AT_ONCE)).mappings().all()
            if not rows:
                break
            last = rows[-1][key.name]
            sums = [{"_key": row[key.name], "_sum": checksum_of(table, row)} for row in rows]
            db.execute(change, sums)
