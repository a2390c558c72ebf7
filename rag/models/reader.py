"""The reader: reads a question and a passage together, and says where the answer stands.

It is all-MiniLM-L6-v2, fine-tuned, with a linear head of three logits per token: an answer begins
here, an answer ends here, and the sentence of this token answers. At the first token the three say
that the passage has no answer (begin and end), and that it has one. ``training/reader/fit.py``
writes the weights.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from rag.errors import ModelError
from rag.models.model_tokens import split_windows
from rag.models.tuned_model import TunedModel, arrange
from rag.settings import Settings
from rag.types import FloatArray

WEIGHTS = Path(str(resources.files("rag.models").joinpath("reader_weights.npz")))
QUESTION, HEADING, TEXT = 40, 32, 200
"""Tokens of each part that are read at once; a longer text is read in windows."""
LONGEST_ANSWER = 24
"""Tokens."""


class Page(NamedTuple):
    """What is read with a question.

    :param heading: what says what the text is about: title, headings, the names of columns.
    """

    heading: str
    text: str


@dataclass(frozen=True)
class PageReading:
    """What the reader says of a page.

    :param offsets: ``(t, 2) int64``, each token's ``[start, end)`` in the page's text.
    :param logits: ``(t, 3) float32``: an answer begins, an answer ends, the sentence answers.
    :param none: the logit of no answer, as begin and end together.
    :param answers: the logit that the page answers.
    """

    offsets: npt.NDArray[np.int64]
    logits: FloatArray
    none: float
    answers: float

    def find_span(
        self, start: int = 0, end: int | None = None, breaks: Sequence[int] = ()
    ) -> tuple[float, int, int]:
        """Find the best answer within ``text[start:end]``: its logit against none, and its place.

        A place without tokens has the logit of −20.

        :param breaks: offsets of characters that are in no answer, such as bars between cells.
        """
        first, last = self._tokens_of(start, end)
        own = self.logits[first:last]
        is_break = np.zeros(len(own) + 1, dtype=np.int64)
        is_break[np.searchsorted(self.offsets[first:last, 1], breaks, side="right")] = 1
        passed = np.concatenate([[0], np.cumsum(is_break[:-1])])
        best, place = -20.0, (start, start)
        for length in range(min(LONGEST_ANSWER, len(own))):
            sums = own[: len(own) - length, 0] + own[length:, 1]
            crosses = passed[length + 1 :] > passed[: len(own) - length]
            sums = np.where(crosses, -np.inf, sums)
            at = int(sums.argmax())
            if (score := float(sums[at]) - self.none) > best:
                begin, stop = first + at, first + at + length
                best, place = score, (int(self.offsets[begin, 0]), int(self.offsets[stop, 1]))
        return best, *place

    def find_relevance(self, start: int = 0, end: int | None = None) -> float:
        """The logit that the sentence ``text[start:end]`` answers; −20 when it has no tokens."""
        first, last = self._tokens_of(start, end)
        return float(self.logits[first:last, 2].mean()) if last > first else -20.0

    def _tokens_of(self, start: int, end: int | None) -> tuple[int, int]:
        """The tokens within ``text[start:end]``, half-open."""
        first = int(np.searchsorted(self.offsets[:, 1], start, side="right"))
        last = len(self.offsets)
        if end is not None:
            last = int(np.searchsorted(self.offsets[:, 0], end, side="left"))
        return first, max(first, last)


ReadPages: TypeAlias = "Callable[[str, list[Page]], list[PageReading]]"
"""A question and pages → what the reader says of each."""


class Reader:
    """Reads pages for a question; may be used from several threads at once.

    Nothing is loaded before the first use.

    :param weights: the file with the changes and the head.
    :raises ModelError: on first use, when the bundled model is not there.
    """

    def __init__(self, settings: Settings | None = None, weights: Path = WEIGHTS) -> None:
        self._model = TunedModel(settings, weights)

    def __call__(self, question: str, pages: Sequence[Page]) -> list[PageReading]:
        """Read each page for the question."""
        tokens = self._model.tokens
        question_ids = tokens.ids([question], QUESTION)[0]
        headings = tokens.ids([page.heading for page in pages], HEADING)
        texts = tokens.encodings([page.text for page in pages])
        rows, parts = [], []
        for place, (heading, text) in enumerate(zip(headings, texts, strict=True)):
            for start, new in split_windows(len(text), TEXT):
                row, first = arrange(tokens, question_ids, heading, text.ids[start:][:TEXT])
                rows.append(row)
                parts.append((place, start, new, first))
        found = [np.full((len(text), 3), -20, dtype=np.float32) for text in texts]
        firsts = np.full((len(pages), 3), np.nan, dtype=np.float32)
        for part, own in self._model.run(rows):
            place, start, new, first = parts[part]
            read = own[first : len(own) - len(tokens.after)]
            found[place][new : start + len(read)] = read[new - start :]
            # of a text in windows, the one that answers likeliest speaks for the whole
            if not own[0, 2] <= firsts[place, 2]:
                firsts[place] = own[0]
        return [
            PageReading(
                np.array(text.offsets, dtype=np.int64).reshape(-1, 2),
                logits,
                float(first[0] + first[1]),
                float(first[2]),
            )
            for text, logits, first in zip(texts, found, firsts, strict=True)
        ]

    def load(self) -> None:
        """Load the model now; an error is raised when the first page is read."""
        with suppress(ModelError):
            self("", [Page("", "a")])
