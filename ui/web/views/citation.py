"""A citation: the mark in a sentence, its tooltip, and the list of sources below an answer.

The look is in ``assets/css/citation.css``, what the tooltip does in
``assets/js/chat/citation_tooltip.js``.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from rag.types import Citation, DocumentInfo, Passage
from ui.escape import escape_html, shorten

_TOOLTIP = 280
"""Characters of a quote in a tooltip."""
_TITLE = 90
"""Characters of a title or a file name."""


def source_link(cited: Citation | Passage) -> str:
    """The page's own address of a span: what a mark opens, from any answer and at any time."""
    return f"#source/{quote(cited.document_id, safe='')}/{cited.start}/{cited.end}"


def document_title(cited: Citation | Passage | DocumentInfo) -> str:
    """The title of a document, else its file name, as plain text on one line, not too long."""
    return shorten(cited.title.strip() or file_name(cited), _TITLE)


def file_name(cited: Citation | Passage | DocumentInfo) -> str:
    """The last part of a document's source, which is a path or an address."""
    source = cited.sources[0] if isinstance(cited, DocumentInfo) else cited.source
    return source.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]


def title_and_page(cited: Citation | Passage) -> str:
    """The title of a document, with the page if there is one."""
    return document_title(cited) + ("" if cited.page is None else f", page {cited.page}")


def mark_html(citation: Citation) -> str:
    """The mark ``[n]`` in a sentence; it opens the source."""
    tooltip = f"“{shorten(citation.quote, _TOOLTIP)}” — {title_and_page(citation)}"
    return (
        f'<a class="cs-open cs-mark" href="{source_link(citation)}"'
        f' title="{escape_html(tooltip)}">'
        f'<span class="cs-spoken">Open source </span>[{citation.number}]</a>'
    )


def sources_html(citations: Sequence[Citation]) -> str:
    """The list of the cited documents, each with the numbers of its citations."""
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
        title = escape_html(document_title(cited[0]))
        rows.append(f'<li>{marks}<span class="cs-place">{title}</span></li>')
    if not rows:
        return ""
    heading = '<p class="cs-label">Sources</p>'
    return f'<div class="cs-sources">{heading}<ul>{"".join(rows)}</ul></div>'
