"""Questions, answers and notices as HTML that carries no markup but its own.

Pure functions. Every string from a document, a model or a person goes through
:func:`ui.escape.escaped`, and every result is one HTML block on one line, so that the Markdown
reader of the chat leaves it as it is: no link, image, formula or diagram can come out of a text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from urllib.parse import quote

from rag.text.tables import is_in_bars, split_row
from rag.types import Answer, Citation, DocumentInfo, Passage, Sentence, Verdict
from ui.escape import displayed, escaped, shortened
from ui.web.views.forms import words_html

_VERDICTS: dict[Verdict, str] = {
    "supported": "Supported",
    "partial": "Partly supported",
    "unsupported": "Not supported",
}
NEAREST = 3
"""Passages offered when there is no answer."""
_EXCERPT = 180
"""Characters of a passage shown before it is opened."""
_TOOLTIP = 280
_PLACE = 90
"""Characters of a title or a file's name."""


def source_link(cited: Citation | Passage) -> str:
    """The page's own address of a span: what a mark opens, from any answer and at any time."""
    return f"#source/{quote(cited.document_id, safe='')}/{cited.start}/{cited.end}"


def question_html(question: str, number: int | None = None) -> str:
    """What the person asked.

    :param number: its place in the conversation, for the button that edits it; None without one.
    """
    asked = f'<div class="cs-question">{escaped(question)}</div>'
    if number is None:
        return asked
    return f'{asked}<div class="cs-actions">{_button("edit", number, "Edit this question")}</div>'


def reply_html(answer: Answer | None, notice: str = "", number: int | None = None) -> str:
    """What came of a question so far.

    :param notice: what else is to be said; plain text.
    :param number: the question's place in the conversation, for the buttons under a complete
        reply; None without them.
    """
    if answer is None and not notice:
        return waiting_html()
    parts = [answer_html(answer)] if answer else []
    if notice:
        parts.append(notice_html(notice))
    if number is not None:
        parts.append(_actions_html(answer, number))
    return "".join(parts)


def waiting_html() -> str:
    """What stands for a reply before its first words."""
    return '<div class="cs-waiting">Looking it up…</div>'


def notice_html(message: str) -> str:
    """A plain message in the place of an answer: an error, or what to do next."""
    return f'<div class="cs-notice">{_with_commands(message)}</div>'


def answer_html(answer: Answer) -> str:
    """An answer with its marks, its verdicts and the list of what can be opened."""
    parts = []
    if answer.standalone_question.strip() != answer.question.strip():
        searched = escaped(answer.standalone_question)
        parts.append(f'<p class="cs-searched">Searched for: {searched}</p>')
    if answer.sentences:
        for rows, group in groupby(answer.sentences, key=_is_quoted_row):
            shown = list(group)
            parts.append(_table_html(shown) if rows else _prose_html(shown))
    else:
        parts.append(f'<p class="cs-text">{escaped(answer.text)}</p>')
    parts.extend(f'<p class="cs-note">{_with_commands(notice)}</p>' for notice in answer.notices)
    if answer.status == "abstained":
        parts.append(_nearest_html(answer.passages))
    else:
        parts.append(_sources_html(answer.citations))
    return f'<div class="cs-answer">{"".join(parts)}</div>'


def welcome_html() -> str:
    """What stands where the answers will be."""
    return (
        '<div class="cs-welcome"><p class="cs-hello">What would you like to know?</p>'
        "<p>Every sentence of an answer opens the exact words it came from.</p></div>"
    )


def place(cited: Citation | Passage | DocumentInfo) -> str:
    """A document by its title, else by its file name, as plain text on one line, not too long."""
    return shortened(cited.title.strip() or file_name(cited), _PLACE)


def file_name(cited: Citation | Passage | DocumentInfo) -> str:
    """The last part of a document's source, which is a path or an address."""
    source = cited.sources[0] if isinstance(cited, DocumentInfo) else cited.source
    return source.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]


def _prose_html(sentences: Sequence[Sentence]) -> str:
    return f'<p class="cs-text">{" ".join(map(_sentence_html, sentences))}</p>'


def _is_quoted_row(sentence: Sentence) -> bool:
    """Whether a sentence is rows of a table as its source has them."""
    return (
        len(sentence.citations) == 1
        and sentence.text.split() == sentence.citations[0].quote.split()
        and bool(_lines(sentence))
        and all(map(is_in_bars, _lines(sentence)))
    )


def _table_html(rows: Sequence[Sentence]) -> str:
    """Rows of a table below each other, each with its mark.

    Names of columns that are one fewer than the cells below leave out the first. Other rows that
    have fewer cells than the widest are shown as a line, since nobody knows which are missing.
    """
    read = [(sentence, list(map(split_row, _lines(sentence)))) for sentence in rows]
    width = max(len(line) for _, lines in read for line in lines)
    shown = []
    for place, (sentence, lines) in enumerate(read):
        source = sentence.citations[0].source
        for line in lines:
            if place == 0 and 1 < len(line) == width - 1:
                line.insert(0, "")
            if len(line) < width:
                words = f'<td colspan="{width}">{words_html(" | ".join(line), source)}</td>'
            else:
                words = "".join(f"<td>{words_html(cell, source)}</td>" for cell in line)
            marks = _marks_html(sentence) if line is lines[-1] else ""
            shown.append(f"<tr>{words}<td>{marks}</td></tr>")
    return f'<table class="cs-rows"><tbody>{"".join(shown)}</tbody></table>'


def _lines(sentence: Sentence) -> list[str]:
    return [line.strip() for line in sentence.citations[0].quote.splitlines() if line.strip()]


def _sentence_html(sentence: Sentence) -> str:
    verdict = sentence.support.verdict
    source = sentence.citations[0].source if sentence.citations else ""
    words = f'<span class="cs-words">{words_html(sentence.text, source)}</span>'
    return f'<span class="cs-sentence cs-{verdict}">{words} {_marks_html(sentence)}</span>'


def _marks_html(sentence: Sentence) -> str:
    """What opens its sources, and what its verdict is."""
    verdict = sentence.support.verdict
    label = _VERDICTS[verdict]
    marks = [_mark_html(citation) for citation in sentence.citations]
    if verdict == "supported":
        told = "Supported: the source says so in the words that the mark opens"
        badge = (
            f'<span class="cs-badge" title="{told}"><span class="cs-spoken">{label}.</span></span>'
        )
        marks[-1:] = [f'<span class="cs-kept-together">{" ".join([*marks[-1:], badge])}</span>']
    else:
        reasons = escaped(" ".join(sentence.support.reasons))
        told = f"{label}: {reasons}" if reasons else label
        marks.append(f'<span class="cs-verdict">{told}</span>')
    return " ".join(marks)


def _actions_html(answer: Answer | None, number: int) -> str:
    """How sure the answer is and who wrote it, and what can be done with it."""
    told = ""
    buttons = [_button("retry", number, "Ask again")]
    if answer is not None:
        sure = "" if answer.status == "abstained" else f"Confidence {answer.confidence:.0%}"
        writer = "" if answer.answerer == "extractive" else answer.answerer.removeprefix("chat:")
        told = " · ".join(filter(None, (sure, escaped(writer))))
        buttons = [
            _button("copy", number, "Copy with citations"),
            *buttons,
            _button("up", number, "Good answer"),
            _button("down", number, "Bad answer"),
        ]
    meta = f'<span class="cs-meta">{told}</span>' if told else ""
    return f'<div class="cs-actions">{"".join(buttons)}{meta}</div>'


def _button(action: str, number: int, label: str) -> str:
    """What the page's script carries out (assets/js/actions.js)."""
    return (
        f'<button type="button" class="cs-act cs-icon cs-icon-{action}" name="{action}"'
        f' value="{number}" title="{label}"><span class="cs-spoken">{label}</span></button>'
    )


def _mark_html(citation: Citation) -> str:
    quoted = shortened(citation.quote, _TOOLTIP)
    where = f"{place(citation)}{_page(citation)}"
    return (
        f'<a class="cs-open cs-mark" href="{source_link(citation)}"'
        f' title="{escaped(f"“{quoted}” — {where}")}">'
        f'<span class="cs-spoken">Open source </span>[{citation.number}]</a>'
    )


def _sources_html(citations: Sequence[Citation]) -> str:
    by_document: dict[str, list[Citation]] = {}
    for citation in citations:
        by_document.setdefault(citation.document_id, []).append(citation)
    rows = []
    for cited in by_document.values():
        marks = "".join(
            f'<a class="cs-open cs-number" href="{source_link(citation)}">'
            f'<span class="cs-spoken">Open source </span>{citation.number}</a>'
            for citation in cited
        )
        rows.append(f'<li>{marks}<span class="cs-place">{escaped(place(cited[0]))}</span></li>')
    if not rows:
        return ""
    heading = '<p class="cs-label">Sources</p>'
    return f'<div class="cs-sources">{heading}<ul>{"".join(rows)}</ul></div>'


def _nearest_html(passages: Sequence[Passage]) -> str:
    rows = []
    for passage in passages[:NEAREST]:
        where = escaped(f"{place(passage)}{_page(passage)}")
        excerpt = words_html(shortened(displayed(passage.text), _EXCERPT), passage.source)
        rows.append(
            f'<li><a class="cs-open cs-passage" href="{source_link(passage)}">'
            f'<span class="cs-place">{where}</span>'
            f'<span class="cs-excerpt">{excerpt}</span></a></li>'
        )
    if not rows:
        return ""
    heading = '<p class="cs-label">Nearest passages</p>'
    return f'<div class="cs-nearest">{heading}<ul>{"".join(rows)}</ul></div>'


def _page(cited: Citation | Passage) -> str:
    return "" if cited.page is None else f", page {cited.page}"


def _with_commands(message: str) -> str:
    """Escaped, with what stands between backquotes shown as something to type."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escaped(message))
