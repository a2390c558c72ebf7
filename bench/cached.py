"""Where the benches find the public data, and the vectors of all they have embedded before."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.embedder import Embedder

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
        """The same, as the function that ``rag.evidence`` takes."""
        return self.embed(texts)

    def save(self) -> None:
        """Keep what was new."""
        if self._fresh:
            np.savez(self._file, keys=list(self._stored), vectors=list(self._stored.values()))
            self._fresh = 0
