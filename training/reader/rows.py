"""Turns questions into rows of token ids with their labels, and finds texts that do not answer."""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.models.model_tokens import Tokens
from rag.models.reader import HEADING, QUESTION, TEXT
from rag.models.tuned_model import arrange
from rag.text.terms import terms
from training.reader.questions import Question

UNKNOWN = -100
"""A label that no loss is computed for, as PyTorch's cross entropy has it."""
_SHORTEST, _LONGEST = 24, 180
"""Tokens of a window, about; the chunks of a library have up to 160."""
_OWN_DOCUMENT = 0.8
"""Share of the texts that do not answer which are of the same document, where it has others."""


@dataclass(frozen=True, slots=True)
class Row:
    """What is read at once, and what should be found.

    :param first: the place of the text's first token in ``ids``.
    :param begins: the places of the answer's first and last token, 0 for no answer.
    :param sentences: first token, end, and 1, 0 or −1 (not known) for whether it answers.
    :param answers: whether the text answers.
    """

    ids: list[int]
    first: int
    begins: int
    ends: int
    sentences: list[tuple[int, int, int]]
    answers: bool


class RowMaker:
    """Cuts texts into windows as chunks are cut, between sentences."""

    def __init__(self, tokens: Tokens, rng: random.Random) -> None:
        self._tokens, self._rng = tokens, rng
        self._read: dict[str, tuple[list[int], list[tuple[int, int]]]] = {}

    def make_row(
        self, question: Question, *, headed: float = 0.75, whole: bool = False
    ) -> Row | None:
        """Cut a window of the text, and arrange it with the question.

        :param headed: how often the heading is read.
        :param whole: whether the text is read as far as it goes, in place of a window of it.
        """
        ids, offsets = self._read_text(question.text)
        bounds = _find_token_bounds(question, offsets)
        if not bounds:
            return None
        low, high = (0, len(bounds)) if whole else self._choose_window(question, bounds)
        first, last = bounds[low][0], bounds[high - 1][1]
        heading: list[int] = []
        if question.heading and self._rng.random() < headed:
            heading = self._tokens.ids([question.heading], HEADING)[0]
        asked = self._tokens.ids([question.question], QUESTION)[0]
        row, start = arrange(self._tokens, asked, heading, ids[first : min(last, first + TEXT)])
        shift, end = start - first, len(row) - len(self._tokens.after)
        sentences = []
        for place in range(low, high):
            a, b = bounds[place][0] + shift, min(bounds[place][1] + shift, end)
            label = question.answering[place]
            if b > a:
                sentences.append((a, b, -1 if label is None else int(label)))
        begins = ends = 0
        if question.has_answer:
            begins, ends = UNKNOWN, UNKNOWN
            for a, b in question.spans[:1]:
                inside = [i for i in range(first, last) if offsets[i][1] > a and offsets[i][0] < b]
                if inside and inside[-1] + shift < end:
                    begins, ends = inside[0] + shift, inside[-1] + shift
        return Row(row, start, begins, ends, sentences, question.has_answer)

    def _read_text(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        if text not in self._read:
            encoding = self._tokens.encodings([text])[0]
            self._read[text] = encoding.ids, encoding.offsets
        return self._read[text]

    def _choose_window(
        self, question: Question, bounds: Sequence[tuple[int, int]]
    ) -> tuple[int, int]:
        """Choose sentences around one that answers, half-open; any where none does."""
        right = [i for i, label in enumerate(question.answering) if label]
        anchor = right[0] if right else self._rng.randrange(len(bounds))
        last = max((i for i in right if i - anchor < 4), default=anchor)
        low, high = anchor, last + 1
        budget = self._rng.uniform(_SHORTEST, _LONGEST)
        while bounds[high - 1][1] - bounds[low][0] < budget and (low > 0 or high < len(bounds)):
            before = low > 0 and (high == len(bounds) or self._rng.random() < 0.5)
            a, b = (low - 1, high) if before else (low, high + 1)
            if bounds[b - 1][1] - bounds[a][0] > _LONGEST:
                break
            low, high = a, b
        return low, high


def _find_token_bounds(
    question: Question, offsets: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """The first token and the end of each sentence; empty when one has no token."""
    bounds, place = [], 0
    for start, end in question.sentences:
        while place < len(offsets) and offsets[place][1] <= start:
            place += 1
        first = place
        while place < len(offsets) and offsets[place][0] < end:
            place += 1
        if place == first:
            return []
        bounds.append((first, place))
    return bounds


class Negatives:
    """Finds texts of a set that look as if they answered a question, and do not."""

    def __init__(
        self, questions: Sequence[Question], rng: random.Random, *, by_question: bool = False
    ) -> None:
        """Take the texts of a set.

        :param by_question: whether the texts of a group all answer one question.
        """
        self._rng, self._by_question = rng, by_question
        self._texts = list({each.text: each for each in questions}.values())
        self._words = [
            set(terms(f"{q.heading} {q.text}", keep_stop_words=False)) for q in self._texts
        ]
        counts = Counter(word for words in self._words for word in words)
        self._idf = {word: math.log(len(self._texts) / n) for word, n in counts.items()}
        self._of_group: dict[str, list[int]] = defaultdict(list)
        self._postings: dict[str, list[int]] = defaultdict(list)
        for place, each in enumerate(self._texts):
            self._of_group[each.group].append(place)
            for word in self._words[place]:
                self._postings[word].append(place)

    def find(self, question: Question) -> Question | None:
        """Find a text that shares many words with the question but has none of its answers."""
        own = self._of_group[question.group]
        if self._by_question and not question.spans:
            return None
        asked = set(terms(question.question, keep_stop_words=False))
        if len(own) > 2 and not self._by_question and self._rng.random() < _OWN_DOCUMENT:
            places: Sequence[int] = own
        else:
            rare = sorted(asked, key=lambda word: -self._idf.get(word, 0))[:3]
            places = [p for word in rare for p in self._postings.get(word, ())[:300]]
        said = {question.text[a:b].casefold() for a, b in question.spans}
        scored = sorted(
            ((sum(self._idf.get(w, 0) for w in asked & self._words[p]), p) for p in set(places)),
            reverse=True,
        )
        fitting = [
            self._texts[p]
            for _, p in scored[:6]
            if self._texts[p].text != question.text
            and not (self._by_question and self._texts[p].group == question.group)
            and not any(words in self._texts[p].text.casefold() for words in said)
        ]
        if not fitting:
            return None
        other = fitting[0] if self._rng.random() < 0.6 else self._rng.choice(fitting)
        return take_answer_away(replace(other, question=question.question, source=question.source))


def take_answer_away(question: Question) -> Question:
    """The question as one that its text does not answer."""
    labels = tuple(False for _ in question.sentences)
    return replace(question, spans=(), answering=labels, has_answer=False)


def cut_answer_out(question: Question, rng: random.Random) -> Iterator[Question]:
    """The text before or after the sentence that answers, as one that does not answer."""
    right = [i for i, label in enumerate(question.answering) if label is not False]
    if not right:
        return
    parts = [(0, right[0]), (right[-1] + 1, len(question.sentences))]
    parts = [part for part in parts if part[1] > part[0]]
    if parts:
        low, high = rng.choice(parts)
        kept = replace(question, sentences=question.sentences[low:high])
        yield take_answer_away(kept)
