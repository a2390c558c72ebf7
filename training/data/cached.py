"""Where the public data is, and models whose results are kept in files between runs."""

import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.models.embedder import Embedder
from rag.models.pair_reader import Pair, PairReader

FloatArray = npt.NDArray[np.float32]
DATA = Path(os.environ.get("CITESPAN_BENCH_DATA", "../shared/data"))
CACHE = Path(os.environ.get("CITESPAN_BENCH_CACHE", tempfile.gettempdir())) / "citespan-bench"
FOLDS = [CACHE / f"pair-reader-{number}.npz" for number in range(3)]
"""Readers of pairs for the questions of that fold, fitted on the other ones."""


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


class CachedPairReader(PairReader):
    """The product's reader of pairs, or another one, all it has said kept in a file."""

    def __init__(self, weights: Path) -> None:
        super().__init__(weights=weights)
        CACHE.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256(weights.read_bytes()).hexdigest()[:16]
        self._kept_in = CACHE / f"pairs-{digest}.npz"
        self._said: dict[str, FloatArray] = {}
        if self._kept_in.exists():
            kept = np.load(self._kept_in)
            self._said = dict(zip(kept["keys"].tolist(), kept["values"], strict=True))

    def __call__(self, question: str, pairs: Sequence[Pair]) -> FloatArray:
        """As the reader, only once per question and pair."""
        texts = ["\0".join((question, *pair)) for pair in pairs]
        keys = [hashlib.sha256(text.encode()).hexdigest()[:24] for text in texts]
        new = {k: pair for k, pair in zip(keys, pairs, strict=True) if k not in self._said}
        if new:
            said = super().__call__(question, list(new.values()))
            self._said.update(zip(new, said, strict=True))
        return np.array([self._said[key] for key in keys], dtype=np.float32)

    def save(self) -> None:
        """Keep what was new."""
        np.savez(self._kept_in, keys=list(self._said), values=list(self._said.values()))
