"""Reads and splits files in the background, in their order, a few ahead of the embedder.

One thread reads and hashes, others parse (they mostly wait for child processes), and the caller
embeds the results; only a few files are held in memory at a time.
"""

import hashlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial

from ingest.passages.headings import CountTokens
from ingest.planning import Recipes, stamp
from ingest.readers import Tell
from ingest.readers.shared.titles import clean_title
from ingest.reading.dates import read_day
from ingest.reading.load import load
from ingest.reading.workers import SilentReaderError, Workers
from ingest.sources.files import reason_of
from ingest.sources.scan import FoundFile
from ingest.split import Chunk
from rag.errors import DocumentError
from rag.library.catalog import Catalog, FileState
from rag.metadata import Metadata, decode_metadata
from rag.text.asides import merge_asides
from rag.text.layout import Layout
from rag.types import Aside

_log = logging.getLogger(__name__)
_LONG, _SLOW = 100, 10.0
"""A file with so many pages, or read for so many seconds, is reported page by page."""


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """A file that is read and split; or why it could not be read.

    :param file: with ``reason`` set if it could not be read.
    :param content_hash: of the text; empty for a copy, whose content is stored or comes before it.
    :param chunks: empty for a copy too.
    :param date: that the document gives itself, or "".
    :param language: of the text, as an ISO 639-1 code; "" where it is not told, and for a copy.
    :param metadata: that was given with it, encoded.
    :param lasting: whether its own content is the reason for a failure, so that it is not retried.
    """

    file: FileState
    title: str = ""
    content_hash: str = ""
    chunks: Sequence[Chunk] = ()
    layout: Layout | None = None
    asides: Sequence[Aside] = ()
    warning: str = ""
    lasting: bool = False
    date: str = ""
    language: str = ""
    metadata: str = ""


@dataclass
class Parser:
    """Makes chunks of files.

    :param tell: called with the pages of a long or slow file that are read, and how many there are.
    """

    catalog: Catalog
    recipes: Recipes
    count_tokens: CountTokens
    workers: Workers
    threads: int
    tell: Tell = lambda *_: None
    _claimed: dict[str, str] = field(default_factory=dict)
    """Documents that are being read, or that were refused, with the reason."""

    @contextmanager
    def over(self, files: Iterable[FoundFile]) -> Iterator[Iterator[ParsedFile]]:
        """Parse files, in their order; on leaving the block, the rest is given up."""
        coming: queue.Queue[Callable[[], ParsedFile] | None] = queue.Queue(2 * self.threads)
        stopped, finished = threading.Event(), threading.Event()
        pool = ThreadPoolExecutor(self.threads, thread_name_prefix="parse")

        def produce() -> None:
            try:
                for found in files:
                    if stopped.is_set():
                        break
                    coming.put(self._begin(found, pool))
            except BaseException as error:  # noqa: BLE001 - raised where the results are taken
                coming.put(partial(_raise, error))
            coming.put(None)

        def results() -> Iterator[ParsedFile]:
            while (result := coming.get()) is not None:
                yield result()
            finished.set()

        producer = threading.Thread(target=produce, name="read", daemon=True)
        producer.start()
        try:
            yield results()
        finally:
            stopped.set()
            while producer.is_alive():
                with suppress(queue.Empty):
                    coming.get(timeout=0.05)
            if not finished.is_set():
                self.workers.abandon()
            pool.shutdown(cancel_futures=True)

    def release(self, document_ids: Iterable[str]) -> None:
        """Forget documents that are committed now: the library itself knows that it has them."""
        for document_id in document_ids:
            self._claimed.pop(document_id, None)

    def _begin(self, found: FoundFile, pool: ThreadPoolExecutor) -> Callable[[], ParsedFile]:
        """Read and hash a file, and begin to parse it unless its content is known."""
        recipe = self.recipes.of(found.module)
        state = stamp(FileState(found.name, 0, 0, 0, recipe, ""), found)
        try:
            data = found.read()
        except (DocumentError, OSError) as error:
            unread = ParsedFile(replace(state, reason=reason_of(error)))
            return lambda: unread
        digest = hashlib.sha256(data).hexdigest()
        content = f"{recipe}\0{digest}" + (f"\0{found.metadata}" if found.metadata else "")
        document_id = hashlib.sha256(content.encode()).hexdigest()[:32]
        state = replace(state, digest=digest, document_id=document_id)
        if document_id in self._claimed or self.catalog.has_document(document_id):
            return lambda: self._copy(state)
        self._claimed[document_id] = ""
        return pool.submit(self._parse, found, data, state).result

    def _copy(self, state: FileState) -> ParsedFile:
        """The result for a copy; the result of its original is known by now."""
        reason = self._claimed.get(state.document_id, "")
        return _refuse(state, reason) if reason else ParsedFile(state)

    def _tell_of_one_file(self) -> Tell:
        begin = time.monotonic()

        def tell(done: int, total: int) -> None:
            if total >= _LONG or time.monotonic() - begin > _SLOW:
                self.tell(done, total)

        return tell

    def _parse(self, found: FoundFile, data: bytes, state: FileState) -> ParsedFile:
        try:
            tell = self._tell_of_one_file()
            source = load(found.path, data, self.workers, tell, found.module)
            told = decode_metadata(found.metadata or "")
            splitter = self.recipes.splitter
            cut = self.workers.cut(
                source.text,
                _title_of(told) or source.title,
                self.count_tokens,
                self.recipes.tokens,
                markdown=source.markdown,
                cuts=splitter.find_cuts(source.text) if splitter else None,
            )
        except DocumentError as error:
            self._claimed[state.document_id] = str(error)
            return _refuse(state, str(error), lasting=not isinstance(error, SilentReaderError))
        except Exception as error:  # noqa: BLE001 - a fault of ours costs this file, no other
            _log.exception("%s cannot be read", state.name)
            reason = f"cannot be read: {type(error).__name__}"
            self._claimed[state.document_id] = reason
            return _refuse(state, reason, lasting=False)
        asides = merge_asides(source.asides, cut.references)
        return ParsedFile(
            state, cut.title, cut.content_hash, cut.chunks, source.layout, asides, source.warning,
            date=read_day(str(told.get("date", ""))) or source.date,
            language=cut.language, metadata=found.metadata or "",
        )  # fmt: skip


def _title_of(metadata: Metadata) -> str:
    """The title that was given with a document, or ""."""
    title = metadata.get("title")
    return clean_title(title) if isinstance(title, str) else ""


def _raise(error: BaseException) -> ParsedFile:
    raise error


def _refuse(state: FileState, reason: str, *, lasting: bool = True) -> ParsedFile:
    return ParsedFile(replace(state, document_id="", reason=reason), lasting=lasting)
