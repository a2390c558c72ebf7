"""Copy a catalog's content into another one, in one transaction.

One function writes an export, imports it, and saves the complete documents of a damaged catalog.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from sqlalchemy import Connection, delete, insert, literal, select

from rag.errors import LibraryError
from rag.library.catalog import tables
from rag.library.catalog.checking import UNREADABLE, find_defect
from rag.library.catalog.database import Database
from rag.library.catalog.migrations import set_value
from rag.library.catalog.queries import get_value

_COPIED_KEYS = ("embedder", "calibration")
"""The library's own values that belong to its content."""
_AT_ONCE = 1000


def copy_content(
    source: Database,
    target: Database,
    *,
    skip: Callable[[str, str], None] | None = None,
    values: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, str]:
    """Replace the content of ``target``; it becomes a new generation, so its indexes follow.

    :param skip: called with the id of a document that is not complete, and why; it is not copied.
    :param values: more of the library's own values to write.
    :return: the library's own values that were copied, with ``values``.
    :raises LibraryError: a document is not complete, and ``skip`` is None; nothing has changed.
    """
    with target.writing() as new:
        library = tables.library
        generation = 1 + int(get_value(new, "generation") or 0)
        set_value(new, "generation", str(generation))
        _empty(new, generation)
        with source.reading() as old:
            rows = old.execute(select(library).where(library.c.key.in_(_COPIED_KEYS)))
            copied = {row.key: str(row.value) for row in rows}
            ids = old.scalars(select(tables.documents.c.id).order_by(tables.documents.c.id)).all()
        for key, value in {**copied, **values}.items():
            set_value(new, key, value)
        for document_id in ids:
            try:
                with source.reading() as old:
                    found = find_defect(old, document_id)
                    copies = {} if found else _rows(old, document_id)
            except UNREADABLE as error:
                found, copies = str(error), {}
            if found:
                if skip is None:
                    raise LibraryError(f"the document {document_id} is incomplete: {found}")
                skip(document_id, found)
                continue
            for table, values_ in copies.items():
                if values_:
                    new.execute(insert(tables.metadata.tables[table]), values_)
            own = tables.documents.c.id == document_id
            new.execute(tables.documents.update().where(own).values(generation=generation))
        with source.reading() as old:
            _copy_refused(old, new)
    return {**copied, **values}


def _empty(db: Connection, generation: int) -> None:
    """Delete everything, leaving tombstones for the indexes."""
    documents = tables.documents.c
    old = select(literal(generation), documents.id, documents.chunks)
    db.execute(insert(tables.removed).from_select(["generation", "document_id", "chunks"], old))
    for table in (
        tables.files,
        tables.layouts,
        tables.fields,
        tables.sources,
        tables.chunks,
        tables.documents,
    ):
        db.execute(delete(table))


def _rows(db: Connection, document_id: str) -> dict[str, Sequence[dict[str, object]]]:
    return {
        column.table.name: [
            dict(row)
            for row in db.execute(select(column.table).where(column == document_id)).mappings()
        ]
        for column in (
            tables.documents.c.id,
            tables.chunks.c.document_id,
            tables.sources.c.document_id,
            tables.layouts.c.document_id,
            tables.fields.c.document_id,
            tables.files.c.document_id,
        )
    }


def _copy_refused(old: Connection, new: Connection) -> None:
    query = select(tables.files).where(tables.files.c.document_id == "")
    for some in old.execute(query).mappings().partitions(_AT_ONCE):
        new.execute(insert(tables.files), [dict(row) for row in some])
