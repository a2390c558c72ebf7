"""The sentences of a data set that questions are made from, found by the words they share."""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from rag.models.pair_reader import Pair
from rag.text.sentences import sentence_spans
from rag.text.terms import terms
from training.data.public_sets import Asked, Chunk, is_held_out
from training.reader.examples import Example, Span
from training.support.cases import load_wice


class Sentences:
    """The sentences of a data set, found by the words they share with a question."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self.of = {c.name: [c.text[a:b] for a, b in sentence_spans(c.text)] for c in chunks}
        self.chunks = {c.name: c for c in chunks}
        self.places = [(name, i) for name, texts in self.of.items() for i in range(len(texts))]
        self._of_group: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for name, i in self.places:
            self._of_group[self.chunks[name].group].append((name, i))
        self._postings: dict[str, list[int]] = defaultdict(list)
        for number, (name, i) in enumerate(self.places):
            for term in set(terms(self.of[name][i], keep_stop_words=False)):
                self._postings[term].append(number)

    def shuffle_places(self, rng: random.Random) -> list[tuple[str, int]]:
        """Shuffle the places of those that are neither short nor long."""
        found = [(name, i) for name, i in self.places if 8 <= len(self.of[name][i].split()) <= 60]
        rng.shuffle(found)
        return found

    def _idf(self, term: str) -> float:
        return math.log(1 + len(self.places) / (1 + len(self._postings.get(term, ()))))

    def before(self, name: str, i: int) -> str:
        """The sentence before, or no text."""
        return self.of[name][i - 1] if i else ""

    def make_example(
        self, question: str, name: str, i: int, answers: bool = False, span: Span | None = None
    ) -> Example:
        pair = Pair(self.chunks[name].title, self.before(name, i), self.of[name][i])
        return Example(question, pair, answers, span)

    def find_like(self, question: str, number: int, rarest: int = 4) -> list[tuple[str, int]]:
        """Find those that share most with the question, by its rarest terms."""
        scores: Counter[int] = Counter()
        asked = sorted(set(terms(question, keep_stop_words=False)))
        for term in sorted(asked, key=self._idf, reverse=True)[:rarest]:
            for place in self._postings.get(term, ()):
                scores[place] += self._idf(term)
        return [self.places[place] for place, _ in scores.most_common(number)]

    def find_beside(
        self, question: str, plain: str, own: tuple[str, int], answer: str, rng: random.Random
    ) -> Iterator[Example]:
        """Find sentences that do not say the answer: one of the document, and often another one.

        :param plain: the question before it was said in other words.
        :param own: the place of the sentence that it was made from.
        """
        same = self._of_group[self.chunks[own[0]].group]
        some = rng.sample(same, min(8, len(same)))
        asked = _words_of(question)
        if others := [place for place in some if place != own]:
            like = max(others, key=lambda p: len(asked & _words_of(self.of[p[0]][p[1]])))
            if answer not in self.of[like[0]][like[1]].lower():
                yield self.make_example(question, *like)
        if rng.random() < 0.5:
            elsewhere = [
                (name, i)
                for name, i in self.find_like(plain, 8)
                if self.chunks[name].group != self.chunks[own[0]].group
                and answer not in self.of[name][i].lower()
            ]
            if elsewhere:
                yield self.make_example(question, *rng.choice(elsewhere))


def leave_out_held_out(chunks: Sequence[Chunk], asked: Sequence[Asked]) -> list[Chunk]:
    """Leave out the chunks that a question which is held out is about."""
    out = {name for each in asked if is_held_out(each.group) for name in (*each.gold, each.about)}
    return [
        c for c in chunks if c.name not in out and (len(c.group) == 3 or not is_held_out(c.group))
    ]


def load_pages() -> list[Chunk]:
    """Load WiCE's web pages, twelve sentences a chunk."""
    found = []
    for claim in load_wice():
        spans = sentence_spans(claim.page)
        title = claim.page.partition("TITLE: ")[2].partition("\n")[0][:80]
        for first in range(0, len(spans), 12):
            part = claim.page[spans[first][0] : spans[min(first + 11, len(spans) - 1)][1]]
            found.append(Chunk(f"{claim.name}-{first}", claim.name, title, part))
    return found


def _words_of(text: str) -> set[str]:
    return {word.lower() for word in text.split()}
