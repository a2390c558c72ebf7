"""Whether a catalog is what it should be."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from rag.errors import LibraryError
from rag.library.catalog import tables
from rag.library.catalog.database import Database

UNREADABLE = (LibraryError, DBAPIError)
"""What reading a damaged row raises."""


def damage(database: Database) -> list[str]:
    """What the database itself finds wrong with its file; PostgreSQL looks after its own."""
    if not database.is_file:
        return []
    try:
        with database.reading() as db:
            rows = db.scalars(text("PRAGMA integrity_check(20)")).all()
            foreign = db.execute(text("PRAGMA foreign_key_check")).all()
    except LibraryError as error:
        return [str(error)]
    lost = [f"a row of {row[0]} names a row of {row[2]} that is not there" for row in foreign[:20]]
    return [str(row) for row in rows if row != "ok"] + lost


def unsound(database: Database) -> Iterator[tuple[str, str]]:
    """Documents that are not whole, with what is wrong with them."""
    with database.reading() as db:
        ids = db.scalars(select(tables.documents.c.id).order_by(tables.documents.c.id)).all()
    for document_id in ids:
        try:
            with database.reading() as db:
                found = defect(db, document_id)
        except UNREADABLE as error:
            found = str(error)
        if found:
            yield document_id, found


def defect(db: Connection, document_id: str) -> str:
    """What is wrong with a document; "" when its chunks are all there and are its text."""
    document = db.execute(
        select(tables.documents).where(tables.documents.c.id == document_id)
    ).one_or_none()
    if document is None:
        return "it is missing"
    chunks = tables.chunks
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
        return "its text is not the one that was read"
    return ""
