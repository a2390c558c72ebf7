"""What is shown when the documents do not hold an answer: the nearest passages."""

from __future__ import annotations

from collections.abc import Sequence

from rag.types import Passage
from ui.escape import escape_html, remove_unsafe, shorten
from ui.web.views.citation import source_link, title_and_page
from ui.web.views.text_format import inline_text_html

NEAREST = 3
"""Passages that are offered."""
_EXCERPT = 180
"""Characters of a passage shown before it is opened."""


def nearest_passages_html(passages: Sequence[Passage]) -> str:
    """The list of the nearest passages; each opens its source."""
    rows = []
    for passage in passages[:NEAREST]:
        excerpt = shorten(remove_unsafe(passage.text), _EXCERPT)
        rows.append(
            f'<li><a class="cs-open cs-passage" href="{source_link(passage)}">'
            f'<span class="cs-place">{escape_html(title_and_page(passage))}</span>'
            f'<span class="cs-excerpt">{inline_text_html(excerpt, passage.source)}</span></a></li>'
        )
    if not rows:
        return ""
    heading = '<p class="cs-label">Nearest passages</p>'
    return f'<div class="cs-nearest">{heading}<ul>{"".join(rows)}</ul></div>'
