"""Questions, each with sentences that answer it and sentences that only seem to.

Such as :mod:`training.evidence.cases` asks, and such as are made by program from sentences of the
public sets: a part of a sentence is taken out and asked for. These are clumsy, but there can be any
number of them, and what is learned from them leaves little to learn from the few that people asked
(Lewis et al., Unsupervised Question Answering by Cloze Translation, 2019).
"""

from __future__ import annotations

import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from rag.answers import evidence
from rag.answers.features import pairs
from rag.models.pair_reader import Pair
from rag.text.sentences import sentence_spans
from rag.text.terms import STOP_WORDS, terms
from training.data.cached import CachedEmbedder
from training.data.changed_questions import Thesaurus, misspelt
from training.data.public_sets import Asked, Chunk, bioasq, held_out, pubmedqa, squad
from training.data.sort_questions import Token, other_sorts, sorts
from training.evidence.cases import Case, holds_answer, make_cases, make_other_squad_cases
from training.support.cases import wice

Span = tuple[int, int]


@dataclass(frozen=True)
class Example:
    """A pair read for a question.

    :param answers: whether the sentence is to the point.
    :param span: of the answer in the sentence; None when there is none, or when it is not known.
    """

    question: str
    pair: Pair
    answers: bool
    span: Span | None


@dataclass(frozen=True)
class QuestionPairs:
    """A question with its pairs; ``group`` and ``family`` as in ``training.evidence.cases``."""

    question: str
    group: str
    family: str
    examples: list[Example]


class _Sentences:
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

    def in_random_order(self, rng: random.Random) -> list[tuple[str, int]]:
        """The places of those that are neither short nor long."""
        found = [(name, i) for name, i in self.places if 8 <= len(self.of[name][i].split()) <= 60]
        rng.shuffle(found)
        return found

    def _rarity(self, term: str) -> float:
        return math.log(1 + len(self.places) / (1 + len(self._postings.get(term, ()))))

    def before(self, name: str, i: int) -> str:
        """The sentence before, or no text."""
        return self.of[name][i - 1] if i else ""

    def example(
        self, question: str, name: str, i: int, answers: bool = False, span: Span | None = None
    ) -> Example:
        pair = Pair(self.chunks[name].title, self.before(name, i), self.of[name][i])
        return Example(question, pair, answers, span)

    def like(self, question: str, number: int, rarest: int = 4) -> list[tuple[str, int]]:
        """Those that share most with the question, going by its rarest terms."""
        scores: Counter[int] = Counter()
        asked = sorted(set(terms(question, keep_stop_words=False)))
        for term in sorted(asked, key=self._rarity, reverse=True)[:rarest]:
            for place in self._postings.get(term, ()):
                scores[place] += self._rarity(term)
        return [self.places[place] for place, _ in scores.most_common(number)]

    def beside(
        self, question: str, plain: str, own: tuple[str, int], answer: str, rng: random.Random
    ) -> Iterator[Example]:
        """Sentences that do not say the answer: one of the same document, and often another.

        :param plain: the question before it was said in other words.
        :param own: the place of the sentence that it was made from.
        """
        same = self._of_group[self.chunks[own[0]].group]
        some = rng.sample(same, min(8, len(same)))
        asked = _lower(question)
        if others := [place for place in some if place != own]:
            like = max(others, key=lambda p: len(asked & _lower(self.of[p[0]][p[1]])))
            if answer not in self.of[like[0]][like[1]].lower():
                yield self.example(question, *like)
        if rng.random() < 0.5:
            elsewhere = [
                (name, i)
                for name, i in self.like(plain, 8)
                if self.chunks[name].group != self.chunks[own[0]].group
                and answer not in self.of[name][i].lower()
            ]
            if elsewhere:
                yield self.example(question, *rng.choice(elsewhere))


def asked_pairs(embed: CachedEmbedder, rng: random.Random) -> tuple[list[QuestionPairs], ...]:
    """The questions of ``training.evidence.cases``, fitted and held out, with what is read.

    That is some of the sentences that the first model puts first. Where other words of the answer
    stand in a passage that is not known to answer, it may answer as well: that one is left out.
    """
    found: tuple[list[QuestionPairs], ...] = ([], [])
    for case in make_cases(embed, random.Random(20), 1.0):
        if rng.random() < _KEPT.get(case.family, 1.0) and (examples := _examples(case, embed)):
            asked = QuestionPairs(case.question, case.group, case.family, examples)
            found[case.held_out].append(asked)
    return found


def more_pairs(
    embed: CachedEmbedder, rng: random.Random, known: Sequence[QuestionPairs]
) -> list[QuestionPairs]:
    """More of them, for fitting: what else was asked about Wikipedia, and questions for a sort.

    :param known: those that are used already.
    """
    rest = make_other_squad_cases(embed, {each.question for each in known})
    found = [QuestionPairs(c.question, c.group, c.family, _examples(c, embed)) for c in rest]
    return [each for each in found if each.examples] + sorted_pairs(rng)


def sorted_pairs(rng: random.Random) -> list[QuestionPairs]:
    """Questions for a sort of thing, or how many there are, made from sentences that speak of it.

    Such a sentence answers when it names one (``the city of Leeds``), not when it speaks of some
    (``several cities``), nor when it speaks of all else that is asked, but of no such thing.
    """
    found: list[QuestionPairs] = []
    for chunks in (fitted(*squad()), fitted(*bioasq()), fitted(*pubmedqa()), pages()):
        sentences = _Sentences(chunks)
        left = dict(_OF_SORTS)
        for place in sentences.in_random_order(rng):
            asked = _asking_for_sort(sentences, place, rng)
            if asked and left[asked.family]:
                left[asked.family] -= 1
                found.append(asked)
    return found


_OF_SORTS = {"named": 200, "unnamed": 200, "uncounted": 60, "another sort": 400}
"""Questions of each kind from each set, at most."""
_OF_SORT = ("name", "phrase")
"""Parts of a sentence that are asked for as one of some sort."""
_ANOTHER = 0.3
"""Share of the sentences that speak of a sort and are asked for another one all the same."""


def _asking_for_sort(
    sentences: _Sentences, place: tuple[str, int], rng: random.Random
) -> QuestionPairs | None:
    """A question for a sort that a sentence speaks of, or for one that it does not."""
    name, i = place
    text = sentences.of[name][i]
    tokens = _tokens(text)
    asked = sorts(tokens)
    if not asked or rng.random() < _ANOTHER:
        runs = [(first, last) for first, last, kind in _askable(tokens) if kind in _OF_SORT]
        asked = other_sorts(runs, f"{sentences.before(name, i)} {text}", rng)
    if not asked:
        return None
    one = rng.choice(asked)
    kind = "number" if one.family == "uncounted" else "phrase"
    question = _question(tokens, one.first, one.last, kind, rng, one.asking)
    if len(question.split()) < 6:
        return None
    own = sentences.example(question, name, i, answers=one.span is not None, span=one.span)
    said = text[slice(*(one.span or (tokens[one.first][1], tokens[one.last - 1][2])))].lower()
    others = sentences.beside(question, question, place, said, rng)
    return QuestionPairs(question, sentences.chunks[name].group, one.family, [own, *others])


_KEPT = {
    "typo": 0.5, "titled": 0.5, "titled off-topic": 0.3, "squad off-topic": 0.3, "other field": 0.3,
    "small squad": 0.5, "small titled": 0.5, "small paraphrase": 0.3, "small off-topic": 0.2,
    "small impossible": 0.3, "small near": 0.6, "small probe": 0.6, "small swapped": 0.6,
}  # fmt: skip
"""Share of the questions of a family that is read, so that it takes less long."""
_PROMISING = 14
"""Of the sentences retrieved, the first ones that are looked through."""
_RIGHT, _WRONG, _WRONG_ONLY = 3, 2, 3
"""Sentences per question that answer, that do not, and that do not when none does; at most."""


def _examples(case: Case, embed: CachedEmbedder) -> list[Example]:
    reader = evidence.reader(case.question, case.passages, case.idf, embed)
    found, signals = evidence.read(reader)
    right: list[Example] = []
    wrong: list[Example] = []
    likely = [found[i] for i in evidence.promising(signals, _PROMISING)] if found else []
    for candidate, pair in zip(likely, pairs(likely, found), strict=True):
        gold = case.holds and candidate.passage.chunk_id in case.gold
        said = holds_answer(pair.sentence, case.answers) if case.answers else gold
        if gold and said:
            right.append(Example(case.question, pair, True, span_of(pair.sentence, case.answers)))
        elif not (case.holds and said):
            wrong.append(Example(case.question, pair, False, None))
    return right[:_RIGHT] + wrong[: _WRONG if right else _WRONG_ONLY]


def span_of(sentence: str, answers: Sequence[str]) -> Span | None:
    """Where the shortest of the answers stands that is in the sentence as whole words."""
    for answer in sorted(answers, key=len):
        pattern = rf"(?<!\w){re.escape(answer.lower())}(?!\w)"
        if match := re.search(pattern, sentence.lower()):
            return match.span()
    return None


_TOKEN = re.compile(r"[A-Za-z][\w'’-]*|\d[\d.,:%]*\d|\d%?|\S")
_YEAR = re.compile(r"1[0-9]{3}|20[0-2]\d")
_BREAK = frozenset(",;:.()")
_AUXILIARIES = frozenset(
    "is are was were has have had can may will did does do would could might should".split()
)
_AFTER_NUMBER = frozenset(("percent", "%", "million", "billion", "thousand"))
_PREPOSITIONS = frozenset("in on by from of to for with at as during since until".split())
_ASKING = {
    "year": ("When", "In what year", "What year", "when"),
    "number": ("How many", "How much", "What number of", "What", "how many"),
    "name": ("Who", "What", "Which", "Where", "What", "What is the name of the", "Who"),
    "phrase": ("What", "Which", "What", "What kind of", "what", "What type of", "How"),
}
_MOST_WORDS = 10
"""Of the sentence on each side of what is asked for."""


def made_pairs(rng: random.Random, embed: CachedEmbedder) -> list[Example]:
    """Questions made from sentences, shuffled, none from what is held out.

    Each comes with another sentence of its document that does not answer it, often with one of
    another document, and with a change of one word after which its own sentence does not answer
    either. Some are said in other words or misspelt.
    """
    sets = [
        (fitted(chunks, asked), number)
        for chunks, asked, number in (
            (*squad(), 24_000),
            (*bioasq(), 24_000),
            (*pubmedqa(), 20_000),
            (pages(), [], 40_000),
        )
    ]
    thesaurus = Thesaurus((chunk.text for chunks, _ in sets for chunk in chunks), embed)
    found = [e for chunks, number in sets for e in _made_from(chunks, number, rng, thesaurus)]
    rng.shuffle(found)
    return found


def fitted(chunks: Sequence[Chunk], asked: Sequence[Asked]) -> list[Chunk]:
    """The chunks that no question which is held out is about."""
    out = {name for each in asked if held_out(each.group) for name in (*each.gold, each.about)}
    return [c for c in chunks if c.name not in out and (len(c.group) == 3 or not held_out(c.group))]


def pages() -> list[Chunk]:
    """WiCE's web pages, twelve sentences a chunk."""
    found = []
    for claim in wice():
        spans = sentence_spans(claim.page)
        title = claim.page.partition("TITLE: ")[2].partition("\n")[0][:80]
        for first in range(0, len(spans), 12):
            part = claim.page[spans[first][0] : spans[min(first + 11, len(spans) - 1)][1]]
            found.append(Chunk(f"{claim.name}-{first}", claim.name, title, part))
    return found


def _said(question: str, thesaurus: Thesaurus, rng: random.Random) -> str:
    """The question as it is, or in other words, or misspelt."""
    draw = rng.random()
    if draw < 0.3:
        return thesaurus.reworded(question, rng)
    return misspelt(question, rng) if draw < 0.36 else question


class _Words:
    """Of each document the names and the nouns, that go in the place of others."""

    def __init__(self, sentences: _Sentences) -> None:
        self._names: dict[str, list[str]] = defaultdict(list)
        self._nouns: dict[str, list[str]] = defaultdict(list)
        for name, i in sentences.places:
            group = sentences.chunks[name].group
            for word, _, _ in _tokens(sentences.of[name][i])[1:]:
                if word[0].isupper() and len(word) > 2:
                    self._names[group].append(word)
                elif word.islower() and len(word) > 4 and word not in STOP_WORDS:
                    self._nouns[group].append(word)

    def like(self, word: str, group: str) -> list[str]:
        """Those of the document that could stand for the word."""
        return (self._names if word[0].isupper() else self._nouns)[group]


def _made_from(
    chunks: Sequence[Chunk], number: int, rng: random.Random, thesaurus: Thesaurus
) -> list[Example]:
    """So many examples, from sentences in random order."""
    sentences = _Sentences(chunks)
    words = _Words(sentences)
    todo = sentences.in_random_order(rng)
    each = max(1, number // len(todo) // 3 + 1)
    found: list[Example] = []
    for name, i in todo:
        if len(found) >= number:
            break
        text, group = sentences.of[name][i], sentences.chunks[name].group
        for plain, span in _questions(text, each, rng):
            question = _said(plain, thesaurus, rng)
            found.append(sentences.example(question, name, i, answers=True, span=span))
            answer = text[slice(*span)].lower()
            found += sentences.beside(question, plain, (name, i), answer, rng)
            read = f"{sentences.before(name, i)} {text}"
            if changed := _changed(question, read, partial(words.like, group=group), rng):
                found.append(sentences.example(changed, name, i))
    return found


def _questions(text: str, number: int, rng: random.Random) -> Iterator[tuple[str, Span]]:
    """That many questions for parts of the sentence, with the part, as far as there are any."""
    tokens = _tokens(text)
    by_kind: dict[str, list[tuple[int, int]]] = {}
    for first, last, kind in _askable(tokens):
        by_kind.setdefault(kind, []).append((first, last))
    for _ in range(number if by_kind else 0):
        kind = rng.choice(list(by_kind))
        first, last = rng.choice(by_kind[kind])
        question = _question(tokens, first, last, kind, rng)
        if len(question.split()) >= 4:
            yield question, (tokens[first][1], tokens[last - 1][2])


def _lower(text: str) -> set[str]:
    return {word.lower() for word in text.split()}


def _tokens(text: str) -> list[Token]:
    return [(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text)]


def _askable(tokens: Sequence[Token]) -> Iterator[tuple[int, int, str]]:
    """Runs of tokens that can be asked for, half-open, with what they are."""
    words = [word for word, _, _ in tokens]
    i = 0
    while i < len(words):
        word, j = words[i], i + 1
        plain = word[0].isalpha() and word.lower() not in STOP_WORDS
        if _YEAR.fullmatch(word):
            yield i, j, "year"
        elif word[0].isdigit():
            j += int(words[j : j + 1] != [] and words[j] in _AFTER_NUMBER)
            yield i, j, "number"
        elif plain and word[0].isupper() and i:
            while j < len(words) and _goes_on(words, j):
                j += 1
            yield i, j, "name"
        elif plain and not word.lower().endswith("ly"):
            while (
                j < len(words)
                and j - i < 4
                and words[j][0].isalpha()
                and words[j].lower() not in STOP_WORDS
                and words[j][0].islower()
            ):
                j += 1
            yield from ((start, j, "phrase") for start in range(i, j) if j - start <= 3)
        i = j


def _goes_on(words: Sequence[str], j: int) -> bool:
    """Whether a name goes on with this word."""
    capital = words[j][0].isupper()
    link = words[j] in ("of", "the") and j + 1 < len(words) and words[j + 1][0].isupper()
    return (capital or link) and words[j][0].isalpha()


def _question(
    tokens: Sequence[Token],
    first: int,
    last: int,
    kind: str,
    rng: random.Random,
    asking: str = "",
) -> str:
    """What is around those tokens, with a question word; empty when that says too little."""
    start, end = first, last
    while start > 0 and first - start < _MOST_WORDS and tokens[start - 1][0] not in _BREAK:
        start -= 1
    while end < len(tokens) and end - last < _MOST_WORDS and tokens[end][0] not in _BREAK:
        end += 1
    left = [word for word, _, _ in tokens[start:first]]
    right = [word for word, _, _ in tokens[last:end]]
    if sum(w.lower() not in STOP_WORDS and w[0].isalnum() for w in [*left, *right]) < 2:
        return ""
    if start == 0 and left and not left[0][1:2].isupper():
        left[0] = left[0][0].lower() + left[0][1:]
    left, right = (
        [w for w in words if not rng.random() < 0.08 and w not in '()"'] for words in (left, right)
    )
    asking = asking or rng.choice(_ASKING[kind])
    if kind == "year" and left and left[-1] in _PREPOSITIONS:
        left = left[:-1]
    if kind == "number" and right:
        words = [asking, right[0], *left, *right[1:]] if left else [asking, *right]
    elif not left or rng.random() < 0.15:
        words = [asking, *left, *right]
    else:
        verb = next((i for i, word in enumerate(left) if word in _AUXILIARIES), None)
        if verb is not None and rng.random() < 0.8:  # before the subject, as in a question
            words = [asking, left[verb], *left[:verb], *left[verb + 1 :], *right]
        else:
            words = [asking, rng.choice(("did", "does", "")), *left, *right]
    text = " ".join(filter(None, words)).replace(" ,", ",").strip()
    return text + ("?" if rng.random() < 0.9 else "")


def _changed(
    question: str, read: str, like: Callable[[str], Sequence[str]], rng: random.Random
) -> str:
    """The question with one word for another of the document that was not read; or no text."""
    words, known = question.rstrip("?").split(), read.lower()
    own = [
        i
        for i, word in enumerate(words)
        if i > 1 and word.lower() in known and word.lower() not in STOP_WORDS and len(word) > 3
    ]
    if own:
        at = rng.choice(own)
        if new := [word for word in like(words[at]) if word.lower() not in known]:
            return " ".join([*words[:at], rng.choice(new), *words[at + 1 :]]) + "?"
    return ""
