"""Embeds chunks in the background, so that the model does not wait while a batch is committed."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from ingest.parse import ParsedFile
from ingest.split import Chunk, embedded_text
from rag.library.catalog import Catalog, NewChunk, NewDocument
from rag.models.embedder import Embedder
from rag.text.asides import clip_asides
from rag.text.layout import Layout

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Batch:
    """Files whose chunks are being embedded.

    :param digests: for each file, the digests of the texts that are embedded for its chunks.
    :param known: vectors that the library had when the batch was begun, by digest.
    :param new: digests of the texts that are being embedded.
    :param coming: their vectors.
    """

    files: Sequence[ParsedFile]
    digests: Sequence[Sequence[str]]
    known: dict[str, Vector]
    new: Sequence[str]
    coming: Future[Sequence[Vector]]


@dataclass(frozen=True, slots=True)
class EmbeddedBatch:
    """Files whose chunks are embedded.

    :param digests: for each file, the digests of the texts that are embedded for its chunks.
    :param vectors: of these texts, by digest.
    """

    files: Sequence[ParsedFile]
    digests: Sequence[Sequence[str]]
    vectors: Mapping[str, Vector]

    def documents(self) -> Iterator[NewDocument]:
        """The documents to commit."""
        for parsed, own in zip(self.files, self.digests, strict=True):
            file, layout = parsed.file, parsed.layout
            chunks = [
                NewChunk(
                    chunk.start,
                    chunk.end,
                    _page(layout, chunk),
                    chunk.heading,
                    chunk.text,
                    digest,
                    self.vectors[digest],
                    asides=clip_asides(parsed.asides, chunk.start, chunk.end),
                )
                for chunk, digest in zip(parsed.chunks, own, strict=True)
            ]
            places = layout.encode() if layout else b""
            yield NewDocument(
                file.document_id, file.name, parsed.title, parsed.content_hash, chunks, places,
                file, parsed.date, parsed.metadata,
            )  # fmt: skip


class Embedding:
    """Embeds batches one after the other, each text once.

    :param progress: called from another thread with how many texts of a batch are done, and how
        many there are.
    """

    def __init__(
        self, embedder: Embedder, catalog: Catalog, progress: Callable[[int, int], None]
    ) -> None:
        self._embedder = embedder
        self._catalog = catalog
        self._progress = progress
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="embedding")
        self._stopped = threading.Event()

    def begin(self, files: Sequence[ParsedFile], before: Batch | None) -> Batch:
        """Begin to embed the files' chunks.

        :param before: the batch that is being embedded now; its texts are not embedded again.
        """
        texts: dict[str, str] = {}
        digests: list[list[str]] = []
        for parsed in files:
            texts_of_file = [embedded_text(parsed.title, c.heading, c.text) for c in parsed.chunks]
            digests.append([hashlib.sha256(text.encode()).hexdigest() for text in texts_of_file])
            texts.update(zip(digests[-1], texts_of_file, strict=True))
        known = self._catalog.known_vectors(list(texts))
        elsewhere = known.keys() | set(before.new if before else ())
        new = [digest for digest in texts if digest not in elsewhere]
        coming = self._thread.submit(self._embed, [texts[digest] for digest in new])
        return Batch(files, digests, known, new, coming)

    def finish(self, batch: Batch) -> EmbeddedBatch:
        """Wait for the vectors of a batch.

        The batch before it must be in the catalog by now.
        """
        vectors = batch.known | dict(zip(batch.new, batch.coming.result(), strict=True))
        rest = {digest for own in batch.digests for digest in own} - vectors.keys()
        vectors |= self._catalog.known_vectors(sorted(rest))
        return EmbeddedBatch(batch.files, batch.digests, vectors)

    def _embed(self, texts: Sequence[str]) -> Sequence[Vector]:
        done = 0

        def count(batch: int) -> None:
            nonlocal done
            done += batch
            self._progress(done, len(texts))
            if self._stopped.is_set():
                raise CancelledError

        # with nothing to embed, the model is not loaded
        return list(self._embedder.embed(texts, count)) if texts else ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.shutdown(cancel_futures=True)


def _page(layout: Layout | None, chunk: Chunk) -> int | None:
    """The page that a chunk's first word is on."""
    if layout is None:
        return None
    return layout.page(chunk.start + len(chunk.text) - len(chunk.text.lstrip()))
