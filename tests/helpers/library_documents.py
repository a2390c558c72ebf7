"""Documents made of nothing, for a library whose model is never asked."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import numpy as np

from rag.library.catalog import NewChunk, NewDocument
from rag.library.library import Library

DIMENSION = 8


def document(name: str, chunks: int = 3) -> NewDocument:
    """A document whose chunks name it, with a vector near no other document's."""
    seed = sum(name.encode())
    vectors = np.random.default_rng(seed).normal(size=(chunks, DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    texts = [f"{name} part{number}. " for number in range(chunks)]
    starts = [sum(map(len, texts[:number])) for number in range(chunks)]
    return NewDocument(
        name,
        f"{name}.txt",
        name,
        sha256("".join(texts).encode()).hexdigest(),
        [
            NewChunk(start, start + len(text), None, "", text, text, vector)
            for start, text, vector in zip(starts, texts, vectors, strict=True)
        ],
    )


def holds(library: Library, *names: str) -> bool:
    """Whether both indexes find exactly the chunks of these documents."""
    expected = {f"{name}:{number}" for name in names for number in range(3)}
    vector = np.ones(DIMENSION, dtype=np.float32) / np.sqrt(np.float32(DIMENSION))
    near = {id_ for id_, _ in library.find_nearest(vector, 100)}
    matching = {id_ for name in names for id_, _ in library.lexical.search(name, 100)}
    return near == expected == matching == set(library.catalog.chunks(sorted(expected)))


def commit(home: Path, name: str) -> None:
    library = Library(home, create=True)
    with library.writing():
        library.catalog.commit([document(name)])
    library.close()
