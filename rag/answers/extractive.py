"""Writing the answer: by quoting the sentences that hold it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import ClassVar

from rag.answers.abstention import lacks_confidence
from rag.answers.citations import cite
from rag.answers.conflicts import describe_conflicts
from rag.answers.evidence import Evidence
from rag.answers.selection import add_company, select_sentences
from rag.library.catalog import Catalog
from rag.questions.follow_ups import make_standalone
from rag.support.judge import judge_verbatim
from rag.text.tables import is_in_bars
from rag.types import QUOTING, Answer, AnswerLength, DirectAnswer, History, Sentence

_LEAST = 0.35
"""Probability from which a direct answer is given."""


@dataclass(frozen=True, slots=True)
class Found:
    """What an answerer has to go by.

    :param draft: an abstention with question, passages and confidence; what it becomes is said.
    :param ranked: the passages' sentences, the likeliest to hold the answer first.
    :param direct: probability that the best answer in the first of them is right.
    :param history: earlier turns, oldest first.
    """

    draft: Answer
    ranked: Sequence[Evidence]
    direct: float
    history: History = ()


@dataclass(frozen=True)
class ExtractiveAnswerer:
    """Answers in the documents' own sentences; needs no language model.

    :param min_confidence: below it the answer is an abstention.
    :param max_sentences: the most that are shown.
    :param length: how much of what is worth showing is shown.
    """

    name: ClassVar = QUOTING

    catalog: Catalog
    min_confidence: float
    max_sentences: int
    length: AnswerLength = "normal"

    def standalone(self, question: str, history: History) -> str:
        """By rules; see :mod:`rag.questions.follow_ups`."""
        return make_standalone(question, history)

    def answers(self, found: Found) -> Iterator[Answer]:
        """One sentence more each; an abstention as it is.

        :raises CitationError: a quote is not what its document holds at its span.
        """
        draft = replace(found.draft, answerer=self.name)
        chosen = self.chosen(found)
        told = tuple(describe_conflicts(chosen, self.catalog))
        draft = replace(draft, notices=(*draft.notices, *told))
        for evidence, sentence in zip(chosen, self.sentences(chosen), strict=True):
            draft = with_sentences(draft, (*draft.sentences, sentence))
            if _has_same_answer(evidence, found.ranked[0]):
                draft = replace(draft, direct=make_direct(evidence, sentence, found.direct))
            yield draft
        if not chosen:
            yield draft

    def chosen(self, found: Found) -> list[Evidence]:
        """The sentences that answer, none when the documents do not seem to.

        :raises GoneError: a document was replaced meanwhile.
        """
        if lacks_confidence(found.draft.confidence, self.min_confidence):
            return []
        question = found.draft.standalone_question
        chosen = select_sentences(
            question, found.ranked, limit=self.max_sentences, length=self.length
        )
        return add_company(chosen, self.catalog, self.max_sentences)

    def sentences(self, chosen: Sequence[Evidence], first: int = 1) -> Iterator[Sentence]:
        """The chosen sentences, verbatim but for folded white space, each with its citation.

        :param first: the number of the first citation.
        :raises CitationError: a quote is not what its document holds at its span.
        """
        for number, evidence in enumerate(chosen, start=first):
            citation = cite(self.catalog, evidence.passage, evidence.start, evidence.end, number)
            text = " ".join(citation.quote.split())
            yield Sentence(text, (citation,), judge_verbatim(text, citation.quote))


def _has_same_answer(evidence: Evidence, best: Evidence) -> bool:
    """Whether a shown sentence has the very answer of the best one, in the same document."""
    same = evidence.passage.document_id == best.passage.document_id
    return same and best.answer is not None and evidence.answer == best.answer


def make_direct(evidence: Evidence, sentence: Sentence, probability: float) -> DirectAnswer | None:
    """The direct answer in a sentence; None where it is too unlikely.

    :param evidence: what the sentence was made of; it has an answer.
    """
    assert evidence.answer is not None
    start, end = evidence.answer
    (citation,) = sentence.citations
    if probability < _LEAST or not citation.start <= start < end <= citation.end:
        return None
    text = citation.quote[start - citation.start : end - citation.start]
    if not any(map(str.isalnum, text)):
        return None
    return DirectAnswer(text, citation.number, citation.document_id, start, end, probability)


def with_sentences(draft: Answer, sentences: Sequence[Sentence]) -> Answer:
    """The draft, answered in these sentences; rows of tables on lines of their own."""
    text = f"{sentences[0].lead}{sentences[0].marked}" if sentences else ""
    for before, sentence in pairwise(sentences):
        apart = is_in_bars(before.text) or is_in_bars(sentence.text)
        text += (sentence.lead or ("\n" if apart else " ")) + sentence.marked
    return replace(draft, status="answered", sentences=tuple(sentences), text=text)
