"""Finds what documents say to a question, in the part of the library that it means."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain

from rag.answers.abstention import explain_abstention, explain_languages, lacks_confidence
from rag.answers.calibration import Calibration
from rag.answers.evidence import EvidenceRanker, Ranked
from rag.library.library import Library
from rag.questions.checks import nothing_found
from rag.questions.decompose import leave_out_topic, split_question
from rag.questions.scope.names import THE_DOCUMENT
from rag.questions.scope.narrowing import Narrowed
from rag.retrieval.observing import make_search
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
    :param further: passages that nobody has read, for a chat model.
    :param parts: of a question that asks for several things, those that were answered, in order;
        then ``ranked`` begins with the first part's sentences.
    :param missing: the parts that were not answered.
    """

    scope: Narrowed
    passages: list[Passage]
    ranked: Ranked
    confidence: float
    retrieved: float
    further: tuple[Passage, ...] = ()
    parts: tuple["Findings", ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class EvidenceFinder:
    """Question → passages and their ranked sentences.

    :param min_confidence: below it, what the scope says to ask otherwise is asked.
    :param most_read: of the passages that are found, the best that the reader reads.
    """

    library: Library
    search: PassageSearch
    ranker: EvidenceRanker
    calibration: Calibration
    min_confidence: float
    most_read: int

    def find(self, scope: Narrowed) -> Findings:
        """Find passages, rank their sentences, and tell how likely they hold the answer.

        A question that asks for several things is asked part by part; as a whole, where no part
        is answered.

        :raises RagError: there is nothing to search.
        """
        parts = split_question(scope.question)
        if len(parts) > 1:
            found = [self.find_whole(replace(scope, question=p, otherwise=None)) for p in parts]
            if joined := self._join(scope, found):
                return joined
        return self.find_whole(scope)

    def _join(self, scope: Narrowed, parts: Sequence[Findings]) -> Findings | None:
        """Join what was found for the parts of a question; None where nothing answers any."""
        answered: list[Findings] = []
        missing: list[str] = []
        for part in parts:
            if lacks_confidence(part.confidence, self.min_confidence):
                missing.append(leave_out_topic(part.scope.question))
            else:
                answered.append(part)
        if not answered:
            return None
        passages = {each.chunk_id: each for found in answered for each in found.passages}
        further = {each.chunk_id: each for found in answered for each in found.further}
        return Findings(
            scope,
            list(passages.values()),
            answered[0].ranked._replace(
                evidence=[*chain.from_iterable(each.ranked.evidence for each in answered)]
            ),
            min(each.confidence for each in answered),
            parts[-1].retrieved,
            tuple(each for id_, each in further.items() if id_ not in passages),
            tuple(answered),
            tuple(missing),
        )

    def find_whole(self, scope: Narrowed) -> Findings:
        """Find passages for a question, without looking for parts in it.

        :raises RagError: there is nothing to search.
        """
        search = partial(self.search.search, scope.question, where=scope.where, repeats=False)
        found = make_search(scope.question, search)
        if not found:
            raise nothing_found(self.library, scope.where)
        passages, further = found[: self.most_read], found[self.most_read :]
        retrieved = time.perf_counter()
        ranked = self.ranker.rank(scope.question, passages, self.library.lexical.idf)
        confidence = self.calibration.apply(ranked.confidence)
        if scope.otherwise and lacks_confidence(confidence, self.min_confidence):
            other = self.find_whole(scope.otherwise)
            if not lacks_confidence(other.confidence, self.min_confidence):
                return other
        return Findings(scope, passages, ranked, confidence, retrieved, tuple(further))

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
