"""Read the catalog."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import exists, false, func, or_, select

from rag.errors import GoneError
from rag.library.catalog import parts
from rag.library.catalog.checking import check_rows
from rag.library.catalog.database import Database
from rag.library.catalog.fields import find_documents
from rag.library.catalog.naming import find_named
from rag.library.catalog.queries import (
    CHUNKS,
    INDEX_STATE,
    chunks_with_names,
    day_of,
    find_sources,
    get_dimension,
    get_value,
    in_batches,
    to_chunk,
    to_vector,
)
from rag.library.catalog.records import (
    Changes,
    DocumentDate,
    FileState,
    HeadedChunk,
    IndexState,
    NamedDocument,
    Place,
    StoredChunk,
    chunk_id,
)
from rag.library.catalog.tables import chunks, documents, files, layouts, removed, sources
from rag.metadata import decode_metadata, read_conditions
from rag.names import list_names
from rag.text.layout import Layout
from rag.types import EVERYTHING, Context, DocumentInfo, Filter, FloatArray

_NEVER_BUILT = IndexState(generation=0, folder="", dirty=False)


class Reader:
    """The reading half of a catalog; each method sees one moment."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def is_file(self) -> bool:
        """Whether it is a file on this machine, and not a database server's."""
        return self._database.is_file

    @property
    def address(self) -> Path | str:
        """For another process to open it; a URL includes the password, so it must not be shown."""
        return self._database.address

    @property
    def place(self) -> str:
        """The file, or the URL without its password."""
        return self._database.name

    @property
    def id(self) -> str:
        return self._get("id") or ""

    @property
    def generation(self) -> int:
        """The number of the last commit; 0 before the first."""
        return int(self._get("generation") or 0)

    def counts(self) -> tuple[int, int]:
        with self._database.reading() as db:
            query = select(func.count(), func.coalesce(func.sum(documents.c.chunks), 0))
            row = db.execute(query.select_from(documents)).one()
        return int(row[0]), int(row[1])

    def count_documents(self, where: Filter) -> int:
        """How many documents have a part that a filter lets through."""
        where = self.resolve_filter(where)
        query = select(func.count()).select_from(documents)
        if where.pages is not None:
            on_page = chunks.c.page.between(*where.pages)
            query = query.where(exists().where(chunks.c.document_id == documents.c.id, on_page))
        if where.added_from is not None:
            query = query.where(documents.c.added >= where.added_from)
        if where.added_before is not None:
            query = query.where(documents.c.added < where.added_before)
        queries = [query]
        if where.documents is not None:
            queries = [query.where(documents.c.id.in_(ids)) for ids in in_batches(where.documents)]
        with self._database.reading() as db:
            return sum(int(db.scalar(each) or 0) for each in queries)

    def documents(self, where: Filter = EVERYTHING) -> list[DocumentInfo]:
        """List the documents, oldest first; those added together by their names.

        :param where: leaves out others; pages are no matter here.
        """
        where = replace(self.resolve_filter(where), pages=None)
        names: dict[str, list[str]] = {}
        with self._database.reading() as db:
            named = select(sources).order_by(sources.c.added, sources.c.name)
            for row in db.execute(named):
                names.setdefault(row.document_id, []).append(row.name)
            changed = select(files.c.document_id, func.max(files.c.modified))
            newest = db.execute(changed.group_by(files.c.document_id))
            modified = {row[0]: row[1] for row in newest}
            rows = db.execute(select(documents).order_by(documents.c.added, documents.c.id))
            listed = [
                DocumentInfo(
                    document_id=row.id,
                    sources=tuple(names.get(row.id, ())),
                    title=row.title,
                    chunks=row.chunks,
                    characters=row.characters,
                    added=row.added,
                    date=row.date or day_of(modified.get(row.id)),
                    own_date=bool(row.date),
                    metadata=decode_metadata(row.metadata),
                )
                for row in rows
                if where.holds(row.id, None, row.added)
            ]
        return sorted(listed, key=lambda document: (document.added, document.sources))

    def names(self) -> list[NamedDocument]:
        """List every name of every document, by name."""
        own = (sources.c.document_id, sources.c.name, documents.c.title, documents.c.date)
        query = select(*own, files.c.modified)
        query = query.join(documents, documents.c.id == sources.c.document_id)
        query = query.outerjoin(files, files.c.name == sources.c.name)
        with self._database.reading() as db:
            return [
                NamedDocument(*row[:3], row.date or day_of(row.modified), bool(row.date))
                for row in db.execute(query.order_by(sources.c.name))
            ]

    def find_dates(self, document_ids: Sequence[str]) -> dict[str, DocumentDate]:
        """Find the dates of documents; one that is no longer there is left out."""
        own = documents.c.id.in_(document_ids)
        query = select(documents.c.id, documents.c.date, func.max(files.c.modified))
        query = query.outerjoin(files, files.c.document_id == documents.c.id).where(own)
        with self._database.reading() as db:
            return {
                id_: DocumentDate(date or day_of(modified), bool(date))
                for id_, date, modified in db.execute(
                    query.group_by(documents.c.id, documents.c.date)
                )
            }

    def sources(self) -> dict[str, str]:
        """All source names, each with the id of its document."""
        with self._database.reading() as db:
            return {row.name: row.document_id for row in db.execute(select(sources))}

    def sources_under(self, folders: Sequence[str]) -> Iterator[str]:
        """The names of all sources in these folders and the folders below them."""
        below = (
            sources.c.name.startswith(f"{folder.rstrip('/')}/", autoescape=True)
            for folder in folders
        )
        with self._database.reading() as db:
            query = select(sources.c.name).where(or_(false(), *below))
            yield from db.scalars(query.order_by(sources.c.name))

    def find_sources(self, names: Sequence[str]) -> dict[str, str]:
        with self._database.reading() as db:
            return find_sources(db, names)

    def files(self, names: Sequence[str]) -> dict[str, FileState]:
        """The state of the files with these names; an unknown name is left out."""
        found: dict[str, FileState] = {}
        with self._database.reading() as db:
            for some in in_batches(names):
                for row in db.execute(select(files).where(files.c.name.in_(some))):
                    found[row.name] = FileState(*row)
        return found

    def files_of(self, document_id: str) -> list[FileState]:
        """The files that a document was read from, by name."""
        query = select(files).where(files.c.document_id == document_id)
        with self._database.reading() as db:
            return [FileState(*row) for row in db.execute(query.order_by(files.c.name))]

    def layout(self, document_id: str) -> Layout | None:
        with self._database.reading() as db:
            own = layouts.c.document_id == document_id
            runs = db.scalar(select(layouts.c.runs).where(own))
        return Layout.decode(runs) if runs is not None else None

    def place_of(self, document_id: str, start: int, end: int) -> Place:
        """Where characters stand, for a person: their page, or their sheet and row."""
        layout = self.layout(document_id)
        if layout is None:
            return Place(None, "", None)
        run = layout.run(start)
        if run is not None and layout.parts:
            return Place(layout.page(start), layout.name_part(run), None)
        if run is None or not layout.sheets:
            return Place(layout.page(start), "", layout.least_confidence(start, end))
        return Place(None, layout.name_row(run, self.text(document_id, run.start, start)), None)

    def count_chunks(self, document_id: str) -> int:
        """How many chunks a document has; 0 when it is not stored."""
        with self._database.reading() as db:
            own = documents.c.id == document_id
            return int(db.scalar(select(documents.c.chunks).where(own)) or 0)

    def has_document(self, document_id: str) -> bool:
        """Whether this content is stored, under any name."""
        with self._database.reading() as db:
            return bool(db.scalar(select(func.count()).where(documents.c.id == document_id)))

    def content_hash(self, document_id: str) -> str:
        """SHA-256 (hex) of the document's extracted text."""
        with self._database.reading() as db:
            own = documents.c.id == document_id
            found = db.scalar(select(documents.c.content_hash).where(own))
        if found is None:
            raise GoneError(f"the document {document_id} is no longer in the library")
        return str(found)

    def text(self, document_id: str, start: int = 0, end: int | None = None) -> str:
        """The document's extracted text, or its characters ``[start:end]``."""
        query = select(chunks.c.start, chunks.c.text).where(
            chunks.c.document_id == document_id, chunks.c.end > start
        )
        if end is not None:
            query = query.where(chunks.c.start < end)
        with self._database.reading() as db:
            rows = db.execute(query.order_by(chunks.c.ordinal)).all()
        if not rows:
            self.content_hash(document_id)  # raises when the document is gone
            return ""
        first = int(rows[0].start)
        stop = None if end is None else end - first
        return "".join(row.text for row in rows)[start - first : stop]

    def headings(self, document_ids: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Each path of headings of these documents once, in their order, with its document's id."""
        first = func.min(chunks.c.ordinal)
        query = select(chunks.c.document_id, chunks.c.heading).where(chunks.c.heading != "")
        query = query.group_by(chunks.c.document_id, chunks.c.heading)
        query = query.order_by(chunks.c.document_id, first)
        with self._database.reading() as db:
            for some in in_batches(document_ids):
                for row in db.execute(query.where(chunks.c.document_id.in_(some))):
                    yield row.document_id, row.heading

    def chunks(self, ids: Sequence[str]) -> dict[str, StoredChunk]:
        """The chunks with these ids; an id that is no longer stored is left out."""
        with self._database.reading() as db:
            rows = db.execute(CHUNKS, {"ids": ids}).all()
            check_rows(db, rows)
            return {row.id: to_chunk(row) for row in rows}

    def read_context(self, chunk: str, neighbours: int) -> Context:
        """Read a chunk with so many chunks before and after it, as one span of its document.

        :raises GoneError: the chunk is no longer in the library.
        """
        document_id, _, ordinal = chunk.rpartition(":")
        wanted = (
            select(chunks.c.start, chunks.c.end, chunks.c.text)
            .where(
                chunks.c.document_id == document_id,
                chunks.c.ordinal.between(int(ordinal) - neighbours, int(ordinal) + neighbours),
            )
            .order_by(chunks.c.ordinal)
        )
        with self._database.reading() as db:
            rows = db.execute(wanted).all()
        if not rows:
            raise GoneError(f"the passage {chunk} is no longer in the library")
        text = "".join(row.text for row in rows)
        return Context(document_id, text, rows[0].start, rows[-1].end)

    def resolve_filter(self, where: Filter) -> Filter:
        """Replace the sources and metadata of a filter by ids of documents, as indexes need it."""
        if where.sources is None and where.metadata is None:
            return where
        found: list[set[str]] = [] if where.documents is None else [set(where.documents)]
        with self._database.reading() as db:
            if where.sources is not None:
                found.append(set().union(*find_named(db, list_names(where.sources)).values()))
            if where.metadata is not None:
                found.append(find_documents(db, read_conditions(where.metadata)))
        held = set.intersection(*found)
        return replace(where, documents=tuple(sorted(held)), sources=None, metadata=None)

    def find_metadata(self, names: Sequence[str]) -> dict[str, str]:
        """The metadata of the documents with these names, encoded; those without are left out."""
        found: dict[str, str] = {}
        query = select(sources.c.name, documents.c.metadata).where(documents.c.metadata != "")
        query = query.join(documents, documents.c.id == sources.c.document_id)
        with self._database.reading() as db:
            for some in in_batches(names):
                found.update((n, m) for n, m in db.execute(query.where(sources.c.name.in_(some))))
        return found

    def find_unknown(self, where: Filter) -> list[str]:
        """Find the sources of a filter that are the name of nothing in the library."""
        if where.sources is None:
            return []
        with self._database.reading() as db:
            found = find_named(db, list_names(where.sources))
        return [name for name, held in found.items() if not held]

    def find_headed(self, text: str, where: Filter) -> list[HeadedChunk]:
        """See :func:`parts.find_headed`; in the documents that a filter lets through."""
        documents = self._list_let_through(where)
        with self._database.reading() as db:
            return parts.find_headed(db, text, documents)

    def find_pages(self, first: int, last: int, where: Filter) -> list[HeadedChunk]:
        """See :func:`parts.find_on_pages`; in the documents that a filter lets through."""
        documents = self._list_let_through(where)
        with self._database.reading() as db:
            return parts.find_on_pages(db, first, last, documents)

    def _list_let_through(self, where: Filter) -> Sequence[str] | None:
        """The ids of the documents that a filter lets through; None for all."""
        if where == EVERYTHING:
            return None
        return [document.document_id for document in self.documents(where)]

    @contextmanager
    def changes(
        self, after: int, size: int = 1000, *, until: int | None = None
    ) -> Iterator[Changes]:
        """What was committed after this generation, to be read within the context.

        :param size: chunks in a batch.
        :param until: leave out what was added after this generation.
        """
        with self._database.reading() as db:
            generation = int(get_value(db, "generation") or 0)
            total = db.scalar(select(func.coalesce(func.sum(documents.c.chunks), 0)))
            gone = db.execute(select(removed).where(removed.c.generation > after))
            lost = [chunk_id(row.document_id, i) for row in gone for i in range(row.chunks)]
            wanted = documents.c.generation > after
            if until is not None:
                wanted &= documents.c.generation <= until
            query = chunks_with_names(wanted).order_by(
                documents.c.generation, chunks.c.document_id, chunks.c.ordinal
            )
            with closing(db.execution_options(yield_per=size).execute(query)) as rows:
                added = ([to_chunk(row) for row in batch] for batch in rows.partitions(size))
                yield Changes(generation, int(total or 0), lost, added)

    def known_vectors(self, digests: Sequence[str]) -> dict[str, FloatArray]:
        """The stored vectors of texts with these digests."""
        known: dict[str, FloatArray] = {}
        with self._database.reading() as db:
            for some in in_batches(digests):
                query = select(chunks.c.digest, chunks.c.vector).where(chunks.c.digest.in_(some))
                known.update((row.digest, to_vector(row.vector)) for row in db.execute(query))
        return known

    def vectors(self) -> tuple[list[str], FloatArray]:
        """The ids of all chunks and, ``(n, d) float32``, their vectors."""
        with self._database.reading() as db:
            rows = db.execute(select(chunks.c.id, chunks.c.vector)).all()
        matrix = to_vector(b"".join(row.vector for row in rows))
        return [row.id for row in rows], matrix.reshape(len(rows), -1) if rows else matrix

    def index_state(self, name: str) -> IndexState:
        """The state of the named index; generation 0 and no folder when it was never built."""
        return self.index_state_and_generation(name)[0]

    def index_state_and_generation(self, index: str) -> tuple[IndexState, int]:
        """The state of the named index, and the catalog's generation at that moment."""
        with self._database.reading() as db:
            row = db.execute(INDEX_STATE, {"name": index}).one_or_none()
            if row is None:
                return _NEVER_BUILT, int(get_value(db, "generation") or 0)
        state = IndexState(row.generation, row.folder, bool(row.dirty), row.files)
        return state, int(row.newest or 0)

    def dimension(self) -> int | None:
        with self._database.reading() as db:
            return get_dimension(db)

    def _get(self, key: str) -> str | None:
        with self._database.reading() as db:
            return get_value(db, key)
