"""The stages of an ingest after its plan: read → embed → commit.

Files are read and embedded in the background while this thread commits and indexes, in batches,
each document whole. A run that is stopped loses at most the two open batches; the next run does
them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from ingest import cluster
from ingest.embedding import Batch, EmbeddedBatch, Embedding
from ingest.parse import ParsedFile, Parser
from ingest.planning import Recipes
from ingest.reading.workers import THREADS, Workers
from ingest.report import BatchResult, Progress
from ingest.sources.scan import FoundFile
from rag.library.catalog import Catalog, FileState, NewDocument
from rag.library.library import Library
from rag.models.embedder import Embedder
from rag.settings import Settings

_BATCH_CHUNKS = 512
"""Chunks embedded and committed together: many enough to sort by length, few enough to hold."""
_INDEXED_EVERY = 1_000
"""Chunks after which an ingest updates the indexes, while the next chunks are embedded; readers
search the chunks after those in memory."""


@dataclass(frozen=True, slots=True)
class FileBatch:
    """Files that are embedded and committed together, with those that could not be read."""

    files: Sequence[ParsedFile]

    @property
    def readable(self) -> list[ParsedFile]:
        """The files that have a text."""
        return [parsed for parsed in self.files if not parsed.file.reason]

    @property
    def refused(self) -> list[FileState]:
        """The files whose own content is the reason that they cannot be read."""
        return [parsed.file for parsed in self.files if parsed.file.reason and parsed.lasting]


class Committer:
    """Commits batches, and updates the indexes after many chunks."""

    def __init__(self, library: Library) -> None:
        self.catalog = library.catalog
        self._library = library
        self._unindexed = 0

    def commit(self, batch: FileBatch, embedded: EmbeddedBatch) -> BatchResult:
        """Commit a batch in one transaction.

        :param embedded: the readable files of the batch with their vectors.
        """
        documents, lost = self._split_lost(embedded.documents())
        sources = [document.source for document in documents]
        before = self.catalog.find_sources(sources) if documents else {}
        if documents:
            self.catalog.commit(documents)
        chunks = sum(len(document.chunks) for document in documents)
        self._unindexed += chunks
        if self._unindexed >= _INDEXED_EVERY:
            self._library.update_indexes()
            self._unindexed = 0
        return BatchResult(
            added=tuple(d.source for d in documents if d.source not in before),
            changed=tuple(d.source for d in documents if before.get(d.source, d.id) != d.id),
            unchanged=tuple(d.source for d in documents if before.get(d.source) == d.id),
            lost=tuple(lost),
            languages=tuple(p.language for p in batch.readable if p.language),
            failed=tuple((p.file.name, p.file.reason) for p in batch.files if p.file.reason),
            warnings=tuple((p.file.name, p.warning) for p in batch.files if p.warning),
            chunks=chunks,
        )

    def _split_lost(self, documents: Iterable[NewDocument]) -> tuple[list[NewDocument], list[str]]:
        """The documents to commit, and the copies whose original was replaced in the meantime."""
        present, lost, whole = [], [], set()
        for document in documents:
            if document.content_hash:
                whole.add(document.id)
            if document.id in whole or self.catalog.has_document(document.id):
                present.append(document)
            else:
                lost.append(document.source)
        return present, lost


def run_here(
    files: Sequence[FoundFile],
    committer: Committer,
    embedder: Embedder,
    recipes: Recipes,
    progress: Progress,
) -> Iterator[BatchResult]:
    """Read, embed and commit files on this machine."""
    catalog = committer.catalog
    on_texts = partial(progress, "embedding")
    on_pages = partial(progress, "pages")
    with Workers(THREADS) as workers, Embedding(embedder, catalog, on_texts) as embedding:
        parser = Parser(catalog, recipes, embedder.count_tokens, workers, THREADS, on_pages)
        with parser.over(files) as results:
            batches = read_batches(
                results, catalog, lambda done: progress("reading", done, len(files))
            )
            for batch, embedded in embed_batches(batches, embedding):
                yield committer.commit(batch, embedded)
                parser.release(parsed.file.document_id for parsed in embedded.files)


def run_on_cluster(
    files: Sequence[FoundFile],
    committer: Committer,
    address: str,
    settings: Settings,
    recipes: Recipes,
    progress: Progress,
) -> Iterator[BatchResult]:
    """Commit what a cluster reads and embeds, as it comes."""
    done = 0
    with closing(cluster.embed_on_cluster(files, address, settings, recipes)) as results:
        for result in results:
            batch = FileBatch([*result.refused, *result.embedded.files])
            committer.catalog.record_files(batch.refused)
            yield committer.commit(batch, result.embedded)
            done += len(batch.files)
            progress("reading", done, len(files))


def read_batches(
    results: Iterable[ParsedFile], catalog: Catalog, on_file: Callable[[int], None]
) -> Iterator[FileBatch]:
    """Group files into batches as they are read, and record those that cannot be read.

    :param on_file: called after each file with how many are read.
    """

    def close(files: list[ParsedFile]) -> FileBatch:
        batch = FileBatch(files)
        catalog.record_files(batch.refused)
        return batch

    waiting: list[ParsedFile] = []
    size = 0  # entries and chunks to commit
    for done, parsed in enumerate(results, 1):
        own = 1 + len(parsed.chunks) if parsed.lasting or not parsed.file.reason else 0
        if size and size + own >= 2 * _BATCH_CHUNKS:  # small files do not wait for a huge one
            yield close(waiting)
            waiting, size = [], 0
        waiting.append(parsed)
        size += own
        if size >= _BATCH_CHUNKS:
            yield close(waiting)
            waiting, size = [], 0
        on_file(done)
    yield close(waiting)


def embed_batches(
    batches: Iterable[FileBatch], embedding: Embedding
) -> Iterator[tuple[FileBatch, EmbeddedBatch]]:
    """Embed batches; while one is embedded, the one before it is committed by the caller."""
    begun: tuple[FileBatch, Batch] | None = None
    for batch in batches:
        before = begun
        begun = batch, embedding.begin(batch.readable, before[1] if before else None)
        if before is not None:
            yield before[0], embedding.finish(before[1])
    if begun is not None:
        yield begun[0], embedding.finish(begun[1])
