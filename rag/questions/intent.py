"""What is asked for: an answer from the documents, or something about them.

A softmax over the embedding of what was typed, fitted by ``training/intents/fit.py``.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Self, get_args

import numpy as np

from rag.types import Embed, FloatArray, Intent

WEIGHTS = Path(str(resources.files("rag.questions").joinpath("intent_weights.npz")))
INTENTS: tuple[Intent, ...] = get_args(Intent)
_LONGEST_WORDS = 40
"""A longer text is a question."""


@dataclass(frozen=True)
class IntentModel:
    """Tells what is asked for.

    :param weights: ``(d, intents) float32``, in the order of :data:`INTENTS`.
    :param bias: ``(intents,) float32``.
    :param threshold: probability from which a text asks for something else than an answer.
    """

    weights: FloatArray
    bias: FloatArray
    threshold: float

    def find_intent(self, text: str, embed: Embed) -> Intent:
        """Return what is asked for; ``answer`` unless something else is plainly meant.

        :param embed: the bundled embedding model; another one's vectors mean nothing here.
        """
        if len(text.split()) > _LONGEST_WORDS:
            return "answer"
        (chances,) = self.find_chances(embed([text]))
        best = int(chances.argmax())
        return INTENTS[best] if chances[best] >= self.threshold else "answer"

    def find_chances(self, vectors: FloatArray) -> FloatArray:
        """The probability of each intent, ``(n, intents) float32``."""
        logits = vectors @ self.weights + self.bias
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(shares / shares.sum(axis=1, keepdims=True), dtype=np.float32)

    def save(self) -> None:
        """Write the weights that are shipped."""
        np.savez(WEIGHTS, weights=self.weights, bias=self.bias, threshold=self.threshold)

    @classmethod
    @lru_cache(maxsize=1)
    def load(cls) -> Self:
        """Load the weights that are shipped."""
        kept = np.load(WEIGHTS)
        return cls(kept["weights"], kept["bias"], float(kept["threshold"]))
