"""Features of the sentences that may answer a question, and of all that was found for it.

Each feature stands once, in one of three tables: its name, which is its key in
``evidence_weights.json``; which way it may count; the function that computes it. The product
computes those that a model has a weight for, when they are first read; training computes all.
Nothing here knows any document or any question.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

import numpy as np

from rag.answers.candidates import Candidate
from rag.answers.lines.line import is_fragment
from rag.english.patterns.answer_shapes import CUED_KINDS, EXACT_KINDS
from rag.english.patterns.sentences import REFERS_BACK
from rag.questions.matcher import QuestionMatcher
from rag.text.tables import Span
from rag.text.terms import STOP_WORDS, vocabulary
from rag.types import FloatArray

View = TypeVar("View")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, eq=False)
class Feature(Generic[View, Value]):
    """A number that a model weighs.

    :param sign: which way it may count: 1 for, −1 against, 0 either way. Two features that nearly
        say the same must not be played off against each other, which fits one corpus and fails on
        the next.
    :param compute: from a view of what is weighed.
    """

    name: str
    sign: int
    compute: Callable[[View], Value]


class FeatureTable(dict[str, Feature[View, Value]], Generic[View, Value]):
    """Features of one kind of thing, in order, each name once."""

    def add(self, name: str, sign: int, compute: Callable[[View], Value]) -> Feature[View, Value]:
        """Add a feature and return it."""
        assert name not in self
        self[name] = Feature(name, sign, compute)
        return self[name]


def refers_back(text: str) -> bool:
    """Whether a sentence opens with a word that points to the one before (``These markers …``)."""
    return REFERS_BACK.match(text) is not None


class SentenceView:
    """A candidate and what of it several features need.

    :param own: which terms of the question it matches; see :meth:`QuestionMatcher.match`.
    :param distinctive: what it has of the question that few others have, in [0, 1].
    :param before: the sentence before it, or no text.
    :param best_score: of the best passage.
    """

    def __init__(
        self,
        matcher: QuestionMatcher,
        candidate: Candidate,
        own: dict[str, float],
        distinctive: float,
        before: str,
        best_score: float,
    ) -> None:
        line, passage = candidate.line, candidate.passage
        self.matcher, self.candidate, self.own = matcher, candidate, own
        self.distinctive, self.best_score = distinctive, best_score
        self.text = line.reading
        # a row says nothing without the names of its columns, and nothing about its neighbour
        self.columns = "" if line.context is None else f"{passage.heading} {line.context}"
        self.before = before if line.context is None else self.columns
        self.words = vocabulary(self.text)
        self.content = self.words - STOP_WORDS
        self.kind = matcher.question.kind

    @cached_property
    def _headed(self) -> frozenset[str]:
        passage = self.candidate.passage
        headings = vocabulary(f"{passage.title} {passage.heading}")
        return self.words | headings | vocabulary(self.columns)

    @cached_property
    def with_title(self) -> dict[str, float]:
        """The terms matched by the line, its title and its headings."""
        return self.matcher.match(self._headed)

    @cached_property
    def answers(self) -> list[re.Match[str]]:
        """What has the shape of the answer; see :meth:`QuestionMatcher.find_answers`."""
        return self.matcher.find_answers(self.text, self.columns)


SENTENCE = FeatureTable[SentenceView, float]()
"""Features of a candidate that take no model."""
_add = SENTENCE.add
_add("passage score below best", -1, lambda s: s.best_score - s.candidate.passage.score)
_add("passage first", 1, lambda s: s.candidate.rank == 0)
_add("telling overlap", 1, lambda s: s.distinctive)
NAMES = _add("names", 1, lambda s: s.matcher.named_coverage(s.with_title))
NAMES_IN_PASSAGE = _add(
    "names in passage",
    1,
    lambda s: s.matcher.named_coverage(s.matcher.in_passage[s.candidate.rank]),
)
LACKING = _add(
    "lacking", -1, lambda s: s.matcher.unmatched(s.matcher.match(s.words | vocabulary(s.before)))
)
EXACT_MISSING = _add("exact missing", -1, lambda s: s.kind in EXACT_KINDS and not s.answers)
CLOSENESS = _add("closeness", 1, lambda s: s.matcher.closeness(s.text, s.answers))
_add(
    "sought missing",
    -1,
    lambda s: s.matcher.sought_missing(s.own if s.candidate.line.context is None else s.with_title),
)
_add("cue", 1, lambda s: s.kind in CUED_KINDS and bool(s.answers))
_add("length", 0, lambda s: math.log1p(len(s.content)))
_add("new words", 0, lambda s: math.log1p(len(s.content - s.matcher.stands_for.keys())))
_add("asks", -1, lambda s: s.text.endswith("?"))
_add("furniture", -1, lambda s: is_fragment(s.text))
_add("leaning", 0, lambda s: refers_back(s.text))
_add("opens passage", 0, lambda s: s.candidate.index == 0)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader says of each candidate, ``(n,) float32`` each.

    :param spans: the logit of the best answer in it, against none.
    :param relevance: the logit that it answers.
    :param pages: the logit that its page answers.
    :param cosines: with the question, of the likeliest; the others have the lowest of these.
    """

    spans: FloatArray
    relevance: FloatArray
    pages: FloatArray
    cosines: FloatArray


READING = FeatureTable[Reading, FloatArray]()
"""Features of a candidate that the reader finds."""
SPAN = READING.add("span", 1, lambda r: r.spans)
RELEVANCE = READING.add("relevance", 1, lambda r: r.relevance)
PAGE = READING.add("page", 1, lambda r: r.pages)
COSINE = READING.add("cosine", 1, lambda r: r.cosines)

SentenceFeature = Feature[SentenceView, float] | Feature[Reading, FloatArray]


class SentenceFeatures:
    """The features of all candidates for one question, each computed when it is first read."""

    def __init__(self, matcher: QuestionMatcher, candidates: Sequence[Candidate]) -> None:
        self.matcher, self.candidates = matcher, candidates
        self.answers: list[Span | None] = [None] * len(candidates)
        self._columns: dict[SentenceFeature, FloatArray] = {}

    def __getitem__(self, feature: SentenceFeature) -> FloatArray:
        """The feature of each candidate, ``(n,) float32``.

        :raises KeyError: the reader has to read the candidates first; see :meth:`add_reading`.
        """
        if feature not in self._columns:
            compute = SENTENCE[feature.name].compute
            values = [compute(view) for view in self._views]
            self._columns[feature] = np.array(values, dtype=np.float32)
        return self._columns[feature]

    def add_reading(self, reading: Reading, answers: Sequence[Span | None]) -> None:
        """Add what the reader says.

        :param answers: where the best answer of each candidate stands in its document.
        """
        self.answers = list(answers)
        self._columns |= {feature: feature.compute(reading) for feature in READING.values()}

    @cached_property
    def _views(self) -> list[SentenceView]:
        matcher, found = self.matcher, self.candidates
        by_place = {(candidate.rank, candidate.index): candidate for candidate in found}
        matched = [matcher.match(vocabulary(each.line.reading)) for each in found]
        distinctive = matcher.distinctive_coverage(matched)
        best_score = max((passage.score for passage in matcher.passages), default=0.0)
        views = []
        for candidate, own, share in zip(found, matched, distinctive, strict=True):
            before = by_place.get((candidate.rank, candidate.index - 1))
            text = before.line.text if before else ""
            views.append(SentenceView(matcher, candidate, own, share, text, best_score))
        return views


class QuestionView:
    """A question, its candidates ranked, and what of both several features need.

    :param order: the candidates' places, best first.
    :param chances: the score of each in that order, and its share; see
        :class:`rag.answers.evidence.Evidence`.
    """

    def __init__(
        self,
        sentences: SentenceFeatures,
        order: Sequence[int],
        chances: Sequence[tuple[float, float]],
    ) -> None:
        self.sentences, self.order, self.chances = sentences, order, chances
        self.matcher, self.question = sentences.matcher, sentences.matcher.question
        known = [p.cosine for p in self.matcher.passages if p.cosine is not None]
        self.cosines = sorted(known or [0.0], reverse=True)
        """Of the passages, best first."""
        self.missing = self.matcher.weights.keys() - self.matcher.in_all.keys()
        """The question's terms that no passage has."""

    @property
    def coverage_of_best(self) -> float:
        """The share of the question's weight that the best candidate itself matches."""
        reading = self.sentences.candidates[self.order[0]].line.reading
        return self.matcher.coverage(self.matcher.match(vocabulary(reading)))

    def of_best(self, feature: SentenceFeature, among: int | None = 1) -> list[float]:
        """A feature of the best candidates, best first; ``among`` None: of all."""
        column = self.sentences[feature]
        return [float(column[place]) for place in self.order[:among]]


QUESTION = FeatureTable[QuestionView, float]()
"""Features of a question and all that was found for it."""
_ask = QUESTION.add
_ask("second sentence", 0, lambda q: _log_odds(q.chances[:2][-1][0]))
_ask("share of three", 1, lambda q: sum(share for _, share in q.chances[:3]))
_ask("sentences", 0, lambda q: math.log(len(q.order)))
_ask("best relevance", 1, lambda q: max(q.of_best(RELEVANCE, None)))
_ask("span of best", 1, lambda q: q.of_best(SPAN)[0])
_ask("best span", 1, lambda q: max(q.of_best(SPAN, None)))
_ask("best page", 1, lambda q: max(q.of_best(PAGE, None)))
_ask("cosine of best", 1, lambda q: q.of_best(COSINE)[0])
_ask("best cosine", 1, lambda q: max(q.of_best(COSINE, None)))
_ask("passage cosine", 1, lambda q: q.cosines[0])
_ask("second passage cosine", 0, lambda q: q.cosines[min(1, len(q.cosines) - 1)])
_ask("lacking in three", -1, lambda q: min(q.of_best(LACKING, 3)))
_ask("missing name", -1, lambda q: not q.missing.isdisjoint(q.question.named))
_ask("sought missing everywhere", -1, lambda q: q.matcher.sought_missing(q.matcher.in_all))
_ask("names of best", 1, lambda q: q.of_best(NAMES)[0])
_ask("exact missing in three", -1, lambda q: min(q.of_best(EXACT_MISSING, 3)))
_ask("exact missing everywhere", -1, lambda q: min(q.of_best(EXACT_MISSING, None)))
_ask("closeness of best", 1, lambda q: q.of_best(CLOSENESS)[0])
_ask("coverage of first", 1, lambda q: q.matcher.coverage(q.matcher.in_passage[0]))
_ask("coverage of all", 1, lambda q: q.matcher.coverage(q.matcher.in_all))
_ask("own coverage of best", 1, lambda q: q.coverage_of_best)
_ask(
    "names missing, yes or no",
    -1,
    lambda q: (q.question.kind == "yes_no") * (1 - q.of_best(NAMES_IN_PASSAGE)[0]),
)


def _log_odds(probability: float) -> float:
    return math.log(max(probability, 1e-6) / max(1 - probability, 1e-6))
