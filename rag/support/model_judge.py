"""A cross-encoder as judge of support: any model for natural language inference or fact checking.

It reads quote and sentence together, and so sees what words alone do not: who does what to whom,
what follows. It says how sure it is, but not what is wrong. Importing its library costs seconds, so
that happens when the first sentence is judged.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.errors import ModelError
from rag.models.torch_model import load_cross_encoder
from rag.support.comparison import NOTHING
from rag.support.judge import verdict
from rag.text.sentences import sentence_tiles
from rag.types import Support

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sentence_transformers import CrossEncoder

_SUPPORTS = re.compile(r"entail|support|consistent|\btrue\b|\byes\b")
_CONTRADICTS = re.compile(r"contradict|refut|\bfalse\b")
_NOT = re.compile(r"\b(?:not|non|no|un|in|neutral|partial)|n['’]t")
"""What makes a label of the first kind say that support is missing: ``not_entailment``."""
_READS = 4096
"""Tokens; what a model may claim to read beyond that is not tried."""


class ModelJudge:
    """Judges as :func:`rag.judge_support` does, by a model; may be used from several threads.

    :param model: a folder with a cross-encoder, or a name on the Hugging Face hub.
    :raises ModelError: on first use, when the model cannot be loaded or its labels say nothing
        about support.
    """

    def __init__(self, model: str | Path) -> None:
        self.name = str(model)
        self._working = threading.Lock()
        self._loaded: CrossEncoder | None = None

    def __call__(self, sentence: str, quote: str) -> Support:
        """The verdict for the part of the quote that supports best.

        :return: the score is the model's probability of support, in [0, 1].
        """
        if not any(c.isalnum() for c in sentence) or not any(c.isalnum() for c in quote):
            return Support("unsupported", 0.0, (NOTHING,))
        with self._working:
            model = self._model()
            parts = self._parts(model, sentence, quote)
            logits = model.predict(
                [(part, sentence) for part in parts],
                activation_fn=lambda scores: scores,
                show_progress_bar=False,
            )
        support, contrary = self._probabilities(np.asarray(logits, dtype=np.float64))
        best = int(support.argmax())
        score = float(support[best])
        if contrary[best] >= 0.5:
            reason = f"the model reads the contrary in the source ({contrary[best]:.2f})"
            return Support("unsupported", round(score, 4), (reason,))
        judged = verdict(score)
        reasons = (f"the model does not find it in the source ({score:.2f})",)
        return Support(judged, round(score, 4), () if judged == "supported" else reasons)

    def _model(self) -> CrossEncoder:
        if self._loaded is None:
            model = load_cross_encoder(self.name, "support model")
            self._supporting, self._contrary = self._labels(model)
            self._loaded = model
        return self._loaded

    def _labels(self, model: CrossEncoder) -> tuple[int | None, int | None]:
        """Which outputs say support and its contrary; None and None for a model with one output.

        :raises ModelError: the model's configuration does not say which.
        """
        labels = getattr(model.config, "id2label", None) or {}
        names = {int(i): str(name).lower() for i, name in labels.items()}
        if len(names) == 1:
            return None, None
        words = {i: re.sub(r"[_\s-]+", " ", name) for i, name in names.items()}
        supporting = [i for i, n in words.items() if _SUPPORTS.search(n) and not _NOT.search(n)]
        if len(supporting) != 1:
            raise ModelError(
                f"the support model {self.name!r} has the labels {', '.join(names.values())}, of "
                "which not exactly one says that the first text supports the second; use a model "
                "whose configuration (id2label) names one entailment or supported"
            )
        contrary = [i for i, n in words.items() if _CONTRADICTS.search(n)]
        return supporting[0], contrary[0] if len(contrary) == 1 else None

    def _probabilities(
        self, logits: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """For each part the probability of support and of the contrary, ``(n,)`` each."""
        if self._supporting is None:
            return 1 / (1 + np.exp(-np.clip(logits.reshape(-1), -30, 30))), np.zeros(logits.size)
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares = powers / powers.sum(axis=1, keepdims=True)
        none = np.zeros(len(shares))
        return shares[:, self._supporting], (
            none if self._contrary is None else shares[:, self._contrary]
        )

    def _parts(self, model: CrossEncoder, sentence: str, quote: str) -> list[str]:
        """The quote in runs of whole sentences that the model can read together with the sentence.

        Each begins in the middle of the one before; one sentence too long for it is cut.
        """
        tokenizer = model.tokenizer
        reads = min(model.max_seq_length or _READS, _READS)
        room = reads - len(tokenizer(sentence, "")["input_ids"])
        tiles = sentence_tiles(quote)
        texts = [" ".join(quote[start:end].split()) for start, end in tiles]
        sizes = [len(tokenizer(text, add_special_tokens=False)["input_ids"]) for text in texts]
        return [" ".join(texts[start:end]) for start, end in runs(sizes, room)]


def runs(sizes: Sequence[int], room: int) -> list[tuple[int, int]]:
    """Half-open runs of neighbours whose sizes add up to at most ``room``, or of one alone.

    Each begins in the middle of the one before, and together they cover all.
    """
    found: list[tuple[int, int]] = []
    start = 0
    while start < len(sizes):
        end, total = start + 1, sizes[start]
        while end < len(sizes) and total + sizes[end] <= room:
            total += sizes[end]
            end += 1
        found.append((start, end))
        if end == len(sizes):
            break
        start += max(1, (end - start + 1) // 2)
    return found
