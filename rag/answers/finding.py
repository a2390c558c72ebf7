"""Finds what documents say to a question, in the part of the library that it means."""

import time
from dataclasses import dataclass

from rag.answers.abstention import explain_abstention, explain_languages, lacks_confidence
from rag.answers.calibration import Calibration
from rag.answers.evidence import EvidenceRanker, Ranked
from rag.library.library import Library
from rag.questions.checks import nothing_found
from rag.questions.scope.names import THE_DOCUMENT
from rag.questions.scope.narrowing import Narrowed
from rag.retrieval.search import PassageSearch
from rag.types import EVERYTHING, Passage

_TOLD_BY = 3
"""Passages that tell the language of the documents."""


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
        passages = self.search.search(scope.question, where=scope.where, repeats=False)
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

    def explain(self, found: Findings) -> tuple[str, ...]:
        """Say what was searched for a question that is not answered, and what may help."""
        scope, catalog = found.scope, self.library.catalog
        question = scope.question.replace(THE_DOCUMENT, "") if scope.names else scope.question
        documents, everywhere = catalog.counts()[0], scope.where == EVERYTHING
        told_by = [passage.text for passage in found.passages[:_TOLD_BY]]
        return explain_abstention(
            question,
            documents if everywhere else catalog.count_documents(scope.where),
            documents,
            self.library.lexical.has_term,
            everywhere=everywhere,
            languages=explain_languages(question, told_by, self.search.embedder.languages),
        )
