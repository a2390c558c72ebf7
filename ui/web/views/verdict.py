"""The verdict of a sentence: a tick if its source supports it, else what is missing."""

from __future__ import annotations

from rag.types import Sentence, Verdict
from ui.escape import escape_html
from ui.web.views.citation import mark_html

_LABELS: dict[Verdict, str] = {
    "supported": "Supported",
    "partial": "Partly supported",
    "unsupported": "Not supported",
}
_SUPPORTED = "Supported: the quoted words of the source say so"


def marks_and_verdict_html(sentence: Sentence) -> str:
    """The marks of a sentence's citations, followed by its verdict."""
    verdict = sentence.support.verdict
    label = _LABELS[verdict]
    marks = [mark_html(citation) for citation in sentence.citations]
    if verdict == "supported":
        spoken = f'<span class="cs-spoken">{label}.</span>'
        badge = f'<span class="cs-badge" title="{_SUPPORTED}">{spoken}</span>'
        marks[-1:] = [f'<span class="cs-kept-together">{" ".join([*marks[-1:], badge])}</span>']
    else:
        reasons = escape_html(" ".join(sentence.support.reasons))
        text = f"{label}: {reasons}" if reasons else label
        marks.append(f'<span class="cs-verdict">{text}</span>')
    return " ".join(marks)
