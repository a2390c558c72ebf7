"""The catalog's tables, the same in SQLite and in PostgreSQL.

A change here needs a step in :mod:`rag.library.catalog.migrations`.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

# Names compare by their bytes everywhere, so that two databases give the same order.
_Text = String().with_variant(String(collation="C"), "postgresql")


def _checksum() -> Column[int]:
    """The column for what :mod:`rag.library.catalog.checksums` computes."""
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
