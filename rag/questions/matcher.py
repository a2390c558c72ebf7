"""What a text has of one question: which of its terms, as themselves or in other words, how close.

Everything is weighed by how telling a term is, in the library and in general English. Nothing here
knows any document or any question.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np

from rag.questions.question import ANSWER_SHAPES, CUED_KINDS, UNIT_KINDS, Question
from rag.text.abbreviations import abbreviations
from rag.text.spelling import may_be_misspelt, mended, spellings
from rag.text.terms import STOP_WORDS, terms, vocabulary, words_of
from rag.types import Embed, Passage

Rarity = Callable[[str], float]
"""BM25's inverse document frequency of a term in the library."""
_CAPITAL = re.compile(r"(?<=[a-z,] )[A-Z][^\W\d_]{2,}")
_SMALL = re.compile(r"\b[a-z][^\W\d_]{2,}")
_UNIT = re.compile(r"[%$€£¥]|[^\W\d_]+(?:/\w+)?")


class QuestionReader:
    """Reads sentences and passages for one question.

    ``mended`` is the question without slips of the keyboard; see :func:`rag.text.spelling.mended`.

    :param commonness: see :func:`term_weights`.
    :param embed_words: see :func:`related`; asked for the question too, which was embedded to find
        the passages.
    """

    def __init__(
        self,
        question: Question,
        passages: Sequence[Passage],
        rarity: Rarity,
        commonness: Mapping[str, float],
        embed_words: Embed,
    ) -> None:
        self.question = question
        self.passages = passages
        self.vector = embed_words([question.text])[0]
        self.weights = term_weights(question, rarity, commonness)
        self.total = sum(self.weights.values()) or 1.0
        self._aliases = aliases(passages)
        known = frozenset[str]().union(*(_vocabulary_of(passage) for passage in passages))
        self.stands_for: dict[str, list[tuple[str, float]]] = {}
        misspelt = may_be_misspelt(question, rarity, commonness) - known
        alike = spellings(question.terms, known, misspelt, question.named)
        for term, others in related(question, passages, embed_words).items():
            alike[term] = others | alike[term]
        for term, others in alike.items():
            for other, likeness in others.items():
                self.stands_for.setdefault(other, []).append((term, likeness))
        self.in_passage = [self.matches(_vocabulary_of(passage)) for passage in passages]
        self.in_all = self.matches(known)
        self._asked = vocabulary(question.text)
        self.mended = (
            mended(question.text, misspelt, question.named, _said(passages))
            if misspelt
            else question.text
        )

    def matches(self, words: frozenset[str]) -> dict[str, float]:
        """Which terms of the question a text has, each with how well, in (0, 1]."""
        for short, long in self._aliases:
            if short in words:
                words |= long
            elif long <= words:
                words |= {short}
        found: dict[str, float] = {}
        for word in words & self.stands_for.keys():
            for term, likeness in self.stands_for[word]:
                found[term] = max(likeness, found.get(term, 0.0))
        for joined, parts in self.question.compounds:
            if joined in found:
                found.update(dict.fromkeys(parts, 1.0))
            elif all(part in found for part in parts):
                found[joined] = 1.0
        return {term: likeness for term, likeness in found.items() if term in self.weights}

    def coverage(self, matches: Mapping[str, float]) -> float:
        """The share of the question's weight that is matched, in [0, 1]."""
        return sum(self.weights[term] * likeness for term, likeness in matches.items()) / self.total

    def telling(self, found: Sequence[Mapping[str, float]]) -> list[float]:
        """What each text among others has of the question, beside its names, in [0, 1].

        A term counts the less the more of the texts have it: the words of their common title tell
        none from the rest. Nor do names, which say what a document is about more than a sentence,
        and which a sentence has as often as not by a pronoun.
        """
        most = math.log(len(found) + 1)
        spread: Counter[str] = Counter()
        for matches in found:
            spread.update(matches)
        weights = {
            term: weight * max(math.log((len(found) + 1) / (spread[term] + 0.5)) / most, 0.0)
            for term, weight in self.weights.items()
            if term not in self.question.named
        }
        total = sum(self.weights[term] for term in weights) or 1.0
        return [
            sum(weights.get(term, 0.0) * likeness for term, likeness in matches.items()) / total
            for matches in found
        ]

    def lacking(self, matches: Mapping[str, float]) -> float:
        """The share of the question's weight, names aside, that nothing matches, in [0, 1].

        A word of like meaning matches in part; what has none says more than what has one.
        """
        left = self.weights.keys() - self.question.named - matches.keys()
        return sum(self.weights[term] for term in left) / self.total

    def named_coverage(self, matches: Mapping[str, float]) -> float:
        """The same over names, codes and numbers; 1 where the question has none."""
        total = sum(self.weights[term] for term in self.question.named)
        if not total:
            return 1.0
        return sum(self.weights[t] * matches.get(t, 0.0) for t in self.question.named) / total

    def lacks_sought(self, matches: Mapping[str, float]) -> float:
        """How far the sort of thing asked for is from being named, in [0, 1]; 0 if none is."""
        sought = self.question.sought
        return 1 - max(matches.get(term, 0.0) for term in sought) if sought else 0.0

    def order(self, text: str) -> float:
        """The share of the question's neighbouring terms that are neighbours in the text."""
        wanted = set(pairwise(self.question.terms))
        content = (term for term in words_of(text) if term not in STOP_WORDS)
        found = wanted.intersection(pairwise(content))
        return len(found) / max(len(wanted), 1)

    def answers(self, text: str, above: str = "") -> list[re.Match[str]]:
        """What in a text has the shape of the answer and is not in the question already.

        :param above: what names the columns of a table's row: their units are not in its cells.
        """
        kind = self.question.kind
        shape = ANSWER_SHAPES.get(kind)
        if (
            shape
            and kind in UNIT_KINDS
            and any(
                shape.search(f"{unit}1") or shape.search(f"1 {unit}")
                for unit in _UNIT.findall(above)
            )
        ):
            shape = ANSWER_SHAPES["count"]
        found = list(shape.finditer(text)) if shape else []
        if kind in CUED_KINDS:
            return found
        return [match for match in found if not vocabulary(match.group()) <= self._asked]

    def closeness(self, text: str, answers: Sequence[re.Match[str]]) -> float:
        """How near an answer stands to a matched term: 1 beside it, 0 if there is none."""
        if not answers or self.question.kind in CUED_KINDS:
            return 0.0
        words = re.finditer(r"[\w-]+", text)
        spots = [w.start() for w in words if vocabulary(w.group()) & self.stands_for.keys()]
        gaps = [
            abs(spot - answer.start())
            for answer in answers
            for spot in spots
            if not answer.start() <= spot < answer.end()
        ]
        return 1 / (1 + min(gaps) / 20) if gaps else 0.0


def term_weights(
    question: Question, rarity: Rarity, commonness: Mapping[str, float]
) -> dict[str, float]:
    """How telling each term of the question is, in (0, 1].

    In a library of a dozen chunks nearly every word is rare, so its own statistics are blended
    with how common the word is in general English, and count for more the larger it is.

    :param rarity: BM25's inverse document frequency; highest for a term the library does not have.
    :param commonness: general rarity of common words, in [0, 1]; other words have 1.
    """
    unknown = max(rarity("\0"), 1e-9)
    chunks = (math.exp(unknown) - 1) / 2
    own = 0.5 * chunks / (chunks + 100)
    weights = {}
    for term in question.terms:
        general = commonness.get(term, 1.0)
        weights[term] = max((1 - own) * general + own * rarity(term) / unknown, 0.02)
    return weights


def related(
    question: Question, passages: Sequence[Passage], embed_words: Embed
) -> dict[str, dict[str, float]]:
    """For each term of the question the passages' words of like meaning, with how like, in (0, 1).

    Names, codes and numbers mean nothing but themselves, and are left out. Of a single word's
    vector, synonyms have a cosine from about 0.6 on, and unrelated words one below 0.5.

    :param embed_words: words to unit vectors, ``(n, d) float32``; asked for the same words again
        and again.
    """
    asked = {t: w for t, w in _ordinary_words(question.text).items() if t in question.terms}
    asked = {term: word for term, word in asked.items() if term not in question.named}
    said = _said(passages)
    if not asked or not said:
        return {}
    for name in _names(passages):
        said.pop(name, None)
    vectors = embed_words([*asked.values(), *said.values()])
    cosines = vectors[: len(asked)] @ vectors[len(asked) :].T
    likeness = np.minimum((cosines - 0.5) / 0.4, 0.9)
    others = list(said)
    return {
        term: {others[j]: float(row[j]) for j in np.flatnonzero(row > 0.25) if others[j] != term}
        for term, row in zip(asked, likeness, strict=True)
    }


def _names(passages: Sequence[Passage]) -> frozenset[str]:
    """The terms that the passages write as names: with a capital in a sentence, and never small."""
    written = [_capital_and_small(passage.text) for passage in passages]
    capital, small = (frozenset[str]().union(*terms) for terms in zip(*written, strict=True))
    return capital - small


@lru_cache(maxsize=8192)
def _capital_and_small(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The terms that stand in a sentence with a capital, and those that stand with a small one."""
    capital, small = (
        frozenset(term for word in pattern.findall(text) for term in terms(word))
        for pattern in (_CAPITAL, _SMALL)
    )
    return capital, small


def _said(passages: Sequence[Passage]) -> dict[str, str]:
    """The ordinary words of all the passages, by their term."""
    said: dict[str, str] = {}
    for passage in passages:
        said |= _ordinary_words(passage.text)
    return said


@lru_cache(maxsize=8192)
def _ordinary_words(text: str) -> dict[str, str]:
    """The distinct words of a text that are neither function words nor codes, by their term."""
    found: dict[str, str] = {}
    for word in re.findall(r"[^\W\d_]{3,}", text):
        for term in terms(word, keep_stop_words=False):
            found.setdefault(term, word.lower())
    return found


def aliases(passages: Sequence[Passage]) -> list[tuple[str, frozenset[str]]]:
    """The short forms that the passages define, each with the terms of its long form.

    Plural and singular of a short form stand for the same.
    """
    found: dict[str, frozenset[str]] = {}
    for passage in passages:
        for short, long in abbreviations(passage.text).items():
            wanted = frozenset(terms(long, keep_stop_words=False))
            form = terms(short)[0]
            single = form[:-1] if short.endswith("s") else form
            found.setdefault(single, wanted)
            found.setdefault(f"{single}s", wanted)
    return list(found.items())


def _vocabulary_of(passage: Passage) -> frozenset[str]:
    """The distinct search terms of a passage, its title and its heading."""
    return vocabulary(passage.text) | vocabulary(f"{passage.title} {passage.heading}")
