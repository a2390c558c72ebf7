"""Reads what a bot returned: an ``Answer``, a mapping with the usual names, or text."""

from collections.abc import Callable, Mapping
from typing import Any

from eval.cases.case import Case
from eval.outcome import AnswerSentence, CheckedCitation, Handling, Outcome, RankedPassage
from eval.responses.gold import overlaps_quote, relevant_name, same_source
from eval.responses.mapping import ResponseError, read_mapping
from eval.responses.refusals import IsRefusal, is_refusal
from rag.types import Answer, Sentence

SourceText = Callable[[Any], str]
"""Gives the text that the span of a citation or a passage indexes."""


def read_outcome(
    returned: object,
    case: Case,
    source_text: SourceText | None,
    seconds: float | None,
    is_refusal: IsRefusal = is_refusal,
) -> Outcome:
    """Read what a bot returned for a case.

    :param source_text: without it no span can be shown to be exact.
    :param is_refusal: recognises a refusal by its words, where the bot gives no status.
    :raises ResponseError: it cannot be read.
    """
    if isinstance(returned, Answer):
        return _read_answer(returned, case, source_text, seconds)
    if isinstance(returned, str) or hasattr(returned, "content"):  # a text, a chat model's message
        returned = {"response": returned}
    elif hasattr(returned, "actual_output"):  # a test case of deepeval
        returned = mapping_of_object(returned)
    if not isinstance(returned, Mapping):
        raise ResponseError(
            f"the bot returned {type(returned).__name__}; return a text, a message, a mapping with "
            '"response", or a rag.Answer'
        )
    return read_mapping(returned, case, seconds, is_refusal)


def mapping_of_object(given: object) -> dict[str, Any]:
    """Read the fields of a test case by their names: those of deepeval, and of ragas."""
    names = (
        "name",
        "input",
        "actual_output",
        "expected_output",
        "retrieval_context",
        "user_input",
        "response",
        "retrieved_contexts",
        "reference",
    )
    found = {name: getattr(given, name, None) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def _read_answer(
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

    def overlaps_gold(part: Any) -> bool:
        return any(
            same_source(part.source, gold.source)
            and overlaps_quote(text_of(part), part.start, part.end, gold.quote)
            for gold in case.quotes
        )

    citations = tuple(
        CheckedCitation(
            number=citation.number,
            source=citation.source,
            quote=citation.quote,
            start=citation.start,
            end=citation.end,
            # An empty span equals an empty quote anywhere, and opens nothing.
            exact=0 <= citation.start < citation.end
            and text_of(citation)[citation.start : citation.end] == citation.quote,
            gold=overlaps_gold(citation)
            if case.quotes
            else bool(relevant_name(citation.source, case)),
        )
        for citation in answer.citations
    )
    by_chat = answer.answerer.startswith("chat:")
    whole = by_chat and not answer.chat_problem
    return Outcome(
        status=answer.status,
        text=answer.text,
        sentences=tuple(
            AnswerSentence(
                sentence.text,
                tuple(cited.number for cited in sentence.citations),
                _handling(sentence) if whole else "",
            )
            for sentence in answer.sentences
        ),
        citations=citations,
        passages=tuple(
            RankedPassage(
                passage.source,
                passage.text,
                bool(case.quotes) and overlaps_gold(passage),
                relevant_name(passage.source, case),
            )
            for passage in answer.passages
        ),
        confidence=answer.confidence,
        usage=answer.usage,
        seconds=seconds,
        by_chat=by_chat,
        chat_problem=answer.chat_problem,
    )


def _handling(sentence: Sentence) -> Handling:
    if sentence.support.verdict != "supported":
        return "flagged"
    return "cited" if sentence.attributed else "kept"
