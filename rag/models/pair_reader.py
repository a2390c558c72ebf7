"""A question and a sentence read together: whether the sentence answers.

all-MiniLM-L6-v2 again, with changes of low rank to its matrices (LoRA, Hu et al. 2021) that make a
reader of it, and three numbers per token on top: where an answer begins, where it ends, and at the
first token whether the sentence is to the point. ``training/reader/fit.py`` writes them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from rag.errors import ModelError
from rag.models.embedder import Embedder
from rag.settings import BUNDLED_MODEL, Settings

if TYPE_CHECKING:
    from rag.types import FloatArray

WEIGHTS = Path(str(resources.files("rag.models").joinpath("pair_reader_weights.npz")))
QUESTION, TITLE, BEFORE, SENTENCE = 40, 10, 24, 72
"""Tokens that are read of each part; of what stands before the sentence, the last ones."""
LONGEST_ANSWER = 14
"""Tokens."""


class Pair(NamedTuple):
    """A sentence, with the title of its document and the sentence before it, or no text."""

    title: str
    before: str
    sentence: str


ReadPairs: TypeAlias = "Callable[[str, list[Pair]], FloatArray]"
"""A question and pairs → their logits, as of :meth:`PairReader.__call__`."""


class PairReader:
    """Reads sentences for a question; may be used from several threads at once.

    Nothing is loaded before the first use.

    :param weights: the file with the changes and what stands on top.
    :raises ModelError: on first use, when the bundled model is not there.
    """

    def __init__(self, settings: Settings | None = None, weights: Path = WEIGHTS) -> None:
        self._settings = settings or Settings()
        self._file = weights
        self._opening = threading.Lock()
        self._read: tuple[Embedder, FloatArray, FloatArray] | None = None

    def __call__(self, question: str, pairs: Sequence[Pair]) -> FloatArray:
        """For each pair two logits, ``(n, 2) float32``.

        The best answer span's against none at all, and that of the sentence being to the point.
        """
        model, weight, bias = self._ready()
        parts = [text for pair in pairs for text in pair]
        asked, *read = model.token_ids([question, *parts])
        start, end = model.special_ids
        rows, first = [], []
        for title, before, sentence in zip(read[::3], read[1::3], read[2::3], strict=True):
            row = [*start, *asked[:QUESTION], *end]
            row += [*title[:TITLE], *before[max(0, len(before) - BEFORE) :], *end]
            first.append(len(row))
            rows.append([*row, *sentence[:SENTENCE], *end])
        found = np.zeros((len(pairs), 2), dtype=np.float32)
        for batch, hidden in model.hidden_states(rows):
            logits = hidden @ weight.T + bias
            for place, own in zip(batch, logits, strict=True):
                tokens = own[first[place] : len(rows[place]) - len(end)]
                found[place] = _best_span(tokens) - own[0, 0] - own[0, 1], own[0, 2]
        return found

    def load(self) -> None:
        """Load the model now; should that fail, whoever reads the first pair is told."""
        with suppress(ModelError):
            self("", [Pair("", "", "")])

    def _ready(self) -> tuple[Embedder, FloatArray, FloatArray]:
        """The changed model, and weight and bias of what stands on top, read from the file once."""
        with self._opening:
            if self._read is None:
                with np.load(self._file) as file:
                    of = {name: file[name].astype(np.float32) for name in file.files}
                changes = {
                    name.removesuffix(".up"): up @ of[f"{name.removesuffix('.up')}.down"]
                    for name, up in of.items()
                    if name.endswith(".up")
                }
                settings = self._settings.model_copy(update={"embedding_precision": "native"})
                model = Embedder(BUNDLED_MODEL, settings, changes=changes)
                self._read = model, of["head.weight"], of["head.bias"]
            return self._read


def _best_span(tokens: FloatArray) -> float:
    """The highest sum of a beginning's and an end's logit, not too far apart; ``(t, 3)``."""
    best = -1e4
    for length in range(min(LONGEST_ANSWER, len(tokens))):
        sums = tokens[: len(tokens) - length, 0] + tokens[length:, 1]
        best = max(best, float(sums.max()))
    return best
