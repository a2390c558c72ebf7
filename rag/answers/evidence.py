"""Ranks the sentences of the passages, and says how likely it is that the documents answer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.answers.candidates import find_candidates, make_pairs
from rag.answers.evidence_model import EvidenceModel, sigmoid
from rag.answers.features import QuestionView, Reading, SentenceFeatures
from rag.answers.lines.line import Line
from rag.models.pair_reader import ReadPairs
from rag.questions.matcher import Idf, QuestionMatcher
from rag.questions.question import parse_question
from rag.types import Embed, Passage

_READ = 6
"""Candidates that are read together with the question, of some 43; reading eight takes a third
longer and finds hardly more."""
_READ_FOR_SEVERAL = 10
"""The same for a question that asks for several things, since more of them make up its answer."""
_EMBEDDED = 2
"""The likeliest of those, which are embedded as well."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that may answer.

    :param start: of the sentence in ``passage.text``; ``end`` likewise, half-open.
    :param score: probability that this sentence holds the answer, in [0, 1].
    :param share: of the chance that any sentence holds it, in [0, 1]; 1 over all that were found.
    :param line: the sentence as it was classified for the question.
    """

    passage: Passage
    start: int
    end: int
    text: str
    score: float
    share: float
    line: Line


@dataclass(frozen=True)
class Ranking:
    """The candidates of a question, the likeliest to hold the answer first.

    :param order: the place of each among the candidates.
    """

    evidence: list[Evidence]
    order: list[int]


@dataclass(frozen=True)
class EvidenceRanker:
    """Question and passages → ranked sentences and a confidence.

    :param embed: texts to unit vectors, ``(n, d) float32``; called once for a question.
    :param embed_words: the same for what comes again and again: single words, and the question.
    :param read_pairs: see :class:`rag.models.pair_reader.PairReader`; called once for a question.
    """

    model: EvidenceModel
    embed: Embed
    embed_words: Embed
    read_pairs: ReadPairs

    def rank(
        self, question: str, passages: Sequence[Passage], idf: Idf
    ) -> tuple[list[Evidence], float]:
        """Rank all sentences of the passages, the likeliest to hold the answer first.

        :param idf: BM25's inverse document frequency of a term in the library; a term the
            library does not have is the rarest of all, and gets the highest value.
        :return: with the probability that the documents hold the answer, in [0, 1].
        """
        sentences = self.find_sentences(question, passages, idf)
        if not sentences.candidates:
            return [], 0.0
        self.read_likeliest(sentences)
        ranking = self.rank_candidates(sentences)
        return ranking.evidence, self.find_confidence(view_question(sentences, ranking))

    def find_sentences(
        self, question: str, passages: Sequence[Passage], idf: Idf
    ) -> SentenceFeatures:
        """Find the candidates of the passages; their features are computed when they are needed."""
        asked = parse_question(question)
        matcher = QuestionMatcher(asked, passages, idf, self.embed_words)
        return SentenceFeatures(matcher, find_candidates(matcher))

    def find_likeliest(self, sentences: SentenceFeatures, number: int) -> list[int]:
        """The places of the candidates that are likeliest before any is read, best first."""
        order = np.argsort(-self.model.first.log_odds(sentences), kind="stable")
        return [int(place) for place in order[:number]]

    def read_likeliest(self, sentences: SentenceFeatures) -> None:
        """Read the likeliest candidates together with the question, and embed the first of these.

        The reader was fitted on prose, so that a table's row has the best of what it says of any.
        """
        matcher, found = sentences.matcher, sentences.candidates
        several = matcher.question.several
        places = self.find_likeliest(sentences, _READ_FOR_SEVERAL if several else _READ)
        logits = self.read_pairs(matcher.corrected, make_pairs([found[i] for i in places], found))
        rows = np.array([found[i].line.context is not None for i in places])
        logits[rows] = logits.max(axis=0)
        cosines = self.embed([found[i].line.reading for i in places[:_EMBEDDED]]) @ matcher.vector
        sentences.add_reading(places, Reading(logits, cosines))

    def rank_candidates(self, sentences: SentenceFeatures) -> Ranking:
        """Rank the candidates that were read."""
        log_odds = self.model.sentence.log_odds(sentences)
        sharp = self.model.sentence.sharpness * log_odds
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
            )
            for i in order
        ]
        return Ranking(evidence, order)

    def find_confidence(self, view: QuestionView) -> float:
        """How likely it is that the documents hold the answer, in [0, 1]."""
        columns = {
            feature: np.array([feature.compute(view)], dtype=np.float32)
            for feature, _ in self.model.answerable.weights
        }
        return float(self.model.answerable.probability(columns)[0])


def view_question(sentences: SentenceFeatures, ranking: Ranking) -> QuestionView:
    """Put together what the features of the question are computed from."""
    chances = [(each.score, each.share) for each in ranking.evidence]
    return QuestionView(sentences, ranking.order, chances)
