"""A judge at work on an answer: each sentence against what it cites and what was retrieved.

A judge is anything that is called as ``rag.judge_support`` is. One that cannot judge raises
``JudgeError``; that is recorded with the sentence, which then counts as not supported.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

from eval.kept import Kept
from eval.outcome import AnswerSentence, Judged, Outcome
from rag.errors import RagError
from rag.types import Support


class JudgeError(RagError):
    """A judge gave no verdict on a pair, or cannot be used; the message says why."""


class Judge(Protocol):
    """Judges a sentence against a quote.

    :param identity: names the judge and all that its verdicts depend on: a report gives it, and
        kept verdicts and checks belong to it.
    """

    identity: str

    def __call__(self, sentence: str, quote: str) -> Support:
        """The verdict.

        :raises JudgeError: there is none.
        """


class SupportJudge:
    """The default judge, ``rag.judge_support``: deterministic, without a model."""

    def __init__(self) -> None:
        from rag.support.judge import SupportModel

        weights = json.dumps(SupportModel.load().as_dict(), sort_keys=True)
        self.identity = f"support judge {hashlib.sha256(weights.encode()).hexdigest()[:8]}"

    def __call__(self, sentence: str, quote: str) -> Support:
        """Its verdict."""
        from rag.support.judge import judge_support

        return judge_support(sentence, quote)


class CrossEncoderJudge:
    """A cross-encoder for natural language inference or fact checking, by name or folder."""

    def __init__(self, model: str) -> None:
        from rag.support.model_judge import ModelJudge

        self.identity = f"nli:{model}"
        self._judge = ModelJudge(model)

    def __call__(self, sentence: str, quote: str) -> Support:
        """The model's verdict."""
        return self._judge(sentence, quote)


class KeptVerdicts:
    """A judge whose verdicts are kept in a file by content, so that no pair is judged twice.

    Failures are not kept: the next run asks again.

    :param path: made when missing.
    """

    def __init__(self, judge: Judge, path: Path) -> None:
        self.identity = judge.identity
        self._judge = judge
        self._kept = Kept(path, _support_of_row)

    def __call__(self, sentence: str, quote: str) -> Support:
        """The kept verdict, else the judge's."""
        pair = json.dumps([self.identity, sentence, quote])
        key = hashlib.sha256(pair.encode()).hexdigest()
        support = self._kept.get(key)
        if support is None:
            support = self._judge(sentence, quote)
            self._kept.put(key, support, asdict(support))
        return support


def _support_of_row(row: Mapping[str, Any]) -> Support:
    return Support(row["verdict"], row["score"], tuple(row["reasons"]))


def judged(judge: Judge, outcome: Outcome) -> tuple[Judged, ...]:
    """What the judge says about each sentence of an answer; nothing of a refusal or a failure."""
    if outcome.status != "answered":
        return ()
    return tuple(_sentence(judge, outcome, sentence) for sentence in outcome.sentences)


def _sentence(judge: Judge, outcome: Outcome, sentence: AnswerSentence) -> Judged:
    quotes = outcome.quotes(sentence)
    try:
        whole = judge(sentence.text, " ".join(quotes)) if quotes else None
        if whole is not None and whole.verdict == "supported":
            return Judged("supported", (), by_cited=True, needed=_needed(judge, sentence, quotes))
        best = whole
        for passage in outcome.passages:
            support = judge(sentence.text, passage.text)
            if best is None or support.score > best.score:
                best = support
            if support.verdict == "supported":
                return Judged("supported")
    except JudgeError as error:
        return Judged(None, (), error=str(error))
    if best is None:
        return Judged("unsupported", ("it cites nothing, and nothing was retrieved",))
    return Judged("partial" if best.verdict == "partial" else "unsupported", best.reasons)


def _needed(judge: Judge, sentence: AnswerSentence, quotes: tuple[str, ...]) -> tuple[bool, ...]:
    """Of each citation of a supported sentence whether it helps, as ALCE defines it."""
    if len(quotes) == 1:
        return (True,)

    def supported_by(*some: str) -> bool:
        return judge(sentence.text, " ".join(some)).verdict == "supported"

    return tuple(
        supported_by(quote) or not supported_by(*quotes[:place], *quotes[place + 1 :])
        for place, quote in enumerate(quotes)
    )
