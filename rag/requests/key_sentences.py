"""Chooses the sentences that tell what a document is about.

Each sentence is scored by a logistic model of a few numbers (``training/overview/fit.py``), and
sentences that say the same are taken once (Carbonell and Goldstein, The use of MMR, 1998).
"""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

import numpy as np

from rag.english.patterns.requests.sections import ANNOUNCES
from rag.types import FloatArray

_WEIGHTS = resources.files("rag.requests").joinpath("key_sentence_weights.json")
_REPEATS = 0.6
"""What a sentence loses, in log-odds and per cosine, for its likeness to one that was chosen."""
_SAME_SECTION = 0.75
"""What a sentence loses, in standard deviations, for each that was chosen from its section."""


@dataclass(frozen=True, slots=True)
class SentenceInText:
    """A sentence of a document.

    :param place: how many sentences stand before it.
    :param count: how many the document has.
    :param typical: cosine of its vector and the mean of all, in [−1, 1].
    :param titled: cosine of its vector and that of the title; 0 where there is none.
    """

    text: str
    place: int
    count: int
    typical: float
    titled: float

    @property
    def words(self) -> int:
        return len(self.text.split())


class KeyFeature(NamedTuple):
    """A number of a sentence.

    :param sign: 1 where more speaks for it, -1 where more speaks against it, 0 where either may.
    """

    name: str
    sign: int
    compute: Callable[[SentenceInText], float]


KEY_FEATURES = (
    KeyFeature("typical", 1, lambda it: it.typical),
    KeyFeature("like the title", 1, lambda it: it.titled),
    KeyFeature("early", 1, lambda it: 1 / (1 + it.place)),
    KeyFeature("late", 1, lambda it: (it.place + 1) / it.count),
    KeyFeature("announces", 1, lambda it: float(ANNOUNCES.search(it.text) is not None)),
    KeyFeature("long", 0, lambda it: math.log(1 + it.words)),
    KeyFeature("short", -1, lambda it: float(it.words < 8)),
    KeyFeature("figures", 0, lambda it: min(sum(map(str.isdigit, it.text)), 10) / 10),
)  # fmt: skip


def score_sentences(sentences: Sequence[SentenceInText]) -> FloatArray:
    """The log-odds that each is a key sentence, ``(n,) float32``."""
    weights, bias = _load_weights()
    values = [[feature.compute(each) for feature in KEY_FEATURES] for each in sentences]
    return np.asarray(np.array(values, dtype=np.float32) @ weights + bias, dtype=np.float32)


def choose_varied(
    scores: FloatArray, vectors: FloatArray, number: int, sections: Sequence[str] = ()
) -> list[int]:
    """Choose the best that are not alike; the places of at most ``number``, in their order.

    :param vectors: ``(n, d) float32``, of unit length.
    :param sections: the section of each, ``n`` or none.
    """
    of_section = np.array(sections or [""] * len(scores))
    left, chosen = np.array(scores, dtype=np.float32), list[int]()
    spread = float(left.std()) or 1.0
    while len(chosen) < min(number, len(scores)):
        best = int(left.argmax())
        chosen.append(best)
        left = left - _REPEATS * spread * 4 * np.maximum(vectors @ vectors[best] - 0.5, 0)
        left = left - _SAME_SECTION * spread * (of_section == of_section[best])
        left[chosen] = -np.inf
    return sorted(chosen)


@lru_cache(maxsize=1)
def _load_weights() -> tuple[FloatArray, float]:
    values = json.loads(_WEIGHTS.read_text(encoding="utf-8"))
    weights = [values["weights"].get(feature.name, 0.0) for feature in KEY_FEATURES]
    return np.array(weights, dtype=np.float32), float(values["bias"])
