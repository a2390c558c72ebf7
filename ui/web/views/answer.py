"""An answer: its sentences with their marks and verdicts, and what is listed below them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from rag.types import QUOTING, Answer, Citation, DirectAnswer, Sentence
from ui.escape import escape_html
from ui.web.views.citation import (
    marks_and_verdict_html,
    nearest_passages_html,
    source_link,
    sources_html,
)
from ui.web.views.error_messages import keep_for_page
from ui.web.views.reply_layout import emphasized_html, is_set, set_html
from ui.web.views.table_rows import table_html, table_of
from ui.web.views.text_format import inline_text_html

_AT_FIRST = 2
"""Quoted sentences that are shown before a person asks for more."""
_LONGEST_LEAD = 120
"""Characters of a direct answer that is set large."""


def answer_html(answer: Answer, key: str | None = None, selected: Sequence[str] = ()) -> str:
    """An answer with its marks, its verdicts and its sources, or the nearest passages.

    :param key: the id of its turn, for the button that takes off what alone was searched.
    :param selected: names of the documents that the person had selected.
    """
    parts = []
    if answer.standalone_question.strip() != answer.question.strip():
        searched = escape_html(answer.standalone_question)
        parts.append(f'<p class="cs-searched">Searched for: {searched}</p>')
    if answer.scope or selected:
        parts.append(_scope_html(answer.scope or selected, key, "widen" if answer.scope else "all"))
    if is_set(answer.sentences):
        parts.append(set_html(answer.sentences, judged=answer.answerer != QUOTING))
    else:
        parts += _running_text(answer, key)
    if not answer.sentences:
        parts.append(f'<p class="cs-text">{escape_html(answer.text)}</p>')
    if answer.explanation:
        parts.append(f'<p class="cs-note">{escape_html(" ".join(answer.explanation))}</p>')
    notices = filter(None, map(keep_for_page, answer.notices))
    parts.extend(f'<p class="cs-note">{escape_html(notice)}</p>' for notice in notices)
    if answer.status == "abstained":
        parts.append(nearest_passages_html(answer.passages))
    else:
        parts.append(sources_html(answer.citations))
    return f'<div class="cs-answer">{"".join(parts)}</div>'


def _scope_html(scope: Sequence[str], key: str | None, action: str) -> str:
    """What alone was searched, and the button that has the question ask all documents."""
    label = "Search all documents"
    off = (
        ""
        if key is None
        else (
            f'<button type="button" class="cs-act cs-icon cs-icon-close" name="{action}"'
            f' value="{escape_html(key)}" title="{label}">'
            f'<span class="cs-spoken">{label}</span></button>'
        )
    )
    names = f"<span>Searched only: {escape_html(', '.join(scope))}</span>"
    return f'<p class="cs-searched cs-scope">{names}{off}</p>'


def _running_text(answer: Answer, key: str | None) -> Iterator[str]:
    """The direct answer, then the sentences, rows of tables as tables.

    Each quoted sentence has lines of its own; those after the first few are shown on demand.
    """
    judged = answer.answerer != QUOTING
    if answer.direct:
        yield _lead_html(answer, answer.direct)
    left = len(answer.sentences) if judged or answer.intent != "answer" else _AT_FIRST
    extra = 0
    for table, group in groupby(answer.sentences, key=table_of):
        sentences = list(group)
        if table:
            yield table_html(sentences, answer.direct)
            continue
        shown = [_sentence_html(each, answer.direct, judged=judged) for each in sentences]
        if judged:
            yield f'<p class="cs-text">{" ".join(shown)}</p>'
            continue
        yield from (f'<p class="cs-text">{each}</p>' for each in shown[:left])
        yield from (f'<p class="cs-text cs-extra">{each}</p>' for each in shown[left:])
        extra += len(shown[left:])
        left = max(left - len(shown), 0)
    if extra and key is not None:
        label = f"Show {extra} more sentence{'s' if extra > 1 else ''}"
        yield (
            f'<button type="button" class="cs-act cs-more" name="more" value="{escape_html(key)}">'
            f"{label}</button>"
        )


def _lead_html(answer: Answer, direct: DirectAnswer) -> str:
    """The direct answer by itself, as a link to its own characters; empty if it is a sentence."""
    cited = next((each for each in answer.citations if each.number == direct.number), None)
    words = " ".join(direct.text.split())
    if cited is None or len(words) > _LONGEST_LEAD or len(words) > 0.7 * len(cited.quote):
        return ""
    link = source_link(replace(cited, start=direct.start, end=direct.end))
    shown = inline_text_html(words, cited.source)
    return f'<p class="cs-lead"><a class="cs-open" href="{link}">{shown}</a></p>'


def _sentence_html(sentence: Sentence, direct: DirectAnswer | None, *, judged: bool) -> str:
    cited = sentence.citations[0] if sentence.citations else None
    source = cited.source if cited else ""
    shown = (
        emphasized_html(sentence.text, sentence.emphasis, 0, len(sentence.text))
        if sentence.emphasis
        else inline_text_html(sentence.text, source)
    )
    if cited and direct and cited.number == direct.number:
        shown = _highlight_direct(cited, direct) or shown
    marks = marks_and_verdict_html(sentence, judged=judged)
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
