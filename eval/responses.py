"""What a bot returned, read as an outcome: an ``Answer``, a mapping with the usual names, or text.

The names are ragas' (``response``, ``retrieved_contexts``, ``retrieved_context_ids``; and its older
``answer``, ``contexts``), with citespan's ``status``, ``sentences``, ``citations``, ``confidence``
and ``usage`` beside them; docs/evaluation.md lists them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from eval.cases.case import Case
from eval.outcome import AnswerSentence, Cited, Outcome, Retrieved
from rag.text.sentences import sentence_spans
from rag.types import Answer, TokenUsage

SourceText = Callable[[Any], str]
"""Gives the text that a citation's or a passage's span indexes."""

NAMES: Mapping[str, tuple[str, ...]] = {
    "response": ("response", "answer", "text"),
    "contexts": ("retrieved_contexts", "contexts", "passages"),
    "context_ids": ("retrieved_context_ids", "context_ids"),
}
_MARK = re.compile(r"\[(\d{1,4}(?:\s*[,;]\s*\d{1,4})*)\]")
_MARKS_AFTER_STOP = re.compile(r"([.!?…][\"'”’)]*)\s+((?:\[\d[\d,;\s]*\]\s*)+)")
_REFUSAL = re.compile(
    r"(?:i(?:'m| am) sorry\b.{0,20}|sorry\b.{0,20}|unfortunately,? )?(?:"
    r"i (?:do not|don't|cannot|can't|could not|couldn't) (?:know|answer|find|tell)"
    r"|i(?:'m| am) (?:not able|unable) to (?:answer|find|tell)"
    r"|(?:the|these|your|my) (?:\w+ ){0,3}(?:documents?|contexts?|passages?|sources?|texts?"
    r"|information) (?:do(?:es)?|did) (?:not|n't)"
    r"|there is (?:no|not enough) (?:\w+ )?information|not enough information"
    r"|no (?:relevant )?(?:answer|information)\b|unanswerable\b|insufficient information)",
    re.IGNORECASE,
)
_LONGEST_REFUSAL = 250
"""Characters; what is longer says something besides."""


class ResponseError(ValueError):
    """A bot returned what cannot be read; the message says what to return."""


def same_source(source: str, gold: str) -> bool:
    """Whether a source is the document of that name: its path may be longer, never its name."""
    whole, end = source.replace("\\", "/"), gold.replace("\\", "/")
    return whole == end or whole.endswith(f"/{end}") or ("/" in end and end.endswith(f"/{whole}"))


def overlaps_quote(text: str, start: int, end: int, quote: str) -> bool:
    """Whether ``text[start:end]`` shares a character with some occurrence of the quote."""
    found = text.find(quote)
    while found >= 0:
        if max(start, found) < min(end, found + len(quote)):
            return True
        found = text.find(quote, found + 1)
    return False


def outcome_of(
    returned: object, case: Case, source_text: SourceText | None, seconds: float | None
) -> Outcome:
    """What a bot returned for a case.

    :param source_text: without it no span can be shown to be exact.
    :raises ResponseError: it is nothing that can be read.
    """
    if isinstance(returned, Answer):
        return _of_answer(returned, case, source_text, seconds)
    if isinstance(returned, str):
        returned = {"response": returned}
    if not isinstance(returned, Mapping):
        raise ResponseError(
            f"the bot returned {type(returned).__name__}; return a text, a mapping with "
            '"response", or a rag.Answer'
        )
    return _of_mapping(returned, case, seconds)


def _of_answer(
    answer: Answer, case: Case, source_text: SourceText | None, seconds: float | None
) -> Outcome:
    texts: dict[tuple[str, str], str] = {}

    def text_of(part: Any) -> str:
        if source_text is None:
            return ""
        document = part.document_id, part.source
        if document not in texts:
            texts[document] = source_text(part)
        return texts[document]

    def shares(part: Any) -> bool:
        return any(
            same_source(part.source, gold.source)
            and overlaps_quote(text_of(part), part.start, part.end, gold.quote)
            for gold in case.quotes
        )

    citations = tuple(
        Cited(
            number=cited.number,
            source=cited.source,
            quote=cited.quote,
            start=cited.start,
            end=cited.end,
            # An empty span equals an empty quote anywhere, and opens nothing.
            exact=0 <= cited.start < cited.end
            and text_of(cited)[cited.start : cited.end] == cited.quote,
            gold=shares(cited) if case.quotes else bool(_relevant(cited.source, case)),
        )
        for cited in answer.citations
    )
    return Outcome(
        status=answer.status,
        text=answer.text,
        sentences=tuple(
            AnswerSentence(sentence.text, tuple(cited.number for cited in sentence.citations))
            for sentence in answer.sentences
        ),
        citations=citations,
        passages=tuple(
            Retrieved(
                passage.source,
                passage.text,
                bool(case.quotes) and shares(passage),
                _relevant(passage.source, case),
            )
            for passage in answer.passages
        ),
        confidence=answer.confidence,
        usage=answer.usage,
        seconds=seconds,
        by_chat=answer.answerer.startswith("chat:"),
        chat_problem=answer.chat_problem,
    )


def _of_mapping(given: Mapping[str, Any], case: Case, seconds: float | None) -> Outcome:
    text = _first(given, "response", "")
    if not isinstance(text, str):
        raise ResponseError('"response" must be text')
    passages = _passages(given, case)
    sentences = _sentences(given, text)
    citations = _citations(given, case, passages, sentences)
    return Outcome(
        status=_status(given, text),
        text=text,
        sentences=sentences,
        citations=citations,
        passages=passages,
        confidence=_number(given, "confidence"),
        usage=_usage(given.get("usage")),
        seconds=seconds if seconds is not None else _number(given, "seconds"),
        by_chat=given.get("by_chat") is True,
        chat_problem=str(given.get("chat_problem") or ""),
    )


def _first(given: Mapping[str, Any], name: str, default: Any) -> Any:
    """The value under the first of the names that is there."""
    found = (given[alias] for alias in NAMES[name] if given.get(alias) is not None)
    return next(found, default)


def _status(given: Mapping[str, Any], text: str) -> Any:
    """Refusals are told by the bot, else known by their words."""
    status = given.get("status")
    if status in {"answered", "abstained"}:
        return status
    if isinstance(given.get("abstained"), bool):
        return "abstained" if given["abstained"] else "answered"
    if not text.strip():
        raise ResponseError(
            "the response is empty; a bot that refuses says so, in words or with "
            '"status": "abstained"'
        )
    plain = " ".join(text.split()).replace("’", "'")
    refuses = len(plain) <= _LONGEST_REFUSAL and _REFUSAL.match(plain)
    return "abstained" if refuses else "answered"


def _passages(given: Mapping[str, Any], case: Case) -> tuple[Retrieved, ...]:
    contexts = _first(given, "contexts", [])
    ids = _first(given, "context_ids", [])
    if not isinstance(contexts, Sequence) or isinstance(contexts, str):
        raise ResponseError('"retrieved_contexts" must be a list of texts')
    found = []
    for place, context in enumerate(contexts):
        text, source = _context(context)
        source = str(ids[place]) if place < len(ids) else source
        gold = any(
            (not source or same_source(source, quote.source))
            and (quote.quote in text or (bool(text.strip()) and text in quote.quote))
            for quote in case.quotes
        )
        found.append(
            Retrieved(source or f"context {place + 1}", text, gold, _relevant(source, case))
        )
    return tuple(found)


def _context(context: Any) -> tuple[str, str]:
    """Text and source of a passage: a text, a mapping, or LangChain's ``Document``."""
    if isinstance(context, str):
        return context, ""
    if isinstance(context, Mapping):
        text = context.get("text", context.get("page_content"))
        source = context.get("source", context.get("id", ""))
    else:
        text = getattr(context, "page_content", None)
        source = (getattr(context, "metadata", None) or {}).get("source", "")
    if not isinstance(text, str):
        raise ResponseError('each of "retrieved_contexts" must be a text or hold one as "text"')
    return text, str(source)


def _sentences(given: Mapping[str, Any], text: str) -> tuple[AnswerSentence, ...]:
    """As they are given, else as the text has them, with the numbers of their marks."""
    if given.get("sentences") is not None:
        try:
            return tuple(
                AnswerSentence(
                    str(row["text"]), tuple(int(number) for number in row.get("cites", ()))
                )
                for row in given["sentences"]
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ResponseError(
                'each of "sentences" must have a "text" and may have "cites", a list of numbers'
            ) from error
    # A mark behind the full stop belongs to the sentence before it.
    text = _MARKS_AFTER_STOP.sub(lambda found: f"{found[1]}{found[2].replace(' ', '')} ", text)
    found = []
    for start, end in sentence_spans(text):
        numbers = [
            int(number)
            for marks in _MARK.findall(text[start:end])
            for number in re.split(r"\s*[,;]\s*", marks)
        ]
        words = " ".join(_MARK.sub("", text[start:end]).split())
        if words:
            found.append(AnswerSentence(words, tuple(dict.fromkeys(numbers))))
    return tuple(found)


def _citations(
    given: Mapping[str, Any],
    case: Case,
    passages: Sequence[Retrieved],
    sentences: Sequence[AnswerSentence],
) -> tuple[Cited, ...]:
    """As they are given, else the passages whose numbers, from 1, stand in the sentences."""
    if given.get("citations") is None:
        numbers = sorted({number for sentence in sentences for number in sentence.cites})
        rows: Any = [
            {"number": n, "source": passages[n - 1].source, "quote": passages[n - 1].text}
            for n in numbers
            if 0 < n <= len(passages)
        ]
    else:
        rows = given["citations"]
    try:
        return tuple(_cited(row, place, case, passages) for place, row in enumerate(rows, start=1))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ResponseError('each of "citations" must have a "quote" and a "source"') from error


def _cited(row: Mapping[str, Any], place: int, case: Case, passages: Sequence[Retrieved]) -> Cited:
    quote, source = str(row["quote"]), str(row.get("source", ""))
    return Cited(
        number=int(row.get("number", place)),
        source=source,
        quote=quote,
        start=row.get("start"),
        end=row.get("end"),
        exact=bool(quote)
        and any(
            quote in passage.text and (not source or passage.source == source)
            for passage in passages
        ),
        gold=any(
            (not source or same_source(source, gold.source))
            and bool(quote.strip())
            and (gold.quote in quote or quote in gold.quote)
            for gold in case.quotes
        )
        if case.quotes
        else bool(_relevant(source, case)),
    )


def _relevant(source: str, case: Case) -> str:
    """The relevant document that this is, by the case's name for it."""
    return next((name for name, _ in case.relevant if same_source(source, name)), "")


def _number(given: Mapping[str, Any], name: str) -> float | None:
    value: Any = given.get(name)
    return float(value) if type(value) in {int, float} else None


def _usage(given: Any) -> TokenUsage | None:
    if not isinstance(given, Mapping):
        return None
    try:
        return TokenUsage(int(given["input_tokens"]), int(given["output_tokens"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ResponseError('"usage" must have "input_tokens" and "output_tokens"') from error
