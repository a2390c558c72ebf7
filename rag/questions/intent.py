"""What is asked for: an answer from the documents, or something about them.

A softmax over what was typed: its embedding, and its words in runs of one to three. Words that say
nothing about the intent count as one and the same, so that the subject does not matter: ``what is •
about``. Fitted by ``training/intents/fit.py``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Self, get_args

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from rag.english.words import load_words
from rag.text.terms import fold
from rag.types import Embed, FloatArray, Intent

WEIGHTS = Path(str(resources.files("rag.questions").joinpath("intent_weights.npz")))
INTENTS: tuple[Intent, ...] = tuple(each for each in get_args(Intent) if each != "table")
"""Those that are told by the words of a question alone."""
_WORD = re.compile(r"\w+(?:'\w+)?")
_SUBJECT = "•"
"""Stands for words that say nothing about the intent."""
_MISSPELT_FROM = 6
"""Letters of a word from which one wrong letter is forgiven."""
_NOUNS = load_words("document_nouns")
_FOR_DOCUMENTS = _NOUNS | {f"{noun}s" for noun in _NOUNS} | load_words("library_words")
"""Words of a request to list documents: ``Which products are in stock?`` has none of them."""
_OTHER_SCRIPT = re.compile(r"[^\W\d_\u0000-\u024f]")
"""A letter that is not Latin: the embedding model reads English."""
_LONGEST_WORDS = 40
"""A longer text is a question."""


def split_into_runs(text: str, vocabulary: frozenset[str]) -> list[str]:
    """Split a text into runs of one to three words, each once; unknown words become one."""
    words = ["^"]
    for word in split_into_words(text):
        known = word if word in vocabulary else _correct(word, vocabulary)
        if known != _SUBJECT or words[-1] != _SUBJECT:
            words.append(known)
    words.append("$")
    runs = (words[i : i + n] for n in (1, 2, 3) for i in range(len(words) - n + 1))
    return list(dict.fromkeys(map(" ".join, runs)))


def split_into_words(text: str) -> list[str]:
    """Split a text into its words, folded."""
    return _WORD.findall(fold(text).replace("’", "'"))


def _correct(word: str, vocabulary: frozenset[str]) -> str:
    """Return the known word that it is but for one letter, or what stands for a subject."""
    if len(word) < _MISSPELT_FROM:
        return _SUBJECT
    found = process.extractOne(word, vocabulary, scorer=OSA.distance, score_cutoff=1)
    return found[0] if found else _SUBJECT


@dataclass(frozen=True)
class IntentModel:
    """Tells what is asked for.

    :param vocabulary: the words that count.
    :param runs: the runs of words that count, each with its row among the features.
    :param weights: ``(runs + d, intents) float32``: of the runs, then of the embedding.
    :param bias: ``(intents,) float32``, in the order of :data:`INTENTS`.
    :param threshold: probability from which a text asks for something else than an answer.
    """

    vocabulary: frozenset[str]
    runs: dict[str, int]
    weights: FloatArray
    bias: FloatArray
    threshold: float

    def find_intent(self, text: str, embed: Embed) -> tuple[Intent, float]:
        """Return what is asked for, and its probability; ``answer`` unless something else is meant.

        :param embed: the bundled embedding model; another one's vectors mean nothing here.
        """
        if len(text.split()) > _LONGEST_WORDS or _OTHER_SCRIPT.search(text):
            return "answer", 1.0
        (chances,) = self.find_chances([text], embed([text]))
        best = int(chances.argmax())
        intent, chance = INTENTS[best], float(chances[best])
        lists = intent == "documents" and _FOR_DOCUMENTS.isdisjoint(split_into_words(text))
        return ("answer", 1 - chance) if lists or chance < self.threshold else (intent, chance)

    def find_subject(self, text: str) -> list[str]:
        """The words of a text that do not count: what it is about."""
        return [
            word
            for word in split_into_words(text)
            if word not in self.vocabulary and _correct(word, self.vocabulary) == _SUBJECT
        ]

    def find_chances(self, texts: Sequence[str], vectors: FloatArray) -> FloatArray:
        """The probability of each intent, ``(n, intents) float32``.

        :param vectors: of the texts, ``(n, d) float32``.
        """
        logits = vectors @ self.weights[len(self.runs) :] + self.bias
        for logit, text in zip(logits, texts, strict=True):
            logit += self.weights[self.find_rows(text)].sum(axis=0)
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(shares / shares.sum(axis=1, keepdims=True), dtype=np.float32)

    def find_rows(self, text: str) -> list[int]:
        """The rows of the runs that a text has."""
        found = map(self.runs.get, split_into_runs(text, self.vocabulary))
        return [row for row in found if row is not None]

    def save(self) -> None:
        """Write the weights that are shipped."""
        np.savez_compressed(
            WEIGHTS,
            vocabulary=sorted(self.vocabulary),
            runs=list(self.runs),
            weights=self.weights.astype(np.float16),
            bias=self.bias,
            threshold=self.threshold,
        )

    @classmethod
    @lru_cache(maxsize=1)
    def load(cls) -> Self:
        """Load the weights that are shipped."""
        kept = np.load(WEIGHTS)
        return cls(
            frozenset(kept["vocabulary"].tolist()),
            {run: row for row, run in enumerate(kept["runs"].tolist())},
            kept["weights"].astype(np.float32),
            kept["bias"],
            float(kept["threshold"]),
        )
