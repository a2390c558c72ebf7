"""An answer: its sentences with their marks and verdicts, and what is listed below them."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from rag.types import Answer, Citation, DirectAnswer, Sentence
from ui.escape import escape_html
from ui.web.views.citation import marks_and_verdict_html, nearest_passages_html, sources_html
from ui.web.views.reply_layout import emphasized_html, is_set, set_html
from ui.web.views.table_rows import is_quoted_row, table_html
from ui.web.views.text_format import inline_text_html


def answer_html(answer: Answer, number: int | None = None) -> str:
    """An answer with its marks, its verdicts and its sources, or the nearest passages.

    :param number: the question's position in the conversation, for the button that takes off what
        alone was searched.
    """
    parts = []
    if answer.standalone_question.strip() != answer.question.strip():
        searched = escape_html(answer.standalone_question)
        parts.append(f'<p class="cs-searched">Searched for: {searched}</p>')
    if answer.scope:
        parts.append(_scope_html(answer.scope, number))
    if is_set(answer.sentences):
        parts.append(set_html(answer.sentences))
    else:
        parts += _running_text(answer)
    if not answer.sentences:
        parts.append(f'<p class="cs-text">{escape_html(answer.text)}</p>')
    if answer.explanation:
        parts.append(f'<p class="cs-note">{escape_html(" ".join(answer.explanation))}</p>')
    parts.extend(f'<p class="cs-note">{commands_html(notice)}</p>' for notice in answer.notices)
    if answer.status == "abstained":
        parts.append(nearest_passages_html(answer.passages))
    else:
        parts.append(sources_html(answer.citations))
    return f'<div class="cs-answer">{"".join(parts)}</div>'


def _scope_html(scope: Sequence[str], number: int | None) -> str:
    """What alone was searched, and the button that has the question ask all documents."""
    label = "Ask all documents instead"
    off = (
        ""
        if number is None
        else (
            '<button type="button" class="cs-act cs-icon cs-icon-close" name="widen"'
            f' value="{number}" title="{label}"><span class="cs-spoken">{label}</span></button>'
        )
    )
    names = f"<span>Searched only: {escape_html(', '.join(scope))}</span>"
    return f'<p class="cs-searched cs-scope">{names}{off}</p>'


def _running_text(answer: Answer) -> Iterator[str]:
    """The sentences one after the other, rows of tables as tables."""
    for are_rows, group in groupby(answer.sentences, key=is_quoted_row):
        sentences = list(group)
        yield table_html(sentences) if are_rows else _paragraph_html(sentences, answer.direct)


def commands_html(message: str) -> str:
    """A message, escaped, with the text between backquotes as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape_html(message))


def _paragraph_html(sentences: Sequence[Sentence], direct: DirectAnswer | None) -> str:
    parts = (_sentence_html(sentence, direct) for sentence in sentences)
    return f'<p class="cs-text">{" ".join(parts)}</p>'


def _sentence_html(sentence: Sentence, direct: DirectAnswer | None) -> str:
    cited = sentence.citations[0] if sentence.citations else None
    source = cited.source if cited else ""
    shown = (
        emphasized_html(sentence.text, sentence.emphasis, 0, len(sentence.text))
        if sentence.emphasis
        else inline_text_html(sentence.text, source)
    )
    if cited and direct and cited.number == direct.number:
        shown = _highlight_direct(cited, direct) or shown
    marks = marks_and_verdict_html(sentence)
    words = f'<span class="cs-words">{shown}</span>'
    return f'<span class="cs-sentence cs-{sentence.support.verdict}">{words} {marks}</span>'


def _highlight_direct(cited: Citation, direct: DirectAnswer) -> str:
    """A quote with the direct answer in it highlighted; empty where that would cut markup."""
    start, end = direct.start - cited.start, direct.end - cited.start
    parts = (cited.quote[:start], cited.quote[start:end], cited.quote[end:])
    shown = [inline_text_html(re.sub(r"\s+", " ", part), cited.source) for part in parts]
    if "".join(shown).strip() != inline_text_html(" ".join(cited.quote.split()), cited.source):
        return ""
    before, answer, after = shown
    return f'{before.lstrip()}<strong class="cs-direct">{answer}</strong>{after.rstrip()}'
