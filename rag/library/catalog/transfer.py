"""Copy a catalog's content into another one, in one transaction.

One function writes an export, imports it, and saves the complete documents of a damaged catalog.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from sqlalchemy import Connection, Table, delete, insert, literal, select
from sqlalchemy.exc import IntegrityError

from rag.errors import LibraryError
from rag.library.catalog import tables
from rag.library.catalog.checking import UNREADABLE, find_defect
from rag.library.catalog.database import Database
from rag.library.catalog.fields import make_fields
from rag.library.catalog.import_check import check_row, check_values, find_flaw
from rag.library.catalog.migrations import set_value
from rag.library.catalog.queries import chunks_with_names, get_value, to_chunk
from rag.library.catalog.records import FileState, NewDocument

_COPIED_KEYS = ("embedder", "calibration")
"""The library's own values that belong to its content."""
_AT_ONCE = 1000


def copy_content(
    source: Database,
    target: Database,
    *,
    skip: Callable[[str, str], None] | None = None,
    values: Mapping[str, str] = MappingProxyType({}),
    believed: bool = True,
) -> dict[str, str]:
    """Replace the content of ``target``; it becomes a new generation, so its indexes follow.

    :param skip: called with the id of a document that is not complete, and why; it is not copied.
    :param values: more of the library's own values to write.
    :param believed: whether this program made the source, on this machine; else everything is
        checked as :mod:`import_check` does, and what names objects of S3 is read again.
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
            copied = {row.key: str(row.value) for row in rows if row.value}
            if not believed:
                check_values(copied)
            ids = old.scalars(select(tables.documents.c.id).order_by(tables.documents.c.id)).all()
        for key, value in {**copied, **values}.items():
            set_value(new, key, value)
        for document_id in ids:
            try:
                with source.reading() as old:
                    found = "" if believed else find_flaw(old, document_id)
                    found = found or find_defect(old, document_id)
                    copies = {} if found else _rows(old, document_id)
            except UNREADABLE as error:
                found, copies = str(error), {}
            if found:
                if skip is None:
                    raise LibraryError(f"the document {document_id} is incomplete: {found}")
                skip(document_id, found)
                continue
            if copies:  # conditions are made of what is shown
                (own_row,) = copies[tables.documents.name]
                copies[tables.fields.name] = make_fields(document_id, str(own_row["metadata"]))
            for table, rows_ in copies.items():
                if not believed and table == tables.files.name:
                    rows_ = [row for row in rows_ if _is_here(row)]
                if rows_:
                    _insert(new, tables.metadata.tables[table], rows_)
            own = tables.documents.c.id == document_id
            new.execute(tables.documents.update().where(own).values(generation=generation))
        with source.reading() as old:
            _copy_refused(old, new, believed=believed)
    return {**copied, **values}


def read_document(source: Database, document_id: str) -> tuple[NewDocument, ...]:
    """Read a document as it can be committed again, once for each of its names; () if not there."""
    with source.reading() as db:
        documents, sources, files = tables.documents, tables.sources, tables.files
        own = db.execute(select(documents).where(documents.c.id == document_id)).one_or_none()
        if own is None:
            return ()
        in_order = chunks_with_names(documents.c.id == document_id)
        chunks = [to_chunk(row) for row in db.execute(in_order.order_by(tables.chunks.c.ordinal))]
        runs = tables.layouts.c.runs
        layout = db.scalar(select(runs).where(tables.layouts.c.document_id == document_id))
        named = select(sources.c.name).where(sources.c.document_id == document_id)
        names = db.scalars(named.order_by(sources.c.added, sources.c.name)).all()
        states = db.execute(select(files).where(files.c.document_id == document_id)).all()
    state_of = {row.name: FileState(*row) for row in states}
    return tuple(
        NewDocument(
            document_id, name, own.title, own.content_hash, chunks, layout or b"",
            state_of.get(name), own.date, own.metadata,
        )
        for name in names
    )  # fmt: skip


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


def _copy_refused(old: Connection, new: Connection, *, believed: bool) -> None:
    query = select(tables.files).where(tables.files.c.document_id == "")
    for some in old.execute(query).mappings().partitions(_AT_ONCE):
        rows = [dict(row) for row in some]
        if not believed:
            rows = [row for row in rows if _is_here(row)]
            for row in rows:
                check_row(row, tables.files.name)
        if rows:
            _insert(new, tables.files, rows)


def _is_here(file: Mapping[str, object]) -> bool:
    """Whether a file is on this machine: nothing is contacted since an import names it."""
    return not str(file["name"]).lower().startswith("s3:")


def _insert(db: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    try:
        db.execute(insert(table), list(rows))
    except IntegrityError as error:
        raise LibraryError(f"its {table.name} contradict each other") from error
