"""Judges whether an answer says what a reference says.

What the reference says beyond the question has to be in the answer, by words, by words of like
meaning or by the judge that reads both. Its numbers and names have to be there exactly, and nothing
may be turned round: a yes or no, a negation, an antonym, who does what to whom. What the answer
says besides is allowed, and lowers the claim precision only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from eval.cases.case import Case
from eval.judges.judge import Judge, JudgeError
from eval.judges.polarity import (
    drop_yes_or_no,
    find_conflicts,
    find_polarity,
    is_yes_no,
    read_claim,
)
from eval.outcome import AnswerVerdict, Outcome
from rag.support.comparison import agree, format_quantity
from rag.support.matching import THERE, Matching, read_source
from rag.support.quantities import Quantity
from rag.support.statements import Statement, Word
from rag.text.sentences import sentence_spans
from rag.types import Embed, FloatArray

_HELD = 0.45
"""Mean of words found and the judge's score, from which a claim of the reference is held."""
_HELD_FRAGMENT = 0.7
"""Share of a short reference's words from which it is held."""
_LIKE_MEANING = 0.45
"""Cosine of two words' vectors from which one stands for the other."""
_LONGEST_FRAGMENT = 8
"""Words of a reference that is no sentence, such as a name or a number."""
_SOMETHING = 0.25
"""Share of the words that answer, below which nothing else makes up for them."""


AGREEMENT = (59, 60)
"""Of the answers that a person labelled, those on which the default judge agrees, and how many."""


def judge_answer(
    question: str,
    references: Sequence[str],
    answer: str | Sequence[str],
    judge: Judge,
    embed_words: Embed | None = None,
) -> AnswerVerdict:
    """Judge an answer by the reference that it is nearest to.

    :param references: at least one; saying what any of them says is right.
    :param answer: the whole, or its sentences.
    :param judge: gives a score to a sentence and a text that may support it.
    :param embed_words: words to unit vectors; by default those of the bundled model.
    :raises JudgeError: the judge gives no verdict.
    """
    comparing = _Comparing(question, judge, embed_words or _embed_words)
    said = _split(answer) if isinstance(answer, str) else answer
    verdicts = [comparing.compare(reference, said) for reference in references]
    return max(verdicts, key=lambda each: (bool(each.right), each.recall, each.precision))


def judge_reference(judge: Judge, case: Case, outcome: Outcome) -> AnswerVerdict | None:
    """Judge an answer to a case by the case's references; None where it has none or facts.

    A refusal says nothing of the reference.
    """
    if not case.answers or case.facts or outcome.status == "failed":
        return None
    said = [sentence.text for sentence in outcome.sentences]
    try:
        in_contexts = max(_find_in_contexts(judge, each, outcome) for each in case.answers)
        if outcome.status == "abstained":
            return AnswerVerdict(False, in_contexts=in_contexts, reasons=("it refuses",))
        verdict = judge_answer(case.question, case.answers, said, judge)
        return replace(verdict, in_contexts=in_contexts)
    except JudgeError as error:
        return AnswerVerdict(None, error=str(error))


def _find_in_contexts(judge: Judge, reference: str, outcome: Outcome) -> float:
    """The share of the reference's sentences that some retrieved passage supports."""
    claims = _split(reference)
    supported = [
        any(judge(claim, passage.text).verdict == "supported" for passage in outcome.passages)
        for claim in claims
    ]
    return sum(supported) / len(supported) if supported else 0.0


@lru_cache(maxsize=1)
def _load_embedder() -> Embed:
    from rag.models.embedder import Embedder

    return Embedder().embed_words


def _embed_words(words: list[str]) -> FloatArray:
    return _load_embedder()(words)


@dataclass(frozen=True, slots=True)
class _Held:
    """Whether a text says what a claim says, how surely in [0, 1], and what speaks against it."""

    points: float
    is_held: bool
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Comparing:
    question: str
    judge: Judge
    embed_words: Embed

    def compare(self, reference: str, sentences: Sequence[str]) -> AnswerVerdict:
        answer = " ".join(sentences)
        if is_yes_no(self.question):
            wanted, said = (find_polarity(self.question, text) for text in (reference, answer))
            if wanted and said:
                verdict = self._compare_polarity(reference, answer, agrees=wanted == said)
                return replace(verdict, said=(bool(verdict.right),) * len(sentences))
        held = [self.find(claim, answer) for claim in _split(drop_yes_or_no(reference))]
        # a yes or no to another question says nothing by itself
        first = [drop_yes_or_no(sentence).strip() for sentence in sentences[:1]]
        plain = [*first, *sentences[1:]]
        back = [self.find(sentence, reference) if sentence else None for sentence in plain]
        reasons = tuple(dict.fromkeys(reason for each in held for reason in each.reasons))
        return AnswerVerdict(
            right=bool(held) and all(each.is_held for each in held),
            recall=_share(held),
            precision=_share([each for each in back if each]),
            said=tuple(each is None or each.is_held for each in back),
            reasons=() if held and all(each.is_held for each in held) else reasons,
        )

    def _compare_polarity(self, reference: str, answer: str, *, agrees: bool) -> AnswerVerdict:
        """A yes-no question: the same side, and no other number of the same kind."""
        if not agrees:
            return AnswerVerdict(False, reasons=("yes against no",))
        wanted, said = read_claim(reference).quantities, read_claim(answer).quantities
        other = [
            quantity
            for quantity in wanted
            if any(each.dimension == quantity.dimension for each in said)
            and not any(agree(quantity, each) for each in said)
        ]
        reasons = tuple(f"“{format_quantity(quantity)}” is missing" for quantity in other)
        share = float(not other)
        return AnswerVerdict(not other, share, share, reasons=reasons)

    def find(self, claim: str, text: str) -> _Held:
        """Find out whether a text says what a claim says, both about the question."""
        stated = read_claim(claim)
        asked = read_claim(self.question)
        said = [read_claim(each) for each in _split(drop_yes_or_no(text))]
        if not stated.words or not said:
            return _Held(0.0, is_held=False, reasons=("there is nothing to compare",))
        nearest = max(said, key=lambda each: _count_shared(stated, each))
        against = tuple(find_conflicts(stated, nearest))
        numbers = _find_missing_numbers(stated, [asked, *said], said)
        words, names = self._weigh_words(stated, text)
        found = sum(weight * share for _, weight, share in words)
        total = sum(weight for _, weight, _ in words) + len(stated.quantities)
        found += len(stated.quantities) - len(numbers)
        coverage = found / total if total else float(_has_words(claim, text))
        reasons = (*against, *numbers, *names)
        if reasons:
            return _Held(0.0, is_held=False, reasons=reasons)
        lacking = ", ".join(word.text for word, _, share in words if share < THERE)
        reasons = (f"not said: {lacking}",) if lacking else ("not said",)
        if _is_fragment(claim):
            return _Held(coverage, coverage >= _HELD_FRAGMENT, reasons)
        score = self.judge(claim, f"{self.question} {text}").score
        points = (coverage + score) / 2
        return _Held(points, points >= _HELD and coverage >= _SOMETHING, reasons)

    def _weigh_words(
        self, claim: Statement, text: str
    ) -> tuple[list[tuple[Word, float, float]], list[str]]:
        """The claim's words that the question does not have, with weight and how surely said.

        :return: these, and a reason for each name that is missing.
        """
        if not claim.content:
            return [], []
        asked = Matching(claim, read_source(self.question)).best_shares()
        said = Matching(claim, read_source(text)).best_shares()
        every = list(zip(claim.content, said, strict=True))
        new = [pair for pair, known in zip(every, asked, strict=True) if known < THERE]
        if not new and not claim.quantities:  # it chooses among what the question has
            new = every
        names = [f"“{w.text}” is missing" for w, share in new if w.named and share < THERE]
        taken = read_claim(self.question).vocabulary.union(
            *(word.terms for word, share in every if share >= THERE)
        )
        others = [
            word.text.lower()
            for word in read_claim(text).content
            if not word.named and taken.isdisjoint(word.terms)
        ]
        return [(w, w.weight, self._find_like(w, share, others)) for w, share in new], names

    def _find_like(self, word: Word, share: float, others: Sequence[str]) -> float:
        """How surely a word is said, itself or by one of the others, if one has its meaning."""
        if share >= THERE or word.named or not others:
            return share
        vectors = self.embed_words([word.text.lower(), *others])
        like = float((vectors[1:] @ vectors[0]).max())
        return max(share, min(1.0, like + 0.25) if like >= _LIKE_MEANING else 0.0)


def _split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


def _is_fragment(claim: str) -> bool:
    return not claim.rstrip().endswith((".", "!", "?")) and len(claim.split()) <= _LONGEST_FRAGMENT


def _has_words(claim: str, text: str) -> bool:
    """Whether a text has the words of a claim that has only such as ``A``, capitals and all."""
    return re.search(rf"(?<!\w){re.escape(claim.strip())}(?!\w)", text) is not None


def _count_shared(claim: Statement, said: Statement) -> float:
    numbers = sum(any(agree(q, other) for other in said.quantities) for q in claim.quantities)
    return numbers + sum(word.weight for word in claim.content if said.count(word.term))


def _find_missing_numbers(
    claim: Statement, known: Sequence[Statement], said: Sequence[Statement]
) -> list[str]:
    """Find the claim's numbers that neither question nor answer has."""
    there = [quantity for each in known for quantity in each.quantities]
    return [
        f"“{format_quantity(quantity)}” is missing" + _name_other(quantity, said)
        for quantity in claim.quantities
        if not quantity.lenient and not any(agree(quantity, other) for other in there)
    ]


def _name_other(quantity: Quantity, said: Sequence[Statement]) -> str:
    """The number of the same kind that stands in its place, if there is one."""
    others = (other for each in said for other in each.quantities)
    other = next((each for each in others if each.dimension == quantity.dimension), None)
    return f": the answer says “{format_quantity(other)}”" if other else ""


def _share(held: Sequence[_Held]) -> float:
    return sum(each.is_held for each in held) / len(held) if held else 0.0
