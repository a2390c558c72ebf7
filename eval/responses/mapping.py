"""Reads a mapping that a bot returned as an outcome.

The names are those of ragas (``response``, ``retrieved_contexts``, ``retrieved_context_ids``; and
its older ``answer``, ``contexts``), and citespan's own ``status``, ``sentences``, ``citations``,
``confidence`` and ``usage``; docs/evaluation.md lists them.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from eval.cases.case import Case
from eval.outcome import AnswerSentence, CheckedCitation, Outcome, RankedPassage
from eval.responses.gold import relevant_name, same_source
from eval.responses.refusals import IsRefusal, is_refusal
from rag.text.sentences import sentence_spans
from rag.types import TokenUsage

_NAMES: Mapping[str, tuple[str, ...]] = {
    "response": ("response", "answer", "actual_output", "result", "output", "text"),
    "contexts": (
        "retrieved_contexts",
        "contexts",
        "retrieval_context",
        "context",
        "source_documents",
        "documents",
        "passages",
    ),
    "context_ids": ("retrieved_context_ids", "context_ids"),
}
_OTHERS = frozenset(
    "id name user_input question query input reference ground_truth ground_truths answers"
    " expected_output reference_contexts reference_context_ids status abstained sentences citations"
    " confidence usage seconds error by_chat chat_problem case answerable chat_history history"
    " metadata messages rubrics cost latency tokens token_cost completion_time tags comments"
    " response_metadata id_ type".split()
)
"""Names that hold something else, or nothing that is read."""
_MARK = re.compile(r"\[(\d{1,4}(?:\s*[,;]\s*\d{1,4})*)\]")
_MARKS_AFTER_STOP = re.compile(r"([.!?…][\"'”’)]*)\s+((?:\[\d[\d,;\s]*\]\s*)+)")


class ResponseError(ValueError):
    """What a bot returned cannot be read; the message says what to return."""


class UnknownNamesError(ResponseError):
    """The names of a mapping are not known, which is so for every case; the message lists them."""


def read_mapping(
    given: Mapping[str, Any], case: Case, seconds: float | None, is_refusal: IsRefusal = is_refusal
) -> Outcome:
    """Read a mapping.

    :param is_refusal: recognises a refusal by its words, where the mapping has no status.

    :raises ResponseError: a value has the wrong form.
    """
    _check_names(given)
    text = _read_text(_first_of(given, "response", ""))
    passages = _read_passages(given, case)
    sentences = _read_sentences(given, text)
    citations = _read_citations(given, case, passages, sentences)
    return Outcome(
        status=_read_status(given, text, is_refusal),
        text=text,
        sentences=sentences,
        citations=citations,
        passages=passages,
        confidence=_read_number(given, "confidence"),
        usage=_read_usage(given.get("usage")),
        seconds=seconds if seconds is not None else _read_number(given, "seconds"),
        by_chat=given.get("by_chat") is True,
        chat_problem=str(given.get("chat_problem") or ""),
    )


def _check_names(given: Mapping[str, Any]) -> None:
    """Refuse a mapping whose passages stand under a name that is not known.

    Otherwise every figure of retrieval would be 0, and nobody would be told why.

    :raises UnknownNamesError: there is no answer under a known name, or passages are under another.
    """
    known = {name for names in _NAMES.values() for name in names}
    if not known & given.keys():
        raise UnknownNamesError(
            f"none of the names {', '.join(map(repr, sorted(map(str, given))))} is an answer; "
            f"the names of an answer are {', '.join(_NAMES['response'])}"
        )
    if any(name in given for name in _NAMES["contexts"]):
        return
    strange = [name for name in given.keys() - known - _OTHERS if _looks_like_passages(given[name])]
    if strange:
        raise UnknownNamesError(
            f'"{min(strange)}" seems to hold what was retrieved; the names of that are '
            f"{', '.join(_NAMES['contexts'])}; if it holds something else, return an empty list "
            "under one of these"
        )


def _looks_like_passages(value: Any) -> bool:
    if not isinstance(value, Sequence) or isinstance(value, str | bytes) or not value:
        return False
    first = value[0]
    return isinstance(first, str) or hasattr(first, "page_content") or isinstance(first, Mapping)


def _read_text(value: Any) -> str:
    """The text of an answer: a text, or a message of a chat model.

    :raises ResponseError: it is something else.
    """
    text = getattr(value, "text", None) if hasattr(value, "content") else value
    if not isinstance(text, str):
        raise ResponseError('"response" must be text')
    return str(text)


def _first_of(given: Mapping[str, Any], name: str, default: Any) -> Any:
    """The value under the first of the aliases that is there."""
    found = (given[alias] for alias in _NAMES[name] if given.get(alias) is not None)
    return next(found, default)


def _read_status(given: Mapping[str, Any], text: str, is_refusal: IsRefusal) -> Any:
    """As the bot says; otherwise a refusal is recognised by its words."""
    status = given.get("status")
    if status in {"answered", "abstained"}:
        return status
    if isinstance(given.get("abstained"), bool):
        return "abstained" if given["abstained"] else "answered"
    if not text.strip():
        raise ResponseError(
            'the response is empty; if the bot refuses, return its words or "status": "abstained"'
        )
    return "abstained" if is_refusal(text) else "answered"


def _read_passages(given: Mapping[str, Any], case: Case) -> tuple[RankedPassage, ...]:
    contexts = _first_of(given, "contexts", [])
    ids = _first_of(given, "context_ids", [])
    if contexts == given.get("context") and isinstance(contexts, str) and contexts.strip():
        contexts = [contexts]  # LangChain's, as one text for a prompt
    if not isinstance(contexts, Sequence) or isinstance(contexts, str):
        raise ResponseError('"retrieved_contexts" must be a list of texts')
    found = []
    for place, context in enumerate(contexts):
        text, source = _read_context(context)
        source = str(ids[place]) if place < len(ids) else source
        gold, relevant = _shares_gold(source, text, case), relevant_name(source, case)
        found.append(RankedPassage(source or f"context {place + 1}", text, gold, relevant))
    return tuple(found)


def _read_context(context: Any) -> tuple[str, str]:
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


def _read_sentences(given: Mapping[str, Any], text: str) -> tuple[AnswerSentence, ...]:
    """As the bot gives them; otherwise the text is cut, and each has the numbers of its marks."""
    if given.get("sentences") is not None:
        try:
            return tuple(
                AnswerSentence(str(row["text"]), tuple(map(int, row.get("cites", ()))))
                for row in given["sentences"]
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ResponseError(
                'each of "sentences" must have a "text" and may have "cites", a list of numbers'
            ) from error
    # A mark after the full stop belongs to the sentence before it.
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


def _read_citations(
    given: Mapping[str, Any],
    case: Case,
    passages: Sequence[RankedPassage],
    sentences: Sequence[AnswerSentence],
) -> tuple[CheckedCitation, ...]:
    """As the bot gives them; otherwise the passages whose numbers, from 1, the sentences have."""
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
        return tuple(
            _read_citation(row, place, case, passages) for place, row in enumerate(rows, start=1)
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ResponseError('each of "citations" must have a "quote" and a "source"') from error


def _read_citation(
    row: Mapping[str, Any], place: int, case: Case, passages: Sequence[RankedPassage]
) -> CheckedCitation:
    quote, source = str(row["quote"]), str(row.get("source", ""))
    return CheckedCitation(
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
        gold=_shares_gold(source, quote, case)
        if case.quotes
        else bool(relevant_name(source, case)),
    )


def _shares_gold(source: str, text: str, case: Case) -> bool:
    """Whether a text holds a gold quote or is a part of one, in the same source if it has one."""
    return bool(text.strip()) and any(
        (not source or same_source(source, gold.source))
        and (gold.quote in text or text in gold.quote)
        for gold in case.quotes
    )


def _read_number(given: Mapping[str, Any], name: str) -> float | None:
    value: Any = given.get(name)
    return float(value) if type(value) in {int, float} else None


def _read_usage(given: Any) -> TokenUsage | None:
    if not isinstance(given, Mapping):
        return None
    try:
        return TokenUsage(int(given["input_tokens"]), int(given["output_tokens"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ResponseError('"usage" must have "input_tokens" and "output_tokens"') from error
