"""A LangChain embedding model in the place of citespan's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np

from rag.errors import ModelError
from rag.models.embedder import Embedder
from rag.models.loading import Prompts
from rag.names import check_texts
from rag.settings import BUNDLED_MODEL, Settings
from rag.types import FloatArray, TokenVectors

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

_BATCH = 64
"""Texts in one call."""
_NAMES = ("model", "model_name", "deployment")
"""Attributes in which LangChain's classes have the name of the model."""


class LangChainEmbedder(Embedder):
    """Makes vectors by a LangChain ``Embeddings``.

    Questions go through its ``embed_query``, passages and words through its ``embed_documents``.
    Chunks are measured in tokens of the bundled model.

    :param embeddings: its class and its model's name identify the vectors of a library.
    """

    def __init__(self, embeddings: Embeddings, settings: Settings) -> None:
        super().__init__(BUNDLED_MODEL, settings)
        self._embeddings = embeddings

    @cached_property
    def identity(self) -> str:
        """The class, and the model's name where it has one."""
        named = (getattr(self._embeddings, name, None) for name in _NAMES)
        model = next((str(name) for name in named if name), "")
        return "@".join(filter(None, ["langchain", type(self._embeddings).__name__, model]))

    @property
    def is_bundled(self) -> bool:
        """It never is the model for which the shipped weights were fitted."""
        return False

    @cached_property
    def prompts(self) -> Prompts:
        """None: the model has its own."""
        return Prompts()

    @cached_property
    def languages(self) -> frozenset[str] | None:
        """Not known."""
        return None

    @property
    def backend(self) -> str:
        """The software that runs the model, in words."""
        return f"LangChain's {type(self._embeddings).__name__}"

    @property
    def dimension(self) -> int:
        return len(self.embed_words(["dimension"])[0])

    def embed(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> FloatArray:
        """Embed passages and sentences as unit vectors, ``(n, dimension) float32``."""
        check_texts(texts)
        found: list[FloatArray] = []
        for first in range(0, len(texts), _BATCH):
            batch = list(texts[first : first + _BATCH])
            found.append(self._call(partial(self._embeddings.embed_documents, batch)))
            if progress:
                progress(len(batch))
        return np.concatenate(found) if found else np.empty((0, 0), dtype=np.float32)

    def embed_words(self, words: Sequence[str]) -> FloatArray:
        """Embed words, or one question; their vectors are kept in memory."""
        check_texts(words)
        new = [word for word in dict.fromkeys(words) if word not in self._words]
        if len(new) == len(words) == 1:
            found = self._call(lambda: [self._embeddings.embed_query(new[0])])
        else:
            found = self.embed(new)
        self._words |= dict(zip(new, found, strict=True))
        return np.array([self._words[word] for word in words], dtype=np.float32)

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Refuse: LangChain's models give no vectors of tokens."""
        raise ModelError(f"{self.backend} gives vectors of whole texts only")

    def load(self) -> None:
        """Nothing is loaded here."""

    def _call(self, embed: Callable[[], Sequence[Sequence[float]]]) -> FloatArray:
        try:
            vectors = np.asarray(embed(), dtype=np.float32)
        except Exception as error:
            raise ModelError(f"{self.backend} fails: {error}") from error
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: FloatArray = vectors / np.maximum(lengths, np.float32(1e-12))
        return unit
