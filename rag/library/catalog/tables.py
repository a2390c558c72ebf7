"""The catalog's tables, the same in SQLite and in PostgreSQL.

A change here needs a step in :mod:`rag.library.catalog.migrations`.
"""

import zlib
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    RowMapping,
    String,
    Table,
    bindparam,
    select,
    update,
)

# Names compare by their bytes everywhere, so that two databases give the same order.
_Text = String().with_variant(String(collation="C"), "postgresql")


def _checksum() -> Column[int]:
    """The column for what :func:`checksum_of` computes."""
    return Column("checksum", BigInteger, nullable=False, server_default="0")


metadata = MetaData()
library = Table(
    "library",
    metadata,
    Column("key", _Text, primary_key=True),
    Column("value", _Text, nullable=False),
)
documents = Table(
    "documents",
    metadata,
    Column("id", _Text, primary_key=True),
    Column("title", _Text, nullable=False),
    Column("content_hash", _Text, nullable=False),
    Column("characters", Integer, nullable=False),
    Column("chunks", Integer, nullable=False),
    Column("added", Float, nullable=False),
    Column("generation", Integer, nullable=False, index=True),
    Column("date", _Text, nullable=False, server_default=""),
    Column("metadata", _Text, nullable=False, server_default=""),
    _checksum(),
)
fields = Table(
    "fields",
    metadata,
    Column("document_id", _Text, ForeignKey("documents.id"), primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("key", _Text, nullable=False),
    Column("text", _Text),
    Column("number", Float),
    Index("fields_by_text", "key", "text"),
    Index("fields_by_number", "key", "number"),
)
"""The values of metadata that conditions look at; a truth value is 0 or 1."""
sources = Table(
    "sources",
    metadata,
    Column("name", _Text, primary_key=True),
    Column("document_id", _Text, ForeignKey("documents.id"), nullable=False, index=True),
    Column("added", Float, nullable=False),
    _checksum(),
)
chunks = Table(
    "chunks",
    metadata,
    Column("id", _Text, primary_key=True),
    Column("document_id", _Text, ForeignKey("documents.id"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("page", Integer),
    Column("heading", _Text, nullable=False),
    Column("text", _Text, nullable=False),
    Column("digest", _Text, nullable=False, index=True),
    Column("vector", LargeBinary, nullable=False),
    Column("asides", _Text, nullable=False, server_default=""),
    _checksum(),
    Index("chunks_in_order", "document_id", "ordinal", unique=True),
)
layouts = Table(
    "layouts",
    metadata,
    Column("document_id", _Text, primary_key=True),
    Column("runs", LargeBinary, nullable=False),
    _checksum(),
)
files = Table(
    "files",
    metadata,
    Column("name", _Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("modified", BigInteger, nullable=False),
    Column("inode", BigInteger, nullable=False),
    Column("recipe", _Text, nullable=False),
    Column("digest", _Text, nullable=False),
    Column("document_id", _Text, nullable=False, index=True),
    Column("reason", _Text, nullable=False),
    Column("etag", _Text, nullable=False, server_default=""),
)
removed = Table(
    "removed",
    metadata,
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("document_id", _Text, primary_key=True),
    Column("chunks", Integer, nullable=False),
)
indexes = Table(
    "indexes",
    metadata,
    Column("name", _Text, primary_key=True),
    Column("generation", Integer, nullable=False),
    Column("folder", _Text, nullable=False),
    Column("dirty", Integer, nullable=False),
    Column("files", _Text, nullable=False),
)

# Checksums: SQLite notices a page that is torn, not a bit that a disk or a memory turned over.
# CRC-32 finds each such bit; it is no protection against somebody who writes to the home.
_COLUMNS: dict[str, tuple[str, ...]] = {
    chunks.name: (
        "id", "document_id", "ordinal", "start", "end", "page", "heading", "text", "digest",
        "asides", "vector",
    ),
    documents.name: (
        "id", "title", "content_hash", "characters", "chunks", "added", "date", "metadata",
    ),
    sources.name: ("name", "document_id"),
    layouts.name: ("document_id", "runs"),
}  # fmt: skip
"""The columns that each table's checksum covers; the others change when a catalog is copied."""
_AT_ONCE = 500


def checksum_of(
    table: Table, row: Mapping[str, Any] | RowMapping, without: Collection[str] = ()
) -> int:
    """Compute the checksum of a row.

    :param without: columns that an earlier format's checksums did not cover.
    :raises UnicodeEncodeError: a text cannot be stored.
    """
    value = 0
    for column in _COLUMNS[table.name]:
        if column in without:
            continue
        content = row[column]
        data = content if isinstance(content, bytes) else str(content).encode()
        value = zlib.crc32(b"%d " % len(data) + data, value)
    return value


def is_changed(table: Table, row: Mapping[str, Any] | RowMapping) -> bool:
    """Whether a row is not as it was written."""
    return bool(checksum_of(table, row) != row["checksum"])


def with_checksum(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """A row to insert, with its checksum if its table has them."""
    return row | {"checksum": checksum_of(table, row)} if table.name in _COLUMNS else row


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
