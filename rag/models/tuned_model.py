"""The bundled model with changed matrices and a linear head: what reads two texts together."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from rag.models.conversions import Changes
from rag.models.embedder import Embedder
from rag.models.model_tokens import Tokens
from rag.settings import BUNDLED_MODEL, Settings
from rag.types import FloatArray


class TunedModel:
    """Rows of token ids to logits; may be used from several threads at once.

    Nothing is loaded before the first use.

    :param weights: the file with the changes, rounded to bytes row by row, and the head.
    :raises ModelError: on first use, when the bundled model is not there.
    """

    def __init__(self, settings: Settings | None, weights: Path) -> None:
        self._settings = settings or Settings()
        self._file = weights
        self._loading = threading.Lock()
        self._loaded: tuple[Embedder, FloatArray, FloatArray] | None = None

    @property
    def tokens(self) -> Tokens:
        """Splits texts into the model's tokens."""
        return self._load_once()[0].tokens

    def run(self, rows: Sequence[Sequence[int]]) -> Iterator[tuple[int, FloatArray]]:
        """Yield the place of each row and its logits, ``(t, outputs) float32``, in any order."""
        model, weight, bias = self._load_once()
        for batch, hidden, _ in model.run_tokens(rows):
            logits = hidden @ weight.T + bias
            for place, own in zip(batch, logits, strict=True):
                yield place, own[: len(rows[place])]

    def _load_once(self) -> tuple[Embedder, FloatArray, FloatArray]:
        """Load the changed model, and the weight and bias of its head, at the first call."""
        with self._loading:
            if self._loaded is None:
                settings = self._settings.model_copy(update={"embedding_precision": "native"})
                changes = Changes(self._file, self._read_changes)
                model = Embedder(BUNDLED_MODEL, settings, changes=changes)
                with np.load(self._file) as file:
                    weight, bias = file["head.weight"], file["head.bias"]
                self._loaded = model, weight.astype(np.float32), bias.astype(np.float32)
            return self._loaded

    def _read_changes(self) -> dict[str, FloatArray]:
        """Read what is added to the matrices, which was rounded row by row."""
        with np.load(self._file) as file:
            return {
                name: file[name].astype(np.float32) * file[f"{name}.scale"]
                for name in file.files
                if f"{name}.scale" in file.files
            }


def arrange(
    tokens: Tokens, first: Sequence[int], heading: Sequence[int], text: Sequence[int]
) -> tuple[list[int], int]:
    """Put the token ids of a question or a claim, a heading and a text in a row.

    :return: with the place of the text's first token.
    """
    row = [*tokens.before, *first, *tokens.after, *heading, *tokens.after]
    return [*row, *text, *tokens.after], len(row)
