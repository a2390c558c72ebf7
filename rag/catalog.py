"""The truth: documents, chunks and vectors in one transactional database.

A document is content: its id is a digest of its bytes and of how they were chunked and embedded.
A source is a name under which that content was found, so the same file twice is stored once. A
document's text is the concatenation of its chunks, which tile it. Every commit raises the
generation; whatever was removed leaves a tombstone, so an index at an older generation can be
brought forward by replaying what came after.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import (
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    cast,
    create_engine,
    delete,
    event,
    false,
    func,
    insert,
    inspect,
    or_,
    select,
    update,
)
from sqlalchemy.exc import DatabaseError

from rag.errors import EmbedderMismatchError, LibraryError, NewerFormatError
from rag.layout import Layout
from rag.types import Context, DocumentInfo, Filter

if TYPE_CHECKING:
    from numpy.typing import NDArray

FORMAT = 2
"""Version of the tables below; a home with a higher one is refused, one with a lower one raised."""

_metadata = MetaData()
_library = Table(
    "library",
    _metadata,
    Column("key", String, primary_key=True),
    Column("value", String, nullable=False),
)
_documents = Table(
    "documents",
    _metadata,
    Column("id", String, primary_key=True),
    Column("title", String, nullable=False),
    Column("content_hash", String, nullable=False),
    Column("characters", Integer, nullable=False),
    Column("chunks", Integer, nullable=False),
    Column("added", Float, nullable=False),
    Column("generation", Integer, nullable=False, index=True),
)
_sources = Table(
    "sources",
    _metadata,
    Column("name", String, primary_key=True),
    Column("document_id", ForeignKey("documents.id"), nullable=False, index=True),
    Column("added", Float, nullable=False),
)
_chunks = Table(
    "chunks",
    _metadata,
    Column("id", String, primary_key=True),
    Column("document_id", ForeignKey("documents.id"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("page", Integer),
    Column("heading", String, nullable=False),
    Column("text", String, nullable=False),
    Column("digest", String, nullable=False, index=True),
    Column("vector", LargeBinary, nullable=False),
    Index("chunks_in_order", "document_id", "ordinal", unique=True),
)
_layouts = Table(
    "layouts",
    _metadata,
    Column("document_id", String, primary_key=True),
    Column("runs", LargeBinary, nullable=False),
)
_files = Table(
    "files",
    _metadata,
    Column("name", String, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("modified", Integer, nullable=False),
    Column("inode", Integer, nullable=False),
    Column("recipe", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("document_id", String, nullable=False, index=True),
    Column("reason", String, nullable=False),
)
_removed = Table(
    "removed",
    _metadata,
    Column("generation", Integer, primary_key=True),
    Column("document_id", String, primary_key=True),
    Column("chunks", Integer, nullable=False),
)
_indexes = Table(
    "indexes",
    _metadata,
    Column("name", String, primary_key=True),
    Column("generation", Integer, nullable=False),
    Column("folder", String, nullable=False),
    Column("dirty", Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class NewChunk:
    """A chunk on its way in; its id and document are the catalog's to give.

    :param digest: SHA-256 (hex) of the text that was embedded; equal digests share a vector.
    :param vector: ``(dimension,) float32``, unit length.
    """

    start: int
    end: int
    page: int | None
    heading: str
    text: str
    digest: str
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class StoredChunk(NewChunk):
    """A chunk with all that the catalog holds of it."""

    id: str
    document_id: str
    source: str
    title: str
    added: float


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as it was when it was read last, so that it need not be read again.

    :param name: the source's name.
    :param size: bytes.
    :param modified: nanoseconds since the epoch; 0 when it was too young to be trusted.
    :param recipe: by what it was read and cut.
    :param digest: SHA-256 (hex) of its bytes, or "" when they could not be read.
    :param document_id: what it became, or "" when it was refused.
    :param reason: why it was refused, or "".
    """

    name: str
    size: int
    modified: int
    inode: int
    recipe: str
    digest: str
    document_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document on its way in: all of it is committed, or none.

    :param chunks: ignored when the document is stored already.
    :param layout: where its text stands on pages, encoded; b"" when it has none.
    :param file: the file it was read from.
    """

    id: str
    source: str
    title: str
    content_hash: str
    chunks: Sequence[NewChunk]
    layout: bytes = b""
    file: FileState | None = None


@dataclass(frozen=True, slots=True)
class IndexState:
    """Where an index stands: up to which generation, in which folder, whether a write broke off."""

    generation: int
    folder: str
    dirty: bool


def chunk_id(document_id: str, ordinal: int) -> str:
    """The id of a document's ``ordinal``-th chunk, counting from 0."""
    return f"{document_id}:{ordinal}"


class Catalog:
    """The database of one library.

    :param path: the SQLite file; made when missing and ``create`` is set.
    :raises NewerFormatError: a newer citespan wrote it.
    :raises LibraryError: the file is not a catalog.
    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.path = path
        writable = create or (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))
        self._writable = writable
        # A read-only folder cannot hold the WAL's side files; nobody writes there, so immutable.
        url = f"sqlite:///{path}" if writable else f"sqlite:///file:{path}?immutable=1&uri=true"
        self._engine = create_engine(url)
        event.listen(self._engine, "connect", _configure if writable else _manual_transactions)
        event.listen(self._engine, "begin", _begin)
        try:
            self._check_format(create)
        except DatabaseError as error:
            self.close()
            raise LibraryError(
                f"{path} cannot be read as a catalog ({error.orig}); restore it from a backup, "
                "or delete the folder and ingest again"
            ) from error
        except LibraryError:
            self.close()
            raise

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    # Reading -----------------------------------------------------------------------------------

    @property
    def generation(self) -> int:
        """The number of the last commit; 0 before the first."""
        return int(self._get("generation") or 0)

    def counts(self) -> tuple[int, int]:
        """How many documents and chunks there are."""
        with self._engine.connect() as db:
            documents, chunks = db.execute(
                select(func.count(), func.coalesce(func.sum(_documents.c.chunks), 0)).select_from(
                    _documents
                )
            ).one()
        return int(documents), int(chunks)

    def documents(self) -> list[DocumentInfo]:
        """Every document, oldest first."""
        names: dict[str, list[str]] = {}
        with self._engine.connect() as db:
            for name, document_id in db.execute(
                select(_sources.c.name, _sources.c.document_id).order_by(
                    _sources.c.added, _sources.c.name
                )
            ):
                names.setdefault(document_id, []).append(name)
            rows = db.execute(select(_documents).order_by(_documents.c.added, _documents.c.id))
            return [
                DocumentInfo(
                    document_id=row.id,
                    sources=tuple(names.get(row.id, ())),
                    title=row.title,
                    chunks=row.chunks,
                    characters=row.characters,
                    added=row.added,
                )
                for row in rows
            ]

    def sources(self) -> dict[str, str]:
        """Every source name with the id of its document."""
        with self._engine.connect() as db:
            return {row.name: row.document_id for row in db.execute(select(_sources))}

    def sources_under(self, folders: Sequence[str]) -> Iterator[str]:
        """The names of all sources in these folders and the folders below them."""
        below = (
            _sources.c.name.startswith(f"{folder.rstrip('/')}/", autoescape=True)
            for folder in folders
        )
        with self._engine.connect() as db:
            query = select(_sources.c.name).where(or_(false(), *below)).order_by(_sources.c.name)
            yield from db.scalars(query)

    def held(self, names: Sequence[str]) -> dict[str, str]:
        """Those of the sources that are stored, with the ids of their documents."""
        with self._engine.connect() as db:
            return _held(db, names)

    def files(self, names: Sequence[str]) -> dict[str, FileState]:
        """What is known of files with these names; an unknown one is left out."""
        found: dict[str, FileState] = {}
        with self._engine.connect() as db:
            for some in _in_turn(names):
                for row in db.execute(select(_files).where(_files.c.name.in_(some))):
                    found[row.name] = FileState(*row)
        return found

    def files_of(self, document_id: str) -> list[FileState]:
        """The files that a document was read from, by name."""
        query = select(_files).where(_files.c.document_id == document_id).order_by(_files.c.name)
        with self._engine.connect() as db:
            return [FileState(*row) for row in db.execute(query)]

    def layout(self, document_id: str) -> Layout | None:
        """Where the document's text stands on pages; None when it has none."""
        with self._engine.connect() as db:
            runs = db.scalar(select(_layouts.c.runs).where(_layouts.c.document_id == document_id))
        return Layout.decode(runs) if runs is not None else None

    def page(self, document_id: str, offset: int) -> int | None:
        """The page of a character of the document; None when it has no pages."""
        layout = self.layout(document_id)
        return layout.page(offset) if layout else None

    def has_document(self, document_id: str) -> bool:
        """Whether this content is stored, under whatever name."""
        with self._engine.connect() as db:
            return bool(db.scalar(select(func.count()).where(_documents.c.id == document_id)))

    def content_hash(self, document_id: str) -> str:
        """SHA-256 (hex) of the document's extracted text."""
        with self._engine.connect() as db:
            found = db.scalar(
                select(_documents.c.content_hash).where(_documents.c.id == document_id)
            )
        if found is None:
            raise LibraryError(f"the document {document_id} is no longer in the library")
        return str(found)

    def text(self, document_id: str, start: int = 0, end: int | None = None) -> str:
        """The document's extracted text, or its characters ``[start:end]``."""
        query = select(_chunks.c.start, _chunks.c.text).where(
            _chunks.c.document_id == document_id, _chunks.c.end > start
        )
        if end is not None:
            query = query.where(_chunks.c.start < end)
        with self._engine.connect() as db:
            rows = db.execute(query.order_by(_chunks.c.ordinal)).all()
        if not rows:
            self.content_hash(document_id)  # raises when the document is gone
            return ""
        first = int(rows[0].start)
        stop = None if end is None else end - first
        return "".join(row.text for row in rows)[start - first : stop]

    def chunks(self, ids: Sequence[str]) -> dict[str, StoredChunk]:
        """The chunks with these ids; an id that is no longer stored is left out."""
        with self._engine.connect() as db:
            rows = db.execute(_with_names(_chunks.c.id.in_(ids)))
            return {row.id: _stored(row) for row in rows}

    def around(self, chunk: str, neighbours: int) -> Context:
        """A chunk with so many chunks before and after it, as one span of its document.

        :raises LibraryError: the chunk is no longer in the library.
        """
        document_id, _, ordinal = chunk.rpartition(":")
        wanted = (
            select(_chunks.c.start, _chunks.c.end, _chunks.c.text)
            .where(
                _chunks.c.document_id == document_id,
                _chunks.c.ordinal.between(int(ordinal) - neighbours, int(ordinal) + neighbours),
            )
            .order_by(_chunks.c.ordinal)
        )
        with self._engine.connect() as db:
            rows = db.execute(wanted).all()
        if not rows:
            raise LibraryError(f"the passage {chunk} is no longer in the library")
        text = "".join(row.text for row in rows)
        return Context(document_id, text, rows[0].start, rows[-1].end)

    def resolved(self, where: Filter) -> Filter:
        """The same filter with ids of documents in place of sources, as the indexes take it."""
        if where.sources is None:
            return where
        names = [name.rstrip("/") for name in where.sources]
        named = or_(
            _sources.c.name.in_(names),
            *(_sources.c.name.startswith(f"{name}/", autoescape=True) for name in names),
        )
        with self._engine.connect() as db:
            held = set(db.scalars(select(_sources.c.document_id).where(named)))
        if where.documents is not None:
            held &= set(where.documents)
        return replace(where, documents=tuple(sorted(held)), sources=None)

    def chunks_after(self, generation: int, size: int = 1000) -> Iterator[list[StoredChunk]]:
        """Batches of the chunks of every document committed after ``generation``."""
        with self._engine.connect() as db:
            rows = db.execute(
                _with_names(_documents.c.generation > generation).order_by(
                    _documents.c.generation, _chunks.c.document_id, _chunks.c.ordinal
                )
            )
            for batch in rows.partitions(size):
                yield [_stored(row) for row in batch]

    def removed_after(self, generation: int) -> list[str]:
        """Ids of the chunks removed after ``generation``."""
        with self._engine.connect() as db:
            rows = db.execute(select(_removed).where(_removed.c.generation > generation))
            return [chunk_id(row.document_id, i) for row in rows for i in range(row.chunks)]

    def known_vectors(self, digests: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """Vectors already computed for texts with these digests."""
        known: dict[str, NDArray[np.float32]] = {}
        with self._engine.connect() as db:
            for some in _in_turn(digests):
                query = select(_chunks.c.digest, _chunks.c.vector).where(_chunks.c.digest.in_(some))
                known.update((row.digest, _vector(row.vector)) for row in db.execute(query))
        return known

    # Writing -----------------------------------------------------------------------------------

    def claim(self, embedder: str) -> None:
        """Tie an empty library to an embedding model, or check that it is tied to this one.

        :raises EmbedderMismatchError: its vectors were made by another model.
        """
        stored = self._get("embedder")
        if stored is None or (stored != embedder and self.counts()[0] == 0):
            with self._engine.begin() as db:
                _put(db, "embedder", embedder)
        else:
            self.check_embedder(embedder)

    def check_embedder(self, embedder: str) -> None:
        """Raise EmbedderMismatchError unless the vectors were made by this model."""
        stored = self._get("embedder")
        if stored is not None and stored != embedder:
            raise EmbedderMismatchError(
                f"this library was embedded with {stored}, not {embedder}; use that model "
                "(--embedding-model), or another --home, or run `citespan remove --all` and "
                "ingest again"
            )

    def commit(self, documents: Iterable[NewDocument]) -> int:
        """Store documents, each replacing what its source held before, in one transaction.

        :return: the new generation.
        """
        new = list(documents)
        with self._write() as (db, generation):
            previous = _held(db, [document.source for document in new])
            _insert_documents(db, new, generation)
            now = time.time()
            named = {document.source: document.id for document in new}
            added = [
                {"name": name, "document_id": id_, "added": now}
                for name, id_ in named.items()
                if name not in previous
            ]
            if added:
                db.execute(insert(_sources), added)
            changed = [name for name, id_ in previous.items() if named[name] != id_]
            for name in changed:
                renamed = update(_sources).where(_sources.c.name == name)
                db.execute(renamed.values(document_id=named[name]))
            _put_files(db, [document.file for document in new if document.file is not None])
            _drop_unnamed(db, sorted({previous[name] for name in changed}), generation)
        return generation

    def remove(self, names: Sequence[str]) -> int:
        """Forget these sources, and every document that has no other name.

        :return: how many documents went.
        """
        with self._write() as (db, generation):
            held = set(_held(db, names).values())
            for some in _in_turn(names):
                db.execute(delete(_sources).where(_sources.c.name.in_(some)))
                db.execute(delete(_files).where(_files.c.name.in_(some)))
            return _drop_unnamed(db, sorted(held), generation)

    def record(self, files: Sequence[FileState]) -> None:
        """Remember files without changing any document: touched ones, and refused ones."""
        if files:
            with self._engine.begin() as db:
                _put_files(db, files)

    def index_state(self, name: str) -> IndexState:
        """Where the named index stands; generation 0 in no folder when it was never built."""
        with self._engine.connect() as db:
            row = db.execute(select(_indexes).where(_indexes.c.name == name)).one_or_none()
        return IndexState(row.generation, row.folder, bool(row.dirty)) if row else _NEVER_BUILT

    def set_index_state(self, name: str, state: IndexState) -> None:
        """Record where the named index stands."""
        with self._engine.begin() as db:
            db.execute(delete(_indexes).where(_indexes.c.name == name))
            db.execute(
                insert(_indexes).values(
                    name=name,
                    generation=state.generation,
                    folder=state.folder,
                    dirty=int(state.dirty),
                )
            )

    # Inside ------------------------------------------------------------------------------------

    def _check_format(self, create: bool) -> None:
        if not inspect(self._engine).has_table("library"):
            if not create:
                raise LibraryError(f"{self.path} is not a citespan catalog; choose another home")
            with self._engine.begin() as db:
                _metadata.create_all(db)
                _put(db, "format", str(FORMAT))
                _put(db, "generation", "0")
        version = int(self._get("format") or 0)
        if version < FORMAT and self._writable:
            with self._engine.begin() as db:  # format 2 has two tables more than format 1
                _metadata.create_all(db)
                _put(db, "format", str(FORMAT))
        elif version < FORMAT:
            raise LibraryError(
                f"{self.path} was written by an older citespan and may not be written to; make it "
                "writable once, so that it can be brought up to date"
            )
        if version > FORMAT:
            raise NewerFormatError(
                f"{self.path} was written by a newer citespan (format {version}, this one reads "
                f"{FORMAT}); upgrade citespan, or choose another home"
            )

    def _get(self, key: str) -> str | None:
        with self._engine.connect() as db:
            value = db.scalar(select(_library.c.value).where(_library.c.key == key))
        return None if value is None else str(value)

    @contextmanager
    def _write(self) -> Iterator[tuple[Connection, int]]:
        """A transaction that becomes the next generation when it ends well."""
        with self._engine.begin() as db:
            # A write first: it takes the write lock, so nothing read after it can be stale.
            raised = cast(cast(_library.c.value, Integer) + 1, String)
            db.execute(update(_library).where(_library.c.key == "generation").values(value=raised))
            generation = db.scalar(select(_library.c.value).where(_library.c.key == "generation"))
            yield db, int(generation or 0)


_NEVER_BUILT = IndexState(generation=0, folder="", dirty=False)


def _insert_documents(db: Connection, documents: Sequence[NewDocument], generation: int) -> None:
    """Store those of the documents that are not stored yet, each once."""
    wanted = {document.id: document for document in reversed(documents)}
    stored: set[str] = set()
    for some in _in_turn(list(wanted)):
        stored.update(db.scalars(select(_documents.c.id).where(_documents.c.id.in_(some))))
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
        }
        for document in new
        for ordinal, chunk in enumerate(document.chunks)
    ]
    layouts = [
        {"document_id": document.id, "runs": document.layout} for document in new if document.layout
    ]
    for table, values in ((_documents, rows), (_chunks, chunks), (_layouts, layouts)):
        if values:
            db.execute(insert(table), values)


def _held(db: Connection, names: Sequence[str]) -> dict[str, str]:
    """Those of the sources that are stored, with the ids of their documents."""
    found: dict[str, str] = {}
    for some in _in_turn(names):
        for row in db.execute(select(_sources).where(_sources.c.name.in_(some))):
            found[row.name] = row.document_id
    return found


def _put_files(db: Connection, files: Sequence[FileState]) -> None:
    for some in _in_turn([file.name for file in files]):
        db.execute(delete(_files).where(_files.c.name.in_(some)))
    if files:
        db.execute(insert(_files), [asdict(file) for file in files])


def _in_turn(values: Sequence[str]) -> Iterator[Sequence[str]]:
    """The values in parts that one statement takes."""
    for first in range(0, len(values), 500):
        yield values[first : first + 500]


def _drop_unnamed(db: Connection, document_ids: Sequence[str], generation: int) -> int:
    """Delete those of the documents that no source names any more, leaving tombstones."""
    dropped = 0
    for some in _in_turn(document_ids):
        named = select(_sources.c.document_id).where(_sources.c.document_id.in_(some))
        gone = set(some) - set(db.scalars(named))
        counts = select(_documents.c.id, _documents.c.chunks).where(_documents.c.id.in_(gone))
        tombstones = [
            {"generation": generation, "document_id": row.id, "chunks": row.chunks}
            for row in db.execute(counts).all()
        ]
        if tombstones:
            db.execute(insert(_removed), tombstones)
        for column in (_chunks.c.document_id, _layouts.c.document_id, _documents.c.id):
            db.execute(delete(column.table).where(column.in_(gone)))
        dropped += len(gone)
    return dropped


def _put(db: Connection, key: str, value: str) -> None:
    db.execute(delete(_library).where(_library.c.key == key))
    db.execute(insert(_library).values(key=key, value=value))


def _with_names(condition: Any) -> Any:
    """Chunks with their document's title and first source name."""
    first_name = (
        select(_sources.c.name)
        .where(_sources.c.document_id == _chunks.c.document_id)
        .order_by(_sources.c.added, _sources.c.name)
        .limit(1)
        .correlate(_chunks)
        .scalar_subquery()
    )
    return (
        select(_chunks, _documents.c.title, _documents.c.added, first_name.label("source"))
        .join(_documents, _documents.c.id == _chunks.c.document_id)
        .where(condition)
    )


def _stored(row: Any) -> StoredChunk:
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
        vector=_vector(row.vector),
    )


def _vector(stored: bytes) -> NDArray[np.float32]:
    return np.frombuffer(stored, dtype="<f4")


def _manual_transactions(connection: Any, _record: Any) -> None:
    """Let SQLAlchemy say when a transaction begins; the driver alone would not for reads."""
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _configure(connection: Any, record: Any) -> None:
    """WAL lets readers go on while one writes; NORMAL keeps every commit whole after a crash."""
    _manual_transactions(connection, record)
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=30000")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()
