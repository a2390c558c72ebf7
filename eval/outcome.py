"""What a bot did with one case, and what a judge says about it: all that the metrics read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from eval.cases.case import Case
from rag.types import Status, TokenUsage, Verdict

Handling = Literal["", "kept", "cited", "flagged"]
ReplyFate = Literal["", "kept", "repaired", "flagged", "refusals", "completed", "replaced"]


@dataclass(frozen=True, slots=True)
class CheckedCitation:
    """One citation of an answer, checked against its source.

    :param start: first character of the span, as an index into the source text; None if the bot
        gives a quote without its place.
    :param end: one past the last.
    :param exact: whether the source text at the span is the quote; without a place, whether the
        quote stands word for word in a retrieved passage.
    :param gold: whether it overlaps a gold quote of the case, or is from a relevant document.
    """

    number: int
    source: str
    quote: str
    start: int | None
    end: int | None
    exact: bool
    gold: bool


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """One retrieved passage; an outcome holds them in the order in which the bot ranked them.

    :param gold: whether it shares text with a gold quote of the case.
    :param relevant: the name of the case's relevant document that it is from; empty if none.
    """

    source: str
    text: str
    gold: bool
    relevant: str


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """One sentence of an answer, without its marks, and the numbers of its citations.

    :param handling: of a sentence in a whole answer of a chat model: kept as it was, given what it
        cites by citespan, or flagged, since no source supports it or all of it.
    """

    text: str
    cites: tuple[int, ...]
    handling: Handling = ""


_PLAIN = ("status", "text", "confidence", "seconds", "error", "by_chat", "chat_problem")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the bot did with one case.

    :param text: the answer as a reader sees it; empty if the bot failed.
    :param confidence: the bot's own, in [0, 1]; None if it gives none.
    :param seconds: wall time from question to answer, or to the failure; None if not measured.
    :param error: what the bot raised; empty if nothing.
    :param by_chat: whether a chat model wrote it, or part of it.
    :param chat_problem: why the chat model did not write it, or not all of it; empty if it did.
    :param in_corpus: whether the bot's documents have a gold place of the case; None if that is
        not known.
    """

    status: Status | Literal["failed"]
    text: str
    sentences: tuple[AnswerSentence, ...] = ()
    citations: tuple[CheckedCitation, ...] = ()
    passages: tuple[RankedPassage, ...] = ()
    confidence: float | None = None
    usage: TokenUsage | None = None
    seconds: float | None = None
    error: str = ""
    by_chat: bool = False
    chat_problem: str = ""
    in_corpus: bool | None = None

    @property
    def reply(self) -> ReplyFate:
        """What became of a chat model's reply as a whole; "" where none was asked for.

        Repaired: a sentence was given its source. Flagged: a source does not support a sentence,
        or not all of it. Completed: it broke off, and the documents' own sentences follow.
        """
        if self.chat_problem:
            return "completed" if self.by_chat else "replaced"
        if not self.by_chat:
            return ""
        if self.status == "abstained":
            return "refusals"
        handled = {sentence.handling for sentence in self.sentences}
        if "flagged" in handled:
            return "flagged"
        return "repaired" if "cited" in handled else "kept"

    def quotes(self, sentence: AnswerSentence) -> tuple[str, ...]:
        """The quotes that a sentence cites, in its order."""
        known = {citation.number: citation.quote for citation in self.citations}
        return tuple(known[number] for number in sentence.cites if number in known)

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Outcome:
        """The outcome of which ``asdict`` made the row.

        :raises (KeyError, TypeError): the row is something else.
        """
        return cls(
            sentences=tuple(
                AnswerSentence(s["text"], tuple(s["cites"]), s.get("handling", ""))
                for s in row["sentences"]
            ),
            citations=tuple(CheckedCitation(**citation) for citation in row["citations"]),
            passages=tuple(RankedPassage(**passage) for passage in row["passages"]),
            usage=TokenUsage(**row["usage"]) if row["usage"] else None,
            in_corpus=row.get("in_corpus"),
            **{name: row[name] for name in _PLAIN},
        )


def failed_outcome(error: str, seconds: float | None = None) -> Outcome:
    return Outcome("failed", "", seconds=seconds, error=error)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a judge says about one sentence.

    :param verdict: by the quotes that it cites; if they do not support it, by the best retrieved
        passage. None if the judge failed, which counts as not supported.
    :param reasons: the judge's, for a reader.
    :param by_cited: whether all its quotes together support it; False if it cites nothing.
    :param needed: for each citation, whether it helps: it supports the sentence alone, or the
        others do not support the sentence without it. Empty if ``by_cited`` is False.
    :param error: why the judge failed; empty if it did not.
    """

    verdict: Verdict | None
    reasons: tuple[str, ...] = ()
    by_cited: bool = False
    needed: tuple[bool, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class AnswerVerdict:
    """How an answer and a reference compare.

    :param right: whether the answer says all that the reference says, and nothing against it; None
        if the judge failed.
    :param recall: share of the reference's sentences that the answer says, in [0, 1].
    :param precision: share of the answer's sentences that the reference says, in [0, 1].
    :param said: of each of the answer's sentences, whether the reference says it.
    :param in_contexts: share of the reference's sentences that a retrieved passage supports.
    :param reasons: what is missing or against it, for a reader; empty if it is right.
    :param error: why the judge failed; empty if it did not.
    """

    right: bool | None
    recall: float = 0.0
    precision: float = 0.0
    said: tuple[bool, ...] = ()
    in_contexts: float = 0.0
    reasons: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """A case, what the bot did with it, and what the judge says about it.

    :param judgements: of each of the answer's sentences.
    :param verdict: of the whole answer beside the reference; None if it was not judged.
    """

    case: Case
    outcome: Outcome
    judgements: tuple[Judgement, ...] = ()
    verdict: AnswerVerdict | None = None

    @property
    def failed(self) -> bool:
        return self.outcome.status == "failed"

    @property
    def refused(self) -> bool:
        """Whether the bot said that the documents do not hold the answer."""
        return self.outcome.status == "abstained"

    @property
    def judge_failed(self) -> bool:
        broken = self.verdict is not None and bool(self.verdict.error)
        return broken or any(judgement.error for judgement in self.judgements)

    @property
    def answer(self) -> str:
        """The answer without marks; empty unless the bot answered."""
        if self.outcome.status != "answered":
            return ""
        return " ".join(sentence.text for sentence in self.outcome.sentences)
