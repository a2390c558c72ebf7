"""Files into the library: plan, parse, embed, commit.

What is known is not read again; the rest is parsed and embedded in the background while this thread
commits and indexes, in batches, each document whole. A run that is stopped or dies loses at most
the two open batches, and the next one goes on from there.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ingest import cluster
from ingest.embedding import Batch, Embedded, Embedding
from ingest.load import shown
from ingest.parse import Parsed, Parser
from ingest.planning import Plan, Recipes, Todo, make
from ingest.sources import s3
from ingest.sources.scan import Found, Scan
from ingest.workers import Workers
from rag.errors import EmptyLibraryError
from rag.library.catalog import FileState
from rag.library.library import Library
from rag.models.embedder import Embedder
from rag.settings import Settings

_BATCH_CHUNKS = 512
"""Chunks embedded and committed together: many enough to sort by length, few enough to hold."""
_INDEXED_EVERY = 1_000
"""Chunks after which an ingest brings the indexes into step, while the next ones are embedded;
readers search what comes after in memory."""
_LONG = 100
"""Pages from which the reading of a file is told page by page."""

Paths = str | Path | Iterable[str | Path]
Progress = Callable[[str, int, int], None]
"""Called with a step's name, how much of it is done, and how much there is: files, chunks, or
pages of one file; chunks and pages from other threads."""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What an ingest did, by source name.

    :param removed: what was forgotten with ``prune``.
    :param gone: sources whose files are gone, kept without ``prune``.
    :param failed: source name → why it could not be read.
    :param warnings: source name → what to know about how it was read.
    :param skipped: files in folders whose format no reader knows.
    :param chunks: chunks stored in this run.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()
    skipped: tuple[str, ...] = ()
    chunks: int = 0
    seconds: float = 0.0


def ingest(
    paths: Paths,
    settings: Settings | None = None,
    *,
    prune: bool = False,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    checksum: bool = False,
    ray: str | None = None,
    planned: Callable[[Plan], None] | None = None,
    progress: Progress | None = None,
) -> IngestReport:
    """Bring files and folders into the library.

    Unchanged files are not even opened; edited ones replace their chunks; a file that cannot be
    read is reported and the others go on. Hidden files, what a folder's ``.citespanignore`` names
    (it reads like a .gitignore) and links out of a folder are left out, unless named as a path
    themselves. Stopped in the middle (KeyboardInterrupt), it keeps what is committed.

    :param paths: files, folders, and s3:// addresses of either.
    :param prune: also forget sources under the given folders whose files are gone.
    :param include: take files in folders only if they match one of these .gitignore patterns.
    :param exclude: leave out what matches one of these .gitignore patterns.
    :param checksum: hash every file, whatever its size and time; try again what could not be read.
    :param ray: address of a Ray cluster that reads and embeds, see :mod:`ingest.cluster`; None: it
        is done here.
    :param planned: called with the plan before it is carried out.
    :raises RagError: the library, the model or the cluster cannot be used; no single file raises.
    """
    settings = settings or Settings()
    started = time.perf_counter()
    embedder = Embedder(settings=settings)
    with closing(Library.of(settings, create=True)) as library, library.writing():
        library.catalog.claim(embedder.identity)
        run = _Run(library, embedder, settings, progress or (lambda *_: None), ray)
        scan = Scan(absolute(paths), str(library.home), include, exclude)
        todo = make(scan, library.catalog, run.recipes, checksum=checksum)
        if planned is not None:
            planned(todo.plan())
        return run.carry_out(todo, prune=prune, started=started)


def plan(
    paths: Paths,
    settings: Settings | None = None,
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    checksum: bool = False,
) -> Plan:
    """What :func:`ingest` would do, without doing it.

    :raises RagError: the library cannot be used.
    """
    settings = settings or Settings()
    embedder = Embedder(settings=settings)
    scan = Scan(absolute(paths), str(settings.home), include, exclude)
    recipes = _recipes(settings, embedder)
    with _library(settings) as library:
        catalog = library.catalog if library else None
        return make(scan, catalog, recipes, checksum=checksum).plan()


def remove(names: Paths, settings: Settings | None = None) -> tuple[str, ...]:
    """Forget sources: files by name, or everything under a folder.

    :return: the names that were forgotten.
    :raises EmptyLibraryError: there is no library.
    """
    with closing(Library.of(settings or Settings())) as library, library.writing():
        given = _several(names)
        literal = set(library.catalog.find_sources([shown(name) for name in given]))
        folders = [shown(path) for path in absolute(given)]
        files = library.catalog.find_sources(folders)
        gone = sorted({*literal, *files, *library.catalog.sources_under(folders)})
        if gone:
            library.catalog.remove(gone)
        return tuple(gone)


def remove_all(settings: Settings | None = None) -> tuple[str, ...]:
    """Forget every source, so that another embedding model can be used."""
    with closing(Library.of(settings or Settings())) as library, library.writing():
        gone = tuple(library.catalog.sources())
        library.catalog.remove(gone)
        return gone


class _Run:
    """One ingest while it runs: what is waiting to be embedded, and the report so far."""

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        settings: Settings,
        progress: Progress,
        ray: str | None,
    ) -> None:
        self._library = library
        self._catalog = library.catalog
        self._embedder = embedder
        self._settings = settings
        self._progress = progress
        self._ray = ray
        self._begun: Batch | None = None
        self.recipes = _recipes(settings, embedder)
        self._waiting: list[Parsed] = []
        self._added: list[str] = []
        self._changed: list[str] = []
        self._unchanged: list[str] = []
        self._failed: list[tuple[str, str]] = []
        self._refused: list[FileState] = []
        self._warnings: list[tuple[str, str]] = []
        self._lost: set[str] = set()
        self._chunks = self._indexed = 0

    def carry_out(self, todo: Todo, *, prune: bool, started: float) -> IngestReport:
        self._unchanged = todo.unchanged
        self._failed = [*todo.scan.failed, *todo.refused]
        self._catalog.record_files(todo.touched)
        files = todo.files
        while files:
            self._progress("reading", 0, len(files))
            if self._ray is None:
                self._read(files)
            else:
                self._gather(files, self._ray)
            self._progress("reading", len(files), len(files))
            files = [found for found in files if found.name in self._lost]
            self._lost.clear()
        removed = todo.gone if prune else []
        if removed:
            self._catalog.remove(removed)
        return IngestReport(
            added=tuple(self._added),
            changed=tuple(self._changed),
            unchanged=tuple(self._unchanged),
            removed=tuple(removed),
            gone=() if prune else tuple(todo.gone),
            failed=tuple(self._failed),
            warnings=tuple(self._warnings),
            skipped=tuple(todo.scan.skipped),
            chunks=self._chunks,
            seconds=time.perf_counter() - started,
        )

    def _read(self, files: Sequence[Found]) -> None:
        threads = min(4, os.cpu_count() or 1)
        told = partial(self._progress, "embedding")
        with Workers(threads) as workers, Embedding(self._embedder, self._catalog, told) as model:
            count = self._embedder.count_tokens
            parser = Parser(self._catalog, self.recipes, count, workers, threads, self._tell_pages)
            with parser.over(files) as results:
                for done, parsed in enumerate(results, 1):
                    self._note(parsed)
                    if self._waiting and self._waiting_with(parsed) >= 2 * _BATCH_CHUNKS:
                        self._commit(parser, model)  # what is small does not wait for what is huge
                    if not parsed.file.reason:
                        self._waiting.append(parsed)
                    if self._waiting_with() >= _BATCH_CHUNKS:
                        self._commit(parser, model)
                    self._progress("reading", done, len(files))
                self._commit(parser, model)
                self._commit(parser, model)  # the batch that the one before has begun

    def _gather(self, files: Sequence[Found], address: str) -> None:
        """Store what a cluster reads and embeds, as it comes."""
        done = 0
        with closing(cluster.embedded(files, address, self._settings, self.recipes)) as results:
            for result in results:
                group = [*result.refused, *result.embedded.files]
                for parsed in group:
                    self._note(parsed)
                self._record_refused()
                self._store(result.embedded)
                done += len(group)
                self._progress("reading", done, len(files))

    def _waiting_with(self, *more: Parsed) -> int:
        """Files and chunks that wait for their commit, and ``more``."""
        files = [*self._waiting, *more]
        return len(files) + len(self._refused) + sum(len(parsed.chunks) for parsed in files)

    def _tell_pages(self, done: int, total: int) -> None:
        if total >= _LONG:
            self._progress("pages", done, total)

    def _note(self, parsed: Parsed) -> None:
        """Keep for the report why a file cannot be read, or what to know about how it was."""
        file = parsed.file
        if parsed.warning:
            self._warnings.append((file.name, parsed.warning))
        if file.reason:
            self._failed.append((file.name, file.reason))
            if parsed.lasting:
                self._refused.append(file)

    def _record_refused(self) -> None:
        self._catalog.record_files(self._refused)
        self._refused.clear()

    def _commit(self, parser: Parser, embedding: Embedding) -> None:
        """Have what is waiting embedded, and meanwhile store the batch that was begun before."""
        self._record_refused()
        before, waiting = self._begun, self._waiting
        self._begun = embedding.begin(waiting, before) if waiting else None
        self._waiting = []
        if before is not None:
            self._store(embedding.finish(before))
            parser.release(parsed.file.document_id for parsed in before.files)

    def _store(self, batch: Embedded) -> None:
        """Commit a batch; of a copy whose original was replaced meanwhile, note that it is lost."""
        documents, whole = [], set()
        for document in batch.documents():
            if document.content_hash:
                whole.add(document.id)
            if document.id in whole or self._catalog.has_document(document.id):
                documents.append(document)
            else:
                self._lost.add(document.source)
        if not documents:
            return
        previous = self._catalog.find_sources([document.source for document in documents])
        self._catalog.commit(documents)
        for document in documents:
            before = previous.get(document.source)
            if before is None:
                self._added.append(document.source)
            else:
                same = before == document.id
                (self._unchanged if same else self._changed).append(document.source)
        self._chunks += sum(len(document.chunks) for document in documents)
        if self._chunks - self._indexed >= _INDEXED_EVERY:
            self._library.update_indexes()
            self._indexed = self._chunks


def _recipes(settings: Settings, embedder: Embedder) -> Recipes:
    return Recipes(embedder.identity, min(settings.chunk_tokens, embedder.max_tokens))


@contextmanager
def _library(settings: Settings) -> Iterator[Library | None]:
    """The library as it is, or None when there is none yet."""
    try:
        library = Library.of(settings)
    except EmptyLibraryError:
        yield None
        return
    with closing(library):
        yield library


def _several(paths: Paths) -> list[str | Path]:
    """The paths as a list; one path alone is not taken for its characters."""
    return [paths] if isinstance(paths, str | Path) else list(paths)


def absolute(paths: Paths) -> list[str]:
    """The paths from the root on, links kept; an s3:// address as it is."""
    return [str(p) if s3.is_address(p) else os.path.abspath(p) for p in _several(paths)]
