"""A citation: the mark in a sentence, with the sentence's verdict, and the lists below an answer.

The look is in ``assets/css/citation.css``, what the tooltip does in
``assets/js/chat/citation_tooltip.js``.
"""

from collections.abc import Sequence
from pathlib import PurePosixPath
from urllib.parse import quote

from ingest.sources.web.address import is_web_address
from rag.types import Citation, DocumentInfo, Passage, Sentence, Verdict
from ui.escape import escape_html, remove_unsafe, shorten
from ui.web.views.text_format import inline_text_html

NEAREST = 3
"""Passages that are offered when the documents do not hold an answer."""
_EXCERPT = 180
"""Characters of a passage shown before it is opened."""
_TOOLTIP = 280
"""Characters of a quote in a tooltip."""
_TITLE = 90
"""Characters of a title or a file name."""
_SUPPORTED = "Supported: the quoted words of the source say so"
_ATTRIBUTED = "Supported: citespan found this source, the model named none"
_KINDS = {
    "pdf": (".pdf",),
    "table": (".csv", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods", ".jsonl", ".ndjson"),
    "slides": (".pptx", ".odp"),
    "mail": (".eml", ".msg", ".mbox"),
    "web": (".html", ".htm"),
    "picture": (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif"),
}
"""Suffixes of the kinds of documents that have an icon of their own."""
_LABELS: dict[Verdict, str] = {
    "supported": "Supported",
    "partial": "Partly supported",
    "unsupported": "Not supported",
}


def source_link(cited: Citation | Passage) -> str:
    """The page's own address of a span: what a mark opens, from any answer and at any time."""
    return link_to(cited.document_id, cited.start, cited.end)


def link_to(document_id: str, start: int, end: int) -> str:
    """The page's own address of characters of a document."""
    return f"#source/{quote(document_id, safe='')}/{start}/{end}"


def document_title(cited: Citation | Passage | DocumentInfo) -> str:
    """The title of a document, else its file name, as plain text on one line, not too long."""
    return shorten(cited.title.strip() or file_name(cited), _TITLE)


def file_name(cited: Citation | Passage | DocumentInfo) -> str:
    """The last part of a document's source, which is a path or an address."""
    source = cited.sources[0] if isinstance(cited, DocumentInfo) else cited.source
    return source.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]


def title_and_page(cited: Citation | Passage) -> str:
    """The title of a document with the page, or the sheet and row, and how it was read."""
    row = remove_unsafe(cited.place) if isinstance(cited, Citation) else ""
    page = f"page {cited.page}" if cited.page is not None else ""
    place = ", ".join(filter(None, [page, row]))
    reading = cited.reading if isinstance(cited, Citation) else ""
    return ", ".join(filter(None, [document_title(cited), shorten(place, _TITLE), reading]))


def marks_and_verdict_html(sentence: Sentence, *, judged: bool) -> str:
    """The marks of a sentence's citations, then what its sources lack of it.

    :param judged: whether a chat model wrote it, so that a tick says that its sources support it;
        beside a document's own words, a tick would be read as "true".
    """
    verdict = sentence.support.verdict
    marks = []
    for cited in sentence.citations:
        tooltip = f"“{shorten(cited.quote, _TOOLTIP)}” — {title_and_page(cited)}"
        marks.append(_mark_html(cited, "cs-mark", str(cited.number), tooltip))
    if verdict == "supported" and not judged:
        return " ".join(marks)
    if verdict == "supported":
        spoken = f'<span class="cs-spoken">{_LABELS[verdict]}.</span>'
        title = _ATTRIBUTED if sentence.attributed else _SUPPORTED
        badge = f'<span class="cs-badge" title="{title}">{spoken}</span>'
        marks[-1:] = [f'<span class="cs-kept-together">{" ".join([*marks[-1:], badge])}</span>']
    else:
        text = ": ".join(filter(None, [_LABELS[verdict], " ".join(sentence.support.reasons)]))
        marks.append(f'<span class="cs-verdict">{escape_html(text)}</span>')
    return " ".join(marks)


def sources_html(citations: Sequence[Citation]) -> str:
    """The list of the cited documents, each with the numbers of its citations."""
    by_document: dict[str, list[Citation]] = {}
    for citation in citations:
        by_document.setdefault(citation.document_id, []).append(citation)
    rows = []
    for cited in by_document.values():
        first = cited[0]
        marks = "".join(_mark_html(each, "cs-number", str(each.number)) for each in cited)
        rows.append(
            f'<a class="cs-open cs-card" href="{source_link(first)}">'
            f'<span class="cs-icon cs-icon-{kind_of(first.source)}"></span>'
            f'<span class="cs-card-words"><span class="cs-place">'
            f"{escape_html(document_title(first))}</span>"
            f'<span class="cs-excerpt">{escape_html(_describe_places(cited))}</span></span></a>'
            f'<span class="cs-numbers">{marks}</span>'
        )
    return _list_html("cs-sources", "Sources", rows)


def _describe_places(cited: Sequence[Citation]) -> str:
    """The file of a document with the pages, or the sheets and rows, that are cited."""
    pages = sorted({each.page for each in cited if each.page is not None})
    where = ", ".join(map(str, pages))
    if pages:
        where = f"page{'s' if len(pages) > 1 else ''} {where}"
    else:
        where = remove_unsafe("; ".join(dict.fromkeys(each.place for each in cited if each.place)))
    reading = next((each.reading for each in cited if each.reading), "")
    name = shorten(file_name(cited[0]), _TITLE)
    return " · ".join(filter(None, [name, shorten(where, _TITLE), reading]))


def kind_of(source: str) -> str:
    """Find the kind of a document, which names its icon: ``pdf``, ``table``, ``web``."""
    if is_web_address(source):
        return "web"
    suffix = PurePosixPath(source.lower()).suffix
    return next((kind for kind, suffixes in _KINDS.items() if suffix in suffixes), "text")


def nearest_passages_html(passages: Sequence[Passage]) -> str:
    """The list of the nearest passages; each opens its source."""
    rows = []
    for passage in passages[:NEAREST]:
        excerpt = shorten(remove_unsafe(passage.text), _EXCERPT)
        rows.append(
            f'<a class="cs-open cs-passage" href="{source_link(passage)}">'
            f'<span class="cs-place">{escape_html(title_and_page(passage))}</span>'
            f'<span class="cs-excerpt">{inline_text_html(excerpt, passage.source)}</span></a>'
        )
    return _list_html("cs-nearest", "Nearest passages", rows)


def _list_html(name: str, label: str, rows: Sequence[str]) -> str:
    """A list with a label below an answer; nothing without rows."""
    if not rows:
        return ""
    items = "".join(f"<li>{row}</li>" for row in rows)
    return f'<div class="{name}"><p class="cs-label">{label}</p><ul>{items}</ul></div>'


def _mark_html(citation: Citation, name: str, text: str, tooltip: str = "") -> str:
    """A mark that opens the source."""
    title = f' title="{escape_html(tooltip)}"' if tooltip else ""
    return (
        f'<a class="cs-open {name}" href="{source_link(citation)}"{title}>'
        f'<span class="cs-spoken">Open source </span>{text}</a>'
    )
