"""Ranks the sentences of the passages, and says how likely it is that the documents answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rag.answers.candidates import find_breaks, find_candidates, make_pages, place_answer
from rag.answers.evidence_model import EvidenceModel, QuestionModel, sigmoid
from rag.answers.features import QuestionView, Reading, SentenceFeatures
from rag.answers.lines.line import Line
from rag.models.reader import ReadPages
from rag.questions.matcher import Idf, QuestionMatcher
from rag.questions.question import parse_question
from rag.text.tables import Span
from rag.types import Embed, Passage

_EMBEDDED = 8
"""The likeliest candidates by what the reader says, which are embedded as well."""
_BARRED = -12.0
"""The log-odds of a line that may not answer, such as a heading: behind every other."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that may answer.

    :param start: of the sentence in ``passage.text``; ``end`` likewise, half-open.
    :param score: probability that this sentence holds the answer, in [0, 1].
    :param share: of the chance that any sentence holds it, in [0, 1]; 1 over all that were found.
    :param line: the sentence as it was classified for the question.
    :param answer: the span of the best answer in it, in the document's text; None where the line
        means something else than it says.
    """

    passage: Passage
    start: int
    end: int
    text: str
    score: float
    share: float
    line: Line
    answer: Span | None = None


@dataclass(frozen=True)
class Ranking:
    """The candidates of a question, the likeliest to hold the answer first.

    :param order: the place of each among the candidates.
    """

    evidence: list[Evidence]
    order: list[int]


class Ranked(NamedTuple):
    """What the passages say to a question.

    :param evidence: all sentences, the likeliest to hold the answer first.
    :param confidence: probability that the documents hold the answer, in [0, 1].
    :param direct: probability that the best answer in the first sentence is right, in [0, 1].
    """

    evidence: list[Evidence]
    confidence: float
    direct: float


@dataclass(frozen=True)
class EvidenceRanker:
    """Question and passages → ranked sentences and a confidence.

    :param embed: texts to unit vectors, ``(n, d) float32``; called once for a question.
    :param embed_words: the same for what comes again and again: single words, and the question.
    :param read_pages: see :class:`rag.models.reader.Reader`; called once for a question.
    :param unread: the weights for a question, or a best passage, that ``reads`` says no of.
    :param reads: whether the weights of ``model`` were fitted for texts like this one.
    """

    model: EvidenceModel
    embed: Embed
    embed_words: Embed
    read_pages: ReadPages
    unread: EvidenceModel | None = None
    reads: Callable[[str], bool] = bool

    def rank(self, question: str, passages: Sequence[Passage], idf: Idf) -> Ranked:
        """Rank all sentences of the passages, the likeliest to hold the answer first.

        :param idf: BM25's inverse document frequency of a term in the library; a term the
            library does not have is the rarest of all, and gets the highest value.
        """
        sentences = self.find_sentences(question, passages, idf)
        if not sentences.candidates:
            return Ranked([], 0.0, 0.0)
        self.read(sentences)
        model = self._choose_model(question, passages)
        ranking = rank_candidates(model, sentences)
        view = view_question(sentences, ranking)
        return Ranked(
            ranking.evidence,
            find_probability(model.answerable, view),
            find_probability(model.direct, view),
        )

    def _choose_model(self, question: str, passages: Sequence[Passage]) -> EvidenceModel:
        if self.unread is None or (self.reads(question) and self.reads(passages[0].text)):
            return self.model
        return self.unread

    def find_sentences(
        self, question: str, passages: Sequence[Passage], idf: Idf
    ) -> SentenceFeatures:
        """Find the candidates of the passages; their features are computed when they are needed."""
        asked = parse_question(question)
        matcher = QuestionMatcher(asked, passages, idf, self.embed_words)
        return SentenceFeatures(matcher, find_candidates(matcher))

    def read(self, sentences: SentenceFeatures) -> None:
        """Read the passages together with the question."""
        matcher, found = sentences.matcher, sentences.candidates
        pages, places = make_pages(matcher.passages, found)
        readings = self.read_pages(matcher.corrected, pages)
        spans = [
            readings[page].find_span(start, end, find_breaks(each.line, start))
            for each, (page, start, end) in zip(found, places, strict=True)
        ]
        scores = np.array([score for score, *_ in spans], dtype=np.float32)
        relevance = np.array(
            [readings[page].find_relevance(start, end) for page, start, end in places],
            dtype=np.float32,
        )
        likeliest = np.argsort(-scores - relevance, kind="stable")[:_EMBEDDED]
        own = self.embed([found[place].line.reading for place in likeliest]) @ matcher.vector
        cosines = np.full(len(found), own.min(), dtype=np.float32)
        cosines[likeliest] = own
        answering = np.array([readings[page].answers for page, *_ in places], dtype=np.float32)
        sentences.add_reading(
            Reading(scores, relevance, answering, cosines),
            [
                place_answer(each, start, end)
                for each, (_, start, end) in zip(found, spans, strict=True)
            ],
        )


def rank_candidates(model: EvidenceModel, sentences: SentenceFeatures) -> Ranking:
    """Rank the candidates that were read."""
    log_odds = model.sentence.log_odds(sentences)
    log_odds = log_odds - np.array(
        [each.line.handicap for each in sentences.candidates], dtype=np.float32
    )
    may_answer = np.array([each.line.may_answer for each in sentences.candidates])
    log_odds = np.where(may_answer, log_odds, np.minimum(log_odds, _BARRED))
    sharp = model.sentence.sharpness * log_odds
    chances = np.exp(sharp - sharp.max())
    scores, shares = sigmoid(log_odds), np.asarray(chances / chances.sum(), dtype=np.float32)
    found = sentences.candidates
    order = sorted(
        range(len(found)), key=lambda i: (-scores[i], found[i].rank, found[i].line.start)
    )
    evidence = [
        Evidence(
            found[i].passage,
            found[i].line.start,
            found[i].line.end,
            found[i].line.text,
            float(scores[i]),
            float(shares[i]),
            found[i].line,
            sentences.answers[i],
        )
        for i in order
    ]
    return Ranking(evidence, order)


def find_probability(model: QuestionModel, view: QuestionView) -> float:
    """What a model says of a question, in [0, 1]."""
    columns = {
        feature: np.array([feature.compute(view)], dtype=np.float32) for feature, _ in model.weights
    }
    return float(np.ravel(model.probability(columns))[0])


def view_question(sentences: SentenceFeatures, ranking: Ranking) -> QuestionView:
    """Put together what the features of the question are computed from."""
    chances = [(each.score, each.share) for each in ranking.evidence]
    return QuestionView(sentences, ranking.order, chances)
