"""Where the public data is, and models whose results are kept in files between runs."""

import hashlib
import os
import pickle
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.models.embedder import Embedder
from rag.models.reader import WEIGHTS, Page, PageReading, Reader

FloatArray = npt.NDArray[np.float32]
DATA = Path(os.environ.get("CITESPAN_BENCH_DATA", "../shared/data"))
CACHE = Path(os.environ.get("CITESPAN_BENCH_CACHE", tempfile.gettempdir())) / "citespan-bench"


class CachedEmbedder(Embedder):
    """The product's embedder, every vector kept in a file."""

    def __init__(self) -> None:
        super().__init__()
        CACHE.mkdir(parents=True, exist_ok=True)
        self._file = CACHE / "vectors.npz"
        self._stored: dict[str, FloatArray] = {}
        self._fresh = 0
        if self._file.exists():
            kept = np.load(self._file)
            self._stored = dict(zip(kept["keys"].tolist(), kept["vectors"], strict=True))

    def embed(self, texts: Sequence[str], progress: object = None) -> FloatArray:
        """As the embedder, only once per text."""
        keys = [hashlib.sha256(text.encode()).hexdigest()[:24] for text in texts]
        new = {k: t for k, t in zip(keys, texts, strict=True) if k not in self._stored}
        if new:
            self._fresh += len(new)
            self._stored.update(zip(new, super().embed(list(new.values())), strict=True))
        return np.array([self._stored[key] for key in keys], dtype=np.float32)

    def __call__(self, texts: list[str]) -> FloatArray:
        """The same, as the function that ``rag.answers.evidence`` takes."""
        return self.embed(texts)

    def save(self) -> None:
        """Keep what was new."""
        if self._fresh:
            np.savez(self._file, keys=list(self._stored), vectors=list(self._stored.values()))
            self._fresh = 0


class CachedReader(Reader):
    """The product's reader, or another one, all it has said kept in a file."""

    def __init__(self, weights: Path = WEIGHTS) -> None:
        super().__init__(weights=weights)
        CACHE.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256(weights.read_bytes()).hexdigest()[:16]
        self._kept_in = CACHE / f"read-{digest}.pickle"
        self._said: dict[str, PageReading] = {}
        self._fresh = 0
        if self._kept_in.exists():
            self._said = pickle.loads(self._kept_in.read_bytes())

    def __call__(self, question: str, pages: Sequence[Page]) -> list[PageReading]:
        """As the reader, only once per question and page."""
        texts = ["\0".join((question, *page)) for page in pages]
        keys = [hashlib.sha256(text.encode()).hexdigest()[:24] for text in texts]
        new = {k: page for k, page in zip(keys, pages, strict=True) if k not in self._said}
        if new:
            self._fresh += len(new)
            said = super().__call__(question, list(new.values()))
            for key, each in zip(new, said, strict=True):
                offsets, logits = each.offsets.astype(np.int32), each.logits.astype(np.float16)
                self._said[key] = replace(each, offsets=offsets, logits=logits)
        found = (self._said[key] for key in keys)
        return [replace(each, logits=each.logits.astype(np.float32)) for each in found]

    def save(self) -> None:
        """Keep what was new."""
        if self._fresh:
            self._kept_in.write_bytes(pickle.dumps(self._said))
            self._fresh = 0
