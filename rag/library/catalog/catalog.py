"""The catalog: open it, and write to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from sqlalchemy import Connection, Integer, String, cast, delete, func, insert, select, update

from rag.errors import EmbedderMismatchError, EmptyLibraryError, LibraryError
from rag.library.catalog import checking, tables
from rag.library.catalog.database import Database
from rag.library.catalog.fields import make_fields
from rag.library.catalog.migrations import FORMAT, check_format, migrate, read_format, set_value
from rag.library.catalog.queries import find_sources, get_dimension, get_value, in_batches
from rag.library.catalog.reading import Reader
from rag.library.catalog.records import FileState, IndexState, NewDocument, chunk_id
from rag.library.catalog.tables import with_checksum
from rag.library.catalog.transfer import copy_content, read_document
from rag.library.home import missing_catalog_error, nothing_ingested
from rag.text.asides import encode_asides


class Catalog(Reader):
    """The database of one library.

    :param place: the SQLite file, or the URL of a PostgreSQL database.
    :param create: make it when it is missing.
    :raises NewerFormatError: a newer citespan wrote it.
    :raises LibraryError: it is not a catalog, or cannot be used.
    """

    def __init__(self, place: Path | str, *, create: bool = False) -> None:
        super().__init__(Database(place, create=create))
        try:
            self._open(create)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._database.close()

    def session(self) -> AbstractContextManager[Callable[[], bool]]:
        """See :meth:`Database.session`; for a catalog in PostgreSQL."""
        return self._database.session()

    def last_writer(self) -> str | None:
        return self._get("writer")

    def record_writer(self, name: str) -> None:
        with self._database.writing() as db:
            set_value(db, "writer", name)

    def read_document(self, document_id: str) -> tuple[NewDocument, ...]:
        """See :func:`transfer.read_document`."""
        return read_document(self._database, document_id)

    @property
    def embedder(self) -> str | None:
        """The identity of the embedding model; None before the first document."""
        return self._get("embedder")

    @property
    def calibration(self) -> str:
        """The calibration that came with an import and is not in its file yet; else ""."""
        return self._get("calibration") or ""

    def forget_calibration(self) -> None:
        """Record that it is in its file."""
        with self._database.writing() as db:
            set_value(db, "calibration", "")

    def find_damage(self) -> list[str]:
        """Have the database check its file; return what it finds."""
        return checking.find_damage(self._database)

    def find_incomplete(self) -> Iterator[tuple[str, str]]:
        """Find the documents that are not complete: their ids, and what is wrong with each."""
        return checking.find_incomplete(self._database)

    def take_over(
        self,
        other: Catalog,
        *,
        skip: Callable[[str, str], None] | None = None,
        values: Mapping[str, str] = MappingProxyType({}),
        believed: bool = True,
    ) -> dict[str, str]:
        """Replace all content by another catalog's; see :func:`transfer.copy_content`."""
        return copy_content(
            other._database, self._database, skip=skip, values=values, believed=believed
        )

    def forget(self, document_ids: Sequence[str]) -> None:
        """Delete these documents under all their names."""
        with self._write() as (db, generation):
            for some in in_batches(document_ids):
                for column in (tables.sources.c.document_id, tables.files.c.document_id):
                    db.execute(delete(column.table).where(column.in_(some)))
            _drop_unnamed(db, document_ids, generation)

    def claim(self, embedder: str) -> None:
        """Tie an empty library to an embedding model, or check that it is tied to this one.

        :raises EmbedderMismatchError: its vectors were made by another model.
        """
        stored = self._get("embedder")
        if stored is None or (stored != embedder and self.counts()[0] == 0):
            with self._database.writing() as db:
                set_value(db, "embedder", embedder)
        else:
            self.check_embedder(embedder)

    def check_embedder(self, embedder: str) -> None:
        """Raise EmbedderMismatchError unless the vectors were made by this model."""
        stored = self._get("embedder")
        if stored is not None and stored != embedder:
            raise EmbedderMismatchError(
                f"this library was embedded with {stored}, not {embedder}; use that model and "
                "precision (--embedding-model, CITESPAN_EMBEDDING_PRECISION) or another --home, "
                "or run `citespan remove --all` and ingest again"
            )

    def commit(self, documents: Iterable[NewDocument]) -> int:
        """Store documents, each replacing what its source held before, in one transaction.

        :return: the new generation.
        """
        new = list(documents)
        with self._write() as (db, generation):
            previous = find_sources(db, [document.source for document in new])
            _insert_documents(db, new, generation)
            now = time.time()
            named = {document.source: document.id for document in new}
            added = [
                with_checksum(tables.sources, {"name": name, "document_id": id_, "added": now})
                for name, id_ in named.items()
                if name not in previous
            ]
            if added:
                db.execute(insert(tables.sources), added)
            changed = [name for name, id_ in previous.items() if named[name] != id_]
            for name in changed:
                row = with_checksum(tables.sources, {"name": name, "document_id": named[name]})
                db.execute(update(tables.sources).where(tables.sources.c.name == name).values(row))
            _put_files(db, [document.file for document in new if document.file is not None])
            _drop_unnamed(db, sorted({previous[name] for name in changed}), generation)
        return generation

    def remove(self, names: Sequence[str]) -> int:
        """Delete these sources, and every document that has no other name.

        :return: the number of deleted documents.
        """
        with self._write() as (db, generation):
            documents = sorted(set(find_sources(db, names).values()))
            for some in in_batches(names):
                db.execute(delete(tables.sources).where(tables.sources.c.name.in_(some)))
                db.execute(delete(tables.files).where(tables.files.c.name.in_(some)))
            return _drop_unnamed(db, documents, generation)

    def record_files(self, files: Sequence[FileState]) -> None:
        """Record the states of files that change no document: touched ones, and refused ones."""
        if files:
            with self._database.writing() as db:
                _put_files(db, files)

    def set_index_state(self, name: str, state: IndexState) -> None:
        """Record the state of the named index, and drop the tombstones that no index needs."""
        with self._database.writing() as db:
            db.execute(delete(tables.indexes).where(tables.indexes.c.name == name))
            values = asdict(state) | {"name": name, "dirty": int(state.dirty)}
            db.execute(insert(tables.indexes).values(values))
            oldest = select(func.min(tables.indexes.c.generation)).scalar_subquery()
            db.execute(delete(tables.removed).where(tables.removed.c.generation <= oldest))

    def _open(self, create: bool) -> None:
        """Make the tables, or migrate older ones."""
        with self._database.reading() as db:
            number = read_format(db)
        if number is None and not create:
            path = self._database.path
            if path is None:
                raise EmptyLibraryError(nothing_ingested(self.place))
            if self._database.is_empty():  # killed before its first transaction, or emptied
                raise missing_catalog_error(path.parent)
            raise LibraryError(f"{self.place} is not a citespan catalog; choose another home")
        check_format(number or 0, self.place)
        if number == FORMAT:
            return
        if not self._database.writable:
            raise LibraryError(
                f"{self.place} was written by an older citespan and is read-only; make it writable "
                "once, so that it can be migrated"
            )
        with self._database.writing_alone() as db:
            migrate(db)

    @contextmanager
    def _write(self) -> Iterator[tuple[Connection, int]]:
        """A transaction that becomes the next generation, unless there is an error."""
        with self._database.writing() as db:
            # A write first: PostgreSQL then holds up the next writer, and nothing read after it
            # can be stale.
            raised = cast(cast(tables.library.c.value, Integer) + 1, String)
            own = tables.library.c.key == "generation"
            db.execute(update(tables.library).where(own).values(value=raised))
            yield db, int(get_value(db, "generation") or 0)


def _insert_documents(db: Connection, documents: Sequence[NewDocument], generation: int) -> None:
    """Insert the documents that are not stored yet, each once."""
    wanted = {document.id: document for document in reversed(documents)}
    stored: set[str] = set()
    for some in in_batches(list(wanted)):
        known = tables.documents.c.id.in_(some)
        stored.update(db.scalars(select(tables.documents.c.id).where(known)))
    new = [document for id_, document in reversed(wanted.items()) if id_ not in stored]
    now = time.time()
    rows = [
        {
            "id": document.id,
            "title": document.title,
            "content_hash": document.content_hash,
            "characters": document.chunks[-1].end if document.chunks else 0,
            "chunks": len(document.chunks),
            "added": now,
            "generation": generation,
            "date": document.date,
            "metadata": document.metadata,
        }
        for document in new
    ]
    chunks = [
        {
            "id": chunk_id(document.id, ordinal),
            "document_id": document.id,
            "ordinal": ordinal,
            "start": chunk.start,
            "end": chunk.end,
            "page": chunk.page,
            "heading": chunk.heading,
            "text": chunk.text,
            "digest": chunk.digest,
            "vector": np.asarray(chunk.vector, dtype="<f4").tobytes(),
            "asides": encode_asides(chunk.asides),
        }
        for document in new
        for ordinal, chunk in enumerate(document.chunks)
    ]
    _check_dimension(db, chunks)
    layouts = [
        {"document_id": document.id, "runs": document.layout} for document in new if document.layout
    ]
    fields = [row for document in new for row in make_fields(document.id, document.metadata)]
    for table, values in (
        (tables.documents, rows),
        (tables.fields, fields),
        (tables.chunks, chunks),
        (tables.layouts, layouts),
    ):
        if values:
            db.execute(insert(table), [with_checksum(table, row) for row in values])


def _check_dimension(db: Connection, chunks: Sequence[dict[str, Any]]) -> None:
    """Refuse vectors of another length than those that are stored."""
    lengths = {len(chunk["vector"]) // 4 for chunk in chunks}
    stored = get_dimension(db) if chunks else None
    if stored is not None:
        lengths.add(stored)
    if len(lengths) > 1:
        raise EmbedderMismatchError(
            f"vectors of {' and '.join(map(str, sorted(lengths)))} numbers cannot be in one "
            "library; use one embedding model for all of it, or run `citespan remove --all` and "
            "ingest again"
        )


def _put_files(db: Connection, files: Sequence[FileState]) -> None:
    for some in in_batches([file.name for file in files]):
        db.execute(delete(tables.files).where(tables.files.c.name.in_(some)))
    if files:
        db.execute(insert(tables.files), [asdict(file) for file in files])


def _drop_unnamed(db: Connection, document_ids: Sequence[str], generation: int) -> int:
    """Delete those of the documents that no source names any more, leaving tombstones."""
    dropped = 0
    for some in in_batches(document_ids):
        named = select(tables.sources.c.document_id).where(tables.sources.c.document_id.in_(some))
        gone = set(some) - set(db.scalars(named))
        tombstones = [
            {"generation": generation, "document_id": row.id, "chunks": row.chunks}
            for row in db.execute(
                select(tables.documents).where(tables.documents.c.id.in_(gone))
            ).all()
        ]
        if tombstones:
            db.execute(insert(tables.removed), tombstones)
        for table in (tables.chunks, tables.layouts, tables.fields):
            db.execute(delete(table).where(table.c.document_id.in_(gone)))
        db.execute(delete(tables.documents).where(tables.documents.c.id.in_(gone)))
        renamed = tables.documents.c.id.in_(set(some) - gone)  # for the indexes, which have names
        db.execute(update(tables.documents).where(renamed).values(generation=generation))
        dropped += len(gone)
    return dropped
