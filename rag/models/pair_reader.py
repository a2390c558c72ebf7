"""The reader: read a question and a sentence together, and score whether the sentence answers.

It is all-MiniLM-L6-v2 with low-rank changes to its matrices (LoRA, Hu et al. 2021) and a linear
head of three logits per token: an answer begins here, an answer ends here, and, at the first token,
the sentence is relevant. ``training/reader/fit.py`` writes the weights.
"""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import resources
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np

from rag.errors import ModelError
from rag.models.embedder import Embedder
from rag.settings import BUNDLED_MODEL, Settings
from rag.types import FloatArray

WEIGHTS = Path(str(resources.files("rag.models").joinpath("pair_reader_weights.npz")))
QUESTION, TITLE, BEFORE, SENTENCE = 40, 10, 24, 72
"""Tokens of each part that are read; of the sentence before, the last ones."""
LONGEST_ANSWER = 14
"""Tokens."""


class Pair(NamedTuple):
    """A sentence, the title of its document, and the sentence before it or ""."""

    title: str
    before: str
    sentence: str


ReadPairs: TypeAlias = "Callable[[str, list[Pair]], FloatArray]"
"""A question and pairs → their logits, as of :meth:`PairReader.__call__`."""


class PairReader:
    """Reads sentences for a question; may be used from several threads at once.

    Nothing is loaded before the first use.

    :param weights: the file with the changes and the head.
    :raises ModelError: on first use, when the bundled model is not there.
    """

    def __init__(self, settings: Settings | None = None, weights: Path = WEIGHTS) -> None:
        self._settings = settings or Settings()
        self._file = weights
        self._loading = threading.Lock()
        self._loaded: tuple[Embedder, FloatArray, FloatArray] | None = None

    def __call__(self, question: str, pairs: Sequence[Pair]) -> FloatArray:
        """Score each pair by two logits, ``(n, 2) float32``.

        One for the best answer span against no answer, one for the relevance of the sentence.
        """
        model, weight, bias = self._load_once()
        parts = [text for pair in pairs for text in pair]
        question_ids, *read = model.tokens.ids([question, *parts])
        start, end = model.tokens.before, model.tokens.after
        rows, first = [], []
        for title, before, sentence in zip(read[::3], read[1::3], read[2::3], strict=True):
            row = [*start, *question_ids[:QUESTION], *end]
            row += [*title[:TITLE], *before[max(0, len(before) - BEFORE) :], *end]
            first.append(len(row))
            rows.append([*row, *sentence[:SENTENCE], *end])
        found = np.zeros((len(pairs), 2), dtype=np.float32)
        for batch, hidden, _ in model.run_tokens(rows):
            logits = hidden @ weight.T + bias
            for place, own in zip(batch, logits, strict=True):
                tokens = own[first[place] : len(rows[place]) - len(end)]
                found[place] = _score_best_span(tokens) - own[0, 0] - own[0, 1], own[0, 2]
        return found

    def load(self) -> None:
        """Load the model now; an error is raised when the first pair is read."""
        with suppress(ModelError):
            self("", [Pair("", "", "")])

    def _load_once(self) -> tuple[Embedder, FloatArray, FloatArray]:
        """Load the changed model, and the weight and bias of its head, at the first call."""
        with self._loading:
            if self._loaded is None:
                with np.load(self._file) as file:
                    arrays = {name: file[name].astype(np.float32) for name in file.files}
                changes = {
                    name.removesuffix(".up"): up @ arrays[f"{name.removesuffix('.up')}.down"]
                    for name, up in arrays.items()
                    if name.endswith(".up")
                }
                settings = self._settings.model_copy(update={"embedding_precision": "native"})
                model = Embedder(BUNDLED_MODEL, settings, changes=changes)
                self._loaded = model, arrays["head.weight"], arrays["head.bias"]
            return self._loaded


def _score_best_span(tokens: FloatArray) -> float:
    """Score the best span of at most LONGEST_ANSWER tokens, by the sum of its begin and end logits.

    :param tokens: ``(t, 3)`` logits.
    """
    best = -1e4
    for length in range(min(LONGEST_ANSWER, len(tokens))):
        sums = tokens[: len(tokens) - length, 0] + tokens[length:, 1]
        best = max(best, float(sums.max()))
    return best
