"""Finds what two documents, or two things that documents speak of, say on the same points."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from rag.answers.evidence import Evidence
from rag.answers.finding import EvidenceFinder
from rag.errors import QuestionError
from rag.questions.scope.narrowing import Narrowed
from rag.requests.compared import Compared, Side
from rag.requests.overview import KeySentence, OverviewMaker
from rag.text.tables import is_in_bars
from rag.text.terms import terms
from rag.types import HEADING_SEPARATOR, AnswerLength, Embed, Filter, FloatArray

_ROWS: dict[AnswerLength, int] = {"short": 2, "normal": 3, "full": 6}
_FEWEST_ROWS = 2
"""Rows on the same points below which what is said on different points is shown, too."""
_LOOKED_AT = 12
"""Sentences of each side."""
_LEAST_SCORE = 0.05
"""Probability from which a sentence says something on the topic that is asked for."""
_LEAST_OF_BOTH = 0.2
"""The same of a sentence that names both things."""
_ALIKE = 0.35
"""Cosine from which two sentences are on the same point."""
_SAME_TEXT = 0.3
"""Share of the sentences of one document that another has, too, from which they are versions."""
_MOST_VERSIONED = 400
"""Sentences of versions that are compared."""
_SHORTEST, _LONGEST = 2, 60
"""Words of a sentence that is shown."""
_WORD = re.compile(r"\w+(?:['’]\w+)?")


class Row(NamedTuple):
    """What each side says on one point; None where it says nothing."""

    one: KeySentence | None
    other: KeySentence | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides and their rows.

    :param rows: none where there is nothing to set side by side.
    :param silent: the names of the sides that say nothing.
    :param both: sentences that speak of both sides.
    """

    names: tuple[str, str]
    rows: tuple[Row, ...]
    silent: tuple[str, ...] = ()
    both: tuple[KeySentence, ...] = ()


class _Found(NamedTuple):
    sentence: KeySentence
    score: float

    @property
    def text(self) -> str:
        return self.sentence.text


@dataclass(frozen=True)
class Comparer:
    """Compares in the documents' own sentences; asks no chat model."""

    finder: EvidenceFinder
    overviews: OverviewMaker
    embed: Embed
    length: AnswerLength

    def compare(self, compared: Compared) -> Comparison:
        """Find what each side says on the same points, the point that both are surest of first."""
        names = (compared.sides[0].name, compared.sides[1].name)
        most = _ROWS[self.length]
        if compared.are_documents and not compared.topic:
            rows = self._compare_versions(compared, most) or self._compare_overviews(compared, most)
            return Comparison(names, tuple(rows), () if rows else names)
        ranked = [self._rank(compared, place) for place in (0, 1)]
        found = [self._choose(compared, place, ranked[place]) for place in (0, 1)]
        silent = tuple(name for name, own in zip(names, found, strict=True) if not own)
        if compared.are_documents and len(silent) == 1:
            rows = [Row(each.sentence, None) for each in found[0]]
            rows += [Row(None, each.sentence) for each in found[1]]
            return Comparison(names, tuple(rows[:most]), silent)
        if silent:
            return Comparison(names, (), silent)
        known: frozenset[str] = frozenset().union(
            *(words for side in compared.sides for words in side.words)
        )
        pairs = tuple(self._pair(found[0], found[1], known, most))
        return Comparison(names, pairs, both=_find_both(compared, ranked))

    def _rank(self, compared: Compared, place: int) -> list[Evidence]:
        """Find the sentences that speak of one side, the likeliest to be on the topic first."""
        side = compared.sides[place]
        if side.documents:
            asked, where = compared.topic, _of(side, compared.where)
        else:
            name = f"{side.name} {side.head}".strip()
            asked, where = f"{compared.topic} {name}".strip(), compared.where
        try:
            ranked = self.finder.find(Narrowed(asked, where)).ranked.evidence
        except QuestionError:
            return []
        return [each for each in ranked if _may_be_shown(each) and _is_of(each, side)]

    def _choose(self, compared: Compared, place: int, shown: Sequence[Evidence]) -> list[_Found]:
        """Choose the sentences that are shown of one side."""
        side, other = compared.sides[place], compared.sides[1 - place]
        kept = [each for each in shown if not _is_of(each, other)] or shown
        if side.documents and kept:
            least = max(_LEAST_SCORE, kept[0].score / 4)
            kept = [each for each in kept if each.score >= least]
        return [
            _Found(KeySentence(each.passage, each.start, each.end), each.score)
            for each in kept[:_LOOKED_AT]
        ]

    def _pair(
        self, one: Sequence[_Found], other: Sequence[_Found], known: frozenset[str], most: int
    ) -> list[Row]:
        """Pair sentences on the same point; where few are, the surest of both."""
        vectors = [self.embed([_mask(each.text, known) for each in own]) for own in (one, other)]
        likeness = vectors[0] @ vectors[1].T
        scores = np.add.outer([each.score for each in one], [each.score for each in other])
        pairs = _match(likeness + scores, most)
        alike = [(i, j) for i, j in pairs if likeness[i, j] >= _ALIKE]
        shown = alike if len(alike) >= _FEWEST_ROWS else pairs
        return [Row(one[i].sentence, other[j].sentence) for i, j in shown]

    def _compare_overviews(self, compared: Compared, most: int) -> list[Row]:
        """Pair the key sentences of two documents that are most alike, in their order."""
        own = [
            [
                each
                for id_ in side.documents
                for each in self.overviews.choose(id_, 2 * most)
                if not is_in_bars(each.text.strip())
            ]
            for side in compared.sides
        ]
        if not all(own):
            return []
        vectors = [self.embed([each.text for each in some]) for some in own]
        pairs = _match(vectors[0] @ vectors[1].T, most)
        pairs.sort()
        return [Row(own[0][i], own[1][j]) for i, j in pairs]

    def _compare_versions(self, compared: Compared, most: int) -> list[Row]:
        """Pair what differs between two documents that have much the same sentences."""
        own = [
            [each for id_ in side.documents for each in self.overviews.read_sentences(id_)]
            for side in compared.sides
        ]
        texts = [{_normalize(each.text) for each in some} for some in own]
        same = texts[0] & texts[1]
        fewest = min(map(len, texts))
        if not fewest or len(same) < _SAME_TEXT * fewest or max(map(len, own)) > _MOST_VERSIONED:
            return []
        changed = [[each for each in some if _normalize(each.text) not in same] for some in own]
        if not any(changed):
            return []
        rows: list[Row] = []
        taken: tuple[set[int], set[int]] = (set(), set())
        if all(changed):
            vectors = [self.embed([each.text for each in some]) for some in changed]
            likeness = vectors[0] @ vectors[1].T
            for i, j in sorted(_match(likeness, min(map(len, changed)))):
                if likeness[i, j] >= 2 * _ALIKE:
                    rows.append(Row(changed[0][i], changed[1][j]))
                    taken[0].add(i)
                    taken[1].add(j)
        rows += [Row(each, None) for i, each in enumerate(changed[0]) if i not in taken[0]]
        rows += [Row(None, each) for i, each in enumerate(changed[1]) if i not in taken[1]]
        return rows[: 2 * most]


def _find_both(compared: Compared, ranked: Sequence[Sequence[Evidence]]) -> tuple[KeySentence, ...]:
    """Find the likeliest sentence that names both things itself; none of documents."""
    if compared.are_documents:
        return ()
    naming = [
        each
        for own in ranked
        for each in own
        if each.score >= _LEAST_OF_BOTH
        and all(_names(terms(each.text), side) for side in compared.sides)
    ]
    best = sorted(naming, key=lambda each: -each.score)[:1]
    return tuple(KeySentence(each.passage, each.start, each.end) for each in best)


def _of(side: Side, where: Filter) -> Filter:
    return replace(where, documents=side.documents, sources=None)


def _may_be_shown(evidence: Evidence) -> bool:
    words = len(evidence.text.split())
    return (
        evidence.line.may_answer
        and _SHORTEST <= words <= _LONGEST
        and not is_in_bars(evidence.text)
    )


def _is_of(evidence: Evidence, side: Side) -> bool:
    """Whether a sentence is of a side: of its document, or it or its heading names the thing."""
    if side.documents:
        return evidence.passage.document_id in side.documents
    heading = evidence.passage.heading.replace(HEADING_SEPARATOR, " ")
    return _names(terms(f"{evidence.text} {heading} {evidence.passage.title}"), side)


def _names(said: Sequence[str], side: Side) -> bool:
    """Whether terms name a thing."""
    return any(words <= frozenset(said) for words in side.words)


def _mask(text: str, known: frozenset[str]) -> str:
    """A sentence without the names of what is compared."""
    words = [word for word in text.split() if not known.intersection(terms(word))]
    return " ".join(words) or text


def _normalize(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))


def _match(values: FloatArray, most: int) -> list[tuple[int, int]]:
    """Match rows and columns, each once, by the highest values."""
    left = np.array(values, dtype=np.float32)
    pairs: list[tuple[int, int]] = []
    while len(pairs) < min(most, *left.shape):
        i, j = np.unravel_index(int(left.argmax()), left.shape)
        pairs.append((int(i), int(j)))
        left[i, :] = left[:, j] = -np.inf
    return pairs
