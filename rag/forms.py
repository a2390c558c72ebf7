"""The forms in which an answer is shown, kept and passed on."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

_SHOWN = 60
"""Characters of a text in the short form of a value."""
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>$])")


def shorten(text: str) -> str:
    """A text on one line, quoted, its end left out where it is long."""
    line = " ".join(text.split())
    return repr(line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1].rstrip()}…")


def count_of(number: int, noun: str) -> str:
    """A number with its noun: ``1 sentence``, ``2 sentences``."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


class CitationForms:
    """Short forms of a citation."""

    __slots__ = ()
    number: int
    source: str
    title: str
    page: int | None
    place: str
    start: int
    end: int
    quote: str

    def __repr__(self) -> str:
        return (
            f"Citation([{self.number}] {self.source!r}, {self.start}:{self.end}, "
            f"{shorten(self.quote)})"
        )

    def __str__(self) -> str:
        """The mark, the document and the place: ``[1] Lease, page 3``."""
        place = self.place or (f"page {self.page}" if self.page else "")
        return ", ".join(filter(None, [f"[{self.number}] {self.title or self.source}", place]))


class AnswerForms:
    """An answer as text, Markdown, HTML and LangChain's message."""

    __slots__ = ()
    text: str
    status: Any
    sentences: tuple[Any, ...]
    answerer: str
    confidence: float
    notices: tuple[str, ...]
    explanation: tuple[str, ...]
    usage: Any
    if TYPE_CHECKING:

        @property
        def citations(self) -> tuple[Any, ...]: ...

    def __repr__(self) -> str:
        told = [
            str(self.status),
            shorten(self.text),
            count_of(len(self.sentences), "sentence"),
            count_of(len(self.citations), "citation"),
            f"confidence {self.confidence:.2f}",
        ]
        return f"Answer({', '.join(told)})"

    def __str__(self) -> str:
        """The text, then where each mark leads, then what to know about the answer."""
        parts = [self.text, "\n".join(map(str, self.citations)), *self._remarks()]
        return "\n\n".join(filter(None, parts))

    def _remarks(self) -> list[str]:
        return [*self.explanation, *(f"Note: {notice}" for notice in self.notices)]

    def _repr_html_(self) -> str:
        """Show it in a notebook: the text, and each quote behind its mark, to be opened."""
        quotes = "".join(
            f"<details><summary>{escape(str(each))}</summary>"
            f'<blockquote style="white-space:pre-wrap">{escape(each.quote)}</blockquote></details>'
            for each in self.citations
        )
        remarks = "".join(f"<p><small>{escape(each)}</small></p>" for each in self._remarks())
        return f'<div style="white-space:pre-wrap">{escape(self.text)}</div>{quotes}{remarks}'

    def _repr_markdown_(self) -> str:
        """The same for what shows Markdown, which lets ``<details>`` through."""
        quotes = [
            f"<details><summary>{escape(str(each))}</summary>\n\n"
            f"{_quote_markdown(each.quote)}\n\n</details>"
            for each in self.citations
        ]
        remarks = map(_escape_markdown, self._remarks())
        return "\n\n".join([_escape_markdown(self.text), *quotes, *remarks])

    def as_message(self) -> AIMessage:
        """The answer as LangChain's message: a text block for each sentence, with its citations.

        Each annotation is a LangChain ``Citation`` with the place of the sentence in its block and
        the quote; its ``extras`` have the ``document_id``, ``source``, ``page``, and where the
        quote is in the document (``start``, ``end``). The blocks' texts make up :attr:`text`.
        """
        from langchain_core.messages import AIMessage
        from langchain_core.messages.ai import UsageMetadata
        from langchain_core.messages.content import create_citation

        blocks: list[str | dict[Any, Any]] = []
        done = 0
        for sentence in self.sentences:
            begin = self.text.find(sentence.marked, done)
            if begin < 0:
                break
            end = begin + len(sentence.marked)
            first = begin - done
            annotations = [
                create_citation(
                    url=each.source if "://" in each.source else None,
                    title=each.title or each.source,
                    start_index=first,
                    end_index=first + len(sentence.text),
                    cited_text=each.quote,
                    number=each.number,
                    document_id=each.document_id,
                    source=each.source,
                    page=each.page,
                    start=each.start,
                    end=each.end,
                    support=sentence.support.verdict,
                )
                for each in sentence.citations
            ]
            blocks.append({"type": "text", "text": self.text[done:end], "annotations": annotations})
            done = end
        if done < len(self.text):
            blocks.append({"type": "text", "text": self.text[done:], "annotations": []})
        told = {"status": self.status, "confidence": self.confidence, "answerer": self.answerer}
        used = self.usage and UsageMetadata(
            input_tokens=self.usage.input_tokens,
            output_tokens=self.usage.output_tokens,
            total_tokens=self.usage.input_tokens + self.usage.output_tokens,
        )
        return AIMessage(content=blocks, response_metadata=told, usage_metadata=used)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Make the answer of :meth:`as_dict` again, also when it went through JSON.

        :raises ValueError: it is no answer; the message says what does not fit.
        """
        from pydantic import TypeAdapter

        return TypeAdapter(cls).validate_python(values)


def _escape_markdown(text: str) -> str:
    """A text that Markdown shows as it is; its line breaks stay."""
    plain = _MARKDOWN.sub(r"\\\1", escape(text, quote=False).replace("&", "\0"))
    return plain.replace("\0", "&").replace("\n", "  \n")


def _quote_markdown(text: str) -> str:
    return "\n".join(f"> {line}" for line in _escape_markdown(text).splitlines())
