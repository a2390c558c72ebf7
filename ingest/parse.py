"""Files read and cut in the background, in their order, a few ahead of who embeds them.

One thread reads and hashes, some parse (mostly waiting for child processes), and the caller embeds
what comes out; no more than a few files are held at a time.
"""

from __future__ import annotations

import hashlib
import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace

from ingest.load import load
from ingest.planning import Recipes, read_at_rest, stamped, why
from ingest.readers import Source, Tell
from ingest.sources.scan import Found
from ingest.split import Chunk, CountTokens, fitting_title, split
from ingest.workers import SilentReaderError, Workers
from rag.errors import DocumentError
from rag.library.catalog import Catalog, FileState
from rag.text.layout import Layout


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file read and cut, on its way to the embedder; or why it could not be.

    :param file: with ``reason`` set when it could not be read.
    :param content_hash: of the text; none for a copy, whose content is stored or comes before it.
    :param chunks: none for a copy, too.
    :param lasting: whether a failure is the content's own, so that it need not be tried again.
    """

    file: FileState
    title: str = ""
    content_hash: str = ""
    chunks: Sequence[Chunk] = ()
    layout: Layout | None = None
    warning: str = ""
    lasting: bool = False


@dataclass
class Parser:
    """How files become chunks.

    :param tell: called for long files, as a reader tells its pages.
    """

    catalog: Catalog
    recipes: Recipes
    count_tokens: CountTokens
    workers: Workers
    threads: int
    tell: Tell = lambda *_: None
    _claimed: dict[str, str] = field(default_factory=dict)
    """Documents that are on their way, or refused, with the reason."""

    @contextmanager
    def over(self, files: Iterable[Found]) -> Iterator[Iterator[Parsed]]:
        """The files' results in order; on leaving, what has not come out is given up."""
        coming: queue.Queue[Callable[[], Parsed] | None] = queue.Queue(2 * self.threads)
        stopped, finished = threading.Event(), threading.Event()
        pool = ThreadPoolExecutor(self.threads, thread_name_prefix="parse")

        def produce() -> None:
            for found in files:
                if stopped.is_set():
                    break
                coming.put(self._begin(found, pool))
            coming.put(None)

        def results() -> Iterator[Parsed]:
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
        """These documents are stored now, so the library says itself that it has them."""
        for document_id in document_ids:
            self._claimed.pop(document_id, None)

    def _begin(self, found: Found, pool: ThreadPoolExecutor) -> Callable[[], Parsed]:
        """Read and hash a file, and have it parsed unless its content is known."""
        recipe = self.recipes.of(found.module)
        state = stamped(FileState(found.name, 0, 0, 0, recipe, ""), found)
        try:
            data = read_at_rest(found.path)
        except (DocumentError, OSError) as error:
            unread = Parsed(replace(state, reason=why(error)))
            return lambda: unread
        digest = hashlib.sha256(data).hexdigest()
        document_id = hashlib.sha256(f"{recipe}\0{digest}".encode()).hexdigest()[:32]
        state = replace(state, digest=digest, document_id=document_id)
        if document_id in self._claimed or self.catalog.has_document(document_id):
            return lambda: self._copy(state)
        self._claimed[document_id] = ""
        return pool.submit(self._parse, found, data, state).result

    def _copy(self, state: FileState) -> Parsed:
        """The result for content that came before, whose own result is known by now."""
        reason = self._claimed.get(state.document_id, "")
        return _refused(state, reason) if reason else Parsed(state)

    def _parse(self, found: Found, data: bytes, state: FileState) -> Parsed:
        try:
            source = load(found.path, data, self.workers, self.tell)
        except DocumentError as error:
            self._claimed[state.document_id] = str(error)
            return _refused(state, str(error), lasting=not isinstance(error, SilentReaderError))
        return self._cut(source, state)

    def _cut(self, source: Source, state: FileState) -> Parsed:
        tokens = self.recipes.tokens
        title = fitting_title(source.title, self.count_tokens, tokens)
        chunks = split(source.text, title, self.count_tokens, tokens, markdown=source.markdown)
        content_hash = hashlib.sha256(source.text.encode()).hexdigest()
        return Parsed(state, title, content_hash, chunks, source.layout, source.warning)


def _refused(state: FileState, reason: str, *, lasting: bool = True) -> Parsed:
    return Parsed(replace(state, document_id="", reason=reason), lasting=lasting)
