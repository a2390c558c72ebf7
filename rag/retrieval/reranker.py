"""Rerank passages with a cross-encoder, which reads the question and each passage together.

It costs a forward pass per passage, tens of times the rest of retrieval, so it is off unless
``Settings.reranker`` names one. Any LangChain ``BaseDocumentCompressor`` can take its place.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from langchain_core.callbacks import Callbacks  # noqa: TC002 - pydantic
from langchain_core.documents import BaseDocumentCompressor, Document
from pydantic import PrivateAttr

from rag.errors import ModelError
from rag.models.torch_model import load_cross_encoder

if TYPE_CHECKING:
    from rag.models.torch_model import CrossEncoder


class CrossEncoderReranker(BaseDocumentCompressor):
    """Orders documents by a cross-encoder's scores, best first.

    Each gets its score as ``relevance_score`` in its metadata; its scale depends on the model.

    :param model: a folder with a sentence-transformers ``CrossEncoder``, or a name on the Hugging
        Face hub, which is asked only then.
    :raises ModelError: on first use, when there is none or it does not give one score per pair.
    """

    model: str
    _encoder: CrossEncoder | None = PrivateAttr(default=None)
    _loading: threading.Lock = PrivateAttr(default_factory=threading.Lock)

    def compress_documents(
        self, documents: Sequence[Document], query: str, callbacks: Callbacks = None
    ) -> list[Document]:
        """Rerank the documents, those that answer the query first."""
        if not documents:
            return []
        pairs = [(query, document.page_content) for document in documents]
        scores = np.asarray(
            self._load_once().predict(pairs, batch_size=32, show_progress_bar=False),
            dtype=np.float64,
        )
        if scores.shape != (len(pairs),):
            raise ModelError(
                f"the reranker {self.model!r} gives {scores.shape[-1]} scores per passage; use a "
                "cross-encoder with one output, for example cross-encoder/ms-marco-MiniLM-L6-v2"
            )
        order = sorted(range(len(pairs)), key=lambda i: -scores[i])
        return [
            documents[i].model_copy(
                update={"metadata": documents[i].metadata | {"relevance_score": float(scores[i])}}
            )
            for i in order
        ]

    def _load_once(self) -> CrossEncoder:
        with self._loading:
            if self._encoder is None:
                self._encoder = load_cross_encoder(self.model, "reranker")
            return self._encoder
