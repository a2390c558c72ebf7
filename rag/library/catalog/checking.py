"""Check that a catalog is intact."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, text
from sqlalchemy.exc import DBAPIError

from rag.errors import DamagedError, LibraryError
from rag.library.catalog.database import Database
from rag.library.catalog.fields import make_fields
from rag.library.catalog.tables import chunks, documents, fields, is_changed, layouts, sources

UNREADABLE = (LibraryError, DBAPIError)
"""The errors of reading a damaged row."""


def find_damage(database: Database) -> list[str]:
    """Have SQLite check its file; return what it finds. PostgreSQL looks after its own files."""
    if not database.is_file:
        return []
    try:
        with database.reading() as db:
            rows = db.scalars(text("PRAGMA integrity_check(20)")).all()
            foreign = db.execute(text("PRAGMA foreign_key_check")).all()
    except LibraryError as error:
        return [str(error)]
    lost = [f"a row of {row[0]} refers to a missing row of {row[2]}" for row in foreign[:20]]
    return [str(row) for row in rows if row != "ok"] + lost


def find_incomplete(database: Database) -> Iterator[tuple[str, str]]:
    """Find the documents that are not complete: their ids, and what is wrong with each."""
    with database.reading() as db:
        ids = db.scalars(select(documents.c.id).order_by(documents.c.id)).all()
    for document_id in ids:
        try:
            with database.reading() as db:
                found = find_defect(db, document_id) or _find_changed_fields(db, document_id)
        except UNREADABLE as error:
            found = str(error)
        if found:
            yield document_id, found


def find_defect(db: Connection, document_id: str) -> str:
    """Check that a document is complete and as it was written; what is wrong, or ""."""
    return _find_incompleteness(db, document_id) or find_changed(db, document_id)


def find_changed(db: Connection, document_id: str) -> str:
    """Compare the checksums of a document's rows; which part has changed, or ""."""
    for column in (
        documents.c.id,
        sources.c.document_id,
        layouts.c.document_id,
        chunks.c.document_id,
    ):
        table = column.table
        for row in db.execute(select(table).where(column == document_id)).mappings():
            if is_changed(table, row):
                return f"a row of its {table.name} has changed since it was written"
    return ""


def _find_changed_fields(db: Connection, document_id: str) -> str:
    """Compare what conditions look at with the metadata it was made of; copies make it anew."""
    own, held = documents.c, fields.c.document_id == document_id
    metadata = db.scalar(select(own.metadata).where(own.id == document_id)) or ""
    rows = db.execute(select(fields).where(held).order_by(fields.c.ordinal)).mappings()
    if [dict(row) for row in rows] != make_fields(document_id, metadata):
        return "a row of its fields has changed since it was written"
    return ""


def check_rows(db: Connection, rows: Sequence[Row[Any]]) -> None:
    """Check the rows of chunks that an answer reads, and those of their documents.

    :raises DamagedError: one has changed since it was written.
    """
    ids = {"ids": list({row.document_id for row in rows})}
    parts = [(chunks, row._asdict()) for row in rows]
    parts += [(documents, row._asdict()) for row in db.execute(_DOCUMENTS, ids)]
    parts += [(sources, row._asdict()) for row in db.execute(_SOURCES, ids)]
    for table, row in parts:
        if is_changed(table, row):
            document_id = row["id" if table is documents else "document_id"]
            of_document = (each for part, each in parts if part is sources)
            names = [each["name"] for each in of_document if each["document_id"] == document_id]
            raise DamagedError(
                f"what the library holds of {', '.join(names) or document_id} has changed on the "
                "disk; run `citespan doctor --repair`, and ingest it again"
            )


_DOCUMENTS = select(documents).where(documents.c.id.in_(bindparam("ids", expanding=True)))
_SOURCES = select(sources).where(sources.c.document_id.in_(bindparam("ids", expanding=True)))


def _find_incompleteness(db: Connection, document_id: str) -> str:
    document = db.execute(select(documents).where(documents.c.id == document_id)).one_or_none()
    if document is None:
        return "it is missing"
    rows = db.execute(
        select(chunks.c.ordinal, chunks.c.start, chunks.c.end, chunks.c.text, chunks.c.vector)
        .where(chunks.c.document_id == document_id)
        .order_by(chunks.c.ordinal)
    ).all()
    if len(rows) != document.chunks:
        return f"it has {len(rows)} of {document.chunks} chunks"
    place, digest = 0, hashlib.sha256()
    for ordinal, row in enumerate(rows):
        if (row.ordinal, row.start, row.end) != (ordinal, place, place + len(row.text)):
            return f"its chunk {ordinal} is not where it should be"
        if len({len(row.vector), len(rows[0].vector)}) > 1:
            return f"the vector of its chunk {ordinal} is cut off"
        place = row.end
        digest.update(row.text.encode())
    if place != document.characters or digest.hexdigest() != document.content_hash:
        return "its text differs from the one that was ingested"
    return ""
