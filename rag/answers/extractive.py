"""Writing the answer: by quoting the sentences that hold it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import ClassVar

from rag.answers.abstention import lacks_confidence
from rag.answers.citations import cite
from rag.answers.conflicts import describe_conflicts
from rag.answers.evidence import Evidence
from rag.answers.selection import add_company, find_place, select_sentences
from rag.library.catalog import Catalog
from rag.questions.follow_ups import make_standalone
from rag.support.judge import judge_verbatim
from rag.text.tables import is_in_bars
from rag.types import QUOTING, Answer, AnswerLength, DirectAnswer, History, Passage, Sentence

_LEAST = 0.35
"""Probability from which a direct answer is given."""


@dataclass(frozen=True, slots=True)
class Found:
    """What an answerer has to go by.

    :param draft: an abstention with question, passages and confidence; what it becomes is said.
    :param ranked: the passages' sentences, the likeliest to hold the answer first.
    :param direct: probability that the best answer in the first of them is right.
    :param history: earlier turns, oldest first.
    :param parts: of a question that asks for several things: each question with its sentences.
    :param missing: its parts that the documents do not seem to answer.
    :param further: passages that no sentences were ranked of, for a chat model.
    """

    draft: Answer
    ranked: Sequence[Evidence]
    direct: float
    history: History = ()
    parts: Sequence[tuple[str, Sequence[Evidence]]] = ()
    missing: Sequence[str] = ()
    further: Sequence[Passage] = ()


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
        by_part = self._choose(found)
        chosen = [*chain.from_iterable(by_part)]
        told = [notice for part in by_part for notice in describe_conflicts(part, self.catalog)]
        missing = [f"The documents do not seem to answer “{part}”." for part in found.missing]
        draft = replace(draft, notices=(*draft.notices, *told, *missing))
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
        return [*chain.from_iterable(self._choose(found))]

    def _choose(self, found: Found) -> list[list[Evidence]]:
        """The same for each part of the question."""
        if lacks_confidence(found.draft.confidence, self.min_confidence):
            return []
        parts = found.parts or [(found.draft.standalone_question, found.ranked)]
        limit = max(1, self.max_sentences // len(parts))
        # of several answers, the first must not push the second out of sight
        length = "short" if len(parts) > 1 and self.length == "normal" else self.length
        shown: set[tuple[str, int]] = set()
        by_part = []
        for question, ranked in parts:
            picked = select_sentences(question, ranked, limit=limit, length=length)
            found_here = add_company(picked, self.catalog, limit)
            by_part.append([each for each in found_here if find_place(each) not in shown])
            shown.update(map(find_place, found_here))
        return by_part

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
