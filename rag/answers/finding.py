"""Finds what documents say to a question, in the part of the library that it means."""

import time
from dataclasses import dataclass
from functools import partial

from rag.answers.abstention import lacks_confidence
from rag.answers.calibration import Calibration
from rag.answers.evidence import EvidenceRanker, Ranked
from rag.library.library import Library
from rag.questions.checks import nothing_found
from rag.questions.scope import Narrowed
from rag.retrieval.observing import make_search
from rag.retrieval.search import PassageSearch
from rag.types import Passage


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found for a question.

    :param scope: where.
    :param confidence: calibrated probability that the passages hold the answer.
    :param retrieved: when they were found, of ``time.perf_counter``.
    """

    scope: Narrowed
    passages: list[Passage]
    ranked: Ranked
    confidence: float
    retrieved: float


@dataclass(frozen=True)
class EvidenceFinder:
    """Question → passages and their ranked sentences.

    :param min_confidence: below it, what the scope says to ask otherwise is asked.
    """

    library: Library
    search: PassageSearch
    ranker: EvidenceRanker
    calibration: Calibration
    min_confidence: float

    def find(self, scope: Narrowed) -> Findings:
        """Find passages, rank their sentences, and tell how likely they hold the answer.

        :raises RagError: there is nothing to search.
        """
        search = partial(self.search.search, scope.question, where=scope.where, repeats=False)
        passages = make_search(scope.question, search)
        if not passages:
            raise nothing_found(self.library, scope.where)
        retrieved = time.perf_counter()
        ranked = self.ranker.rank(scope.question, passages, self.library.lexical.idf)
        confidence = self.calibration.apply(ranked.confidence)
        if scope.otherwise and lacks_confidence(confidence, self.min_confidence):
            found = self.find(scope.otherwise)
            if not lacks_confidence(found.confidence, self.min_confidence):
                return found
        return Findings(scope, passages, ranked, confidence, retrieved)
