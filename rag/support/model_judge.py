"""Judge support with a cross-encoder: any model for natural language inference or fact checking.

It reads quote and sentence together, so it sees more than words: who does what to whom, and what
follows. It gives a probability, but no reason. Importing its library takes seconds, so that happens
when the first sentence is judged.
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

    from rag.models.torch_model import CrossEncoder

_SUPPORTS = re.compile(r"entail|support|consistent|\btrue\b|\byes\b")
_CONTRADICTS = re.compile(r"contradict|refut|\bfalse\b")
_NOT = re.compile(r"\b(?:not|non|no|un|in|neutral|partial)|n['’]t")
"""With one of these, a label of the first kind means no support: ``not_entailment``."""
_READS = 4096
"""Tokens; more is not tried, whatever a model claims to read."""


class ModelJudge:
    """Judges like :func:`rag.judge_support`, by a model; may be used from several threads.

    :param model: a folder with a cross-encoder, or a name on the Hugging Face hub.
    :raises ModelError: on first use, when the model cannot be loaded or its labels say nothing
        about support.
    """

    def __init__(self, model: str | Path) -> None:
        self.name = str(model)
        self._working = threading.Lock()
        self._loaded: CrossEncoder | None = None

    def __call__(self, sentence: str, quote: str) -> Support:
        """Judge the sentence by the part of the quote that supports it best.

        :return: the score is the model's probability of support, in [0, 1].
        """
        if not any(c.isalnum() for c in sentence) or not any(c.isalnum() for c in quote):
            return Support("unsupported", 0.0, (NOTHING,))
        with self._working:
            model = self._load_once()
            parts = self._split_quote(model, sentence, quote)
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

    def _load_once(self) -> CrossEncoder:
        if self._loaded is None:
            model = load_cross_encoder(self.name, "support model")
            self._supporting, self._contrary = self._find_labels(model)
            self._loaded = model
        return self._loaded

    def _find_labels(self, model: CrossEncoder) -> tuple[int | None, int | None]:
        """Find the outputs for support and contradiction; None and None when there is one output.

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
                f"the support model {self.name!r} has the labels {', '.join(names.values())}; not "
                "exactly one of them says that the first text supports the second. Use a model "
                "whose configuration (id2label) names one entailment or supported"
            )
        contrary = [i for i, n in words.items() if _CONTRADICTS.search(n)]
        return supporting[0], contrary[0] if len(contrary) == 1 else None

    def _probabilities(
        self, logits: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The probabilities of support and of contradiction for each part, ``(n,)`` each."""
        if self._supporting is None:
            return 1 / (1 + np.exp(-np.clip(logits.reshape(-1), -30, 30))), np.zeros(logits.size)
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares = powers / powers.sum(axis=1, keepdims=True)
        none = np.zeros(len(shares))
        return shares[:, self._supporting], (
            none if self._contrary is None else shares[:, self._contrary]
        )

    def _split_quote(self, model: CrossEncoder, sentence: str, quote: str) -> list[str]:
        """Split the quote into runs of sentences that the model can read with the judged sentence.

        Each run begins in the middle of the one before; a sentence that is too long is cut.
        """
        tokenizer = model.tokenizer
        reads = min(model.max_seq_length or _READS, _READS)
        room = reads - len(tokenizer(sentence, "")["input_ids"])
        tiles = sentence_tiles(quote)
        texts = [" ".join(quote[start:end].split()) for start, end in tiles]
        sizes = [len(tokenizer(text, add_special_tokens=False)["input_ids"]) for text in texts]
        return [" ".join(texts[start:end]) for start, end in overlapping_runs(sizes, room)]


def overlapping_runs(sizes: Sequence[int], room: int) -> list[tuple[int, int]]:
    """Half-open runs of neighbours whose sizes add up to at most ``room``, or of one item.

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
