"""Judges an answer: compares each sentence with what it cites and what was retrieved.

A judge is a callable with the parameters of ``rag.judge_support``. If it cannot judge, it raises
``JudgeError``; that is recorded with the sentence, which then counts as not supported.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

from eval.cache_file import CacheFile
from eval.outcome import AnswerSentence, Judgement, Outcome
from rag.errors import RagError
from rag.types import Support


class JudgeError(RagError):
    """A judge gave no verdict on a pair, or cannot be used; the message says why."""


class Judge(Protocol):
    """Judges a sentence against a quote.

    :param identity: names the judge and all that its verdicts depend on. Reports show it, and
        cached verdicts and checks belong to it.
    """

    identity: str

    def __call__(self, sentence: str, quote: str) -> Support:
        """Judge whether the quote supports the sentence.

        :raises JudgeError: there is no verdict.
        """


class SupportJudge:
    """The default judge, ``rag.judge_support``: deterministic, by the bundled models."""

    name = "support judge"

    def __init__(self) -> None:
        from rag.models.claim_reader import WEIGHTS
        from rag.support.judge import SupportModel

        weights = json.dumps(SupportModel.load().as_dict(), sort_keys=True).encode()
        digest = hashlib.sha256(weights + WEIGHTS.read_bytes()).hexdigest()
        self.identity = f"{self.name} {digest[:8]}"

    def __call__(self, sentence: str, quote: str) -> Support:
        from rag.support.judge import judge_support

        return judge_support(sentence, quote)


class CrossEncoderJudge:
    """A cross-encoder for natural language inference or fact checking, by name or folder."""

    def __init__(self, model: str) -> None:
        from rag.support.model_judge import ModelJudge

        self.identity = f"nli:{model}"
        self._judge = ModelJudge(model)

    def __call__(self, sentence: str, quote: str) -> Support:
        return self._judge(sentence, quote)


class CachedJudge:
    """A judge whose verdicts a file keeps by content, so that no pair is judged twice.

    Failures are not kept: the next run asks again.

    :param path: created if missing.
    """

    def __init__(self, judge: Judge, path: Path) -> None:
        self.identity = judge.identity
        self._judge = judge
        self._cache = CacheFile(path, _support_of_row)

    def __call__(self, sentence: str, quote: str) -> Support:
        """The verdict from the file, otherwise the judge's."""
        pair = json.dumps([self.identity, sentence, quote])
        key = hashlib.sha256(pair.encode()).hexdigest()
        support = self._cache.get(key)
        if support is None:
            support = self._judge(sentence, quote)
            self._cache.put(key, support, asdict(support))
        return support


def _support_of_row(row: Mapping[str, Any]) -> Support:
    return Support(row["verdict"], row["score"], tuple(row["reasons"]))


def judge_outcome(judge: Judge, outcome: Outcome) -> tuple[Judgement, ...]:
    """Judge each sentence of an answer; a refusal or a failure has none."""
    if outcome.status != "answered":
        return ()
    return tuple(_judge_sentence(judge, outcome, sentence) for sentence in outcome.sentences)


def _judge_sentence(judge: Judge, outcome: Outcome, sentence: AnswerSentence) -> Judgement:
    quotes = outcome.quotes(sentence)
    try:
        whole = judge(sentence.text, " ".join(quotes)) if quotes else None
        if whole is not None and whole.verdict == "supported":
            return Judgement(
                "supported", (), by_cited=True, needed=_find_needed(judge, sentence, quotes)
            )
        best = whole
        for passage in outcome.passages:
            support = judge(sentence.text, passage.text)
            if best is None or support.score > best.score:
                best = support
            if support.verdict == "supported":
                return Judgement("supported")
    except JudgeError as error:
        return Judgement(None, (), error=str(error))
    if best is None:
        return Judgement("unsupported", ("it cites nothing, and nothing was retrieved",))
    return Judgement("partial" if best.verdict == "partial" else "unsupported", best.reasons)


def _find_needed(
    judge: Judge, sentence: AnswerSentence, quotes: tuple[str, ...]
) -> tuple[bool, ...]:
    """For each citation of a supported sentence, whether it helps, as ALCE defines it."""
    if len(quotes) == 1:
        return (True,)

    def is_supported_by(*some: str) -> bool:
        return judge(sentence.text, " ".join(some)).verdict == "supported"

    return tuple(
        is_supported_by(quote) or not is_supported_by(*quotes[:place], *quotes[place + 1 :])
        for place, quote in enumerate(quotes)
    )
