"""Finds the chunks of sections and pages."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, func, select

from rag.library.catalog.queries import in_batches
from rag.library.catalog.records import HeadedChunk
from rag.library.catalog.tables import chunks, layouts, sources
from rag.text.layout import Layout


def find_headed(db: Connection, text: str, documents: Sequence[str] | None) -> list[HeadedChunk]:
    """Find the chunks whose headings have a text in them, by document and place.

    :param text: in lower case; beyond ASCII, all chunks with a heading are found.
    :param documents: ids of the documents that are looked through; None for all.
    """
    wanted = chunks.c.heading != ""
    if text.isascii():
        wanted &= func.lower(chunks.c.heading).contains(text, autoescape=True)
    return [HeadedChunk(*row) for row in _select(db, wanted, documents)]


def find_on_pages(
    db: Connection, first: int, last: int, documents: Sequence[str] | None
) -> list[HeadedChunk]:
    """Find the chunks with a character on these pages, by document and place."""
    found: dict[str, list[Any]] = {}
    on_pages = chunks.c.page.between(1, last)
    for row in _select(db, on_pages, documents, chunks.c.page, chunks.c.end):
        found.setdefault(row.document_id, []).append(row)
    return [
        HeadedChunk(*row[:4])
        for document_id, rows in found.items()
        for row, after in pairwise([*rows, None])
        if row.page >= first
        or ((after is None or after.page >= first) and _ends_on(db, document_id, row.end) >= first)
    ]


def _select(
    db: Connection, condition: Any, documents: Sequence[str] | None, *columns: Any
) -> list[Any]:
    name = (
        select(func.min(sources.c.name))
        .where(sources.c.document_id == chunks.c.document_id)
        .correlate(chunks)
        .scalar_subquery()
    )
    query = select(
        chunks.c.id, chunks.c.document_id, name.label("source"), chunks.c.heading, *columns
    )
    query = query.where(condition).order_by(chunks.c.document_id, chunks.c.ordinal)
    if documents is None:
        return list(db.execute(query))
    held = (query.where(chunks.c.document_id.in_(some)) for some in in_batches(documents))
    return [row for each in held for row in db.execute(each)]


def _ends_on(db: Connection, document_id: str, end: int) -> int:
    """The page of the last character before an offset."""
    runs = db.scalar(select(layouts.c.runs).where(layouts.c.document_id == document_id))
    return (Layout.decode(runs).page(end - 1) or 0) if runs is not None else 0
