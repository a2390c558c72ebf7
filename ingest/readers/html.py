"""Reads web pages: visible text, with headings, lists and tables; nothing is fetched or run."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from ingest.readers import Format, Source, Tell
from ingest.readers.shared.decode import decode
from ingest.readers.shared.markup import Page
from ingest.readers.shared.writer import one_line
from rag.errors import DocumentError

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.I)
_DECLARED = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{1,40})""", re.I)
_DEEPEST = 2_000
"""Depth of nested elements; beyond it, parsers take quadratic time or return nothing."""
_MOST_ATTRIBUTES = 2_000
"""Of one tag, for the same reason."""
_NESTING = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{10000,}")
_CLOSED_BY_OTHERS = frozenset(
    "area base body br col colgroup dd dt embed head hr html img input li link meta option p param "
    "source tbody td tfoot th thead tr track wbr".split()
)
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())


def read(data: bytes, _tell: Tell) -> Source:
    """The page by lexbor."""
    return _read(data, send_elements)


def read_again(data: bytes, _tell: Tell) -> Source:
    """The page by Python's own parser, which is slower and knows less about broken pages."""
    return _read(data, _send_events)


def _read(data: bytes, send: Callable[[str, Page], None]) -> Source:
    text, warning = _decode_page(data)
    page = Page()
    send(text, page)
    if not page.writer.text:  # a page of links alone
        page = Page(keeps_all=True)
        send(text, page)
    return _make_source(page, warning)


def send_elements(text: str, page: Page) -> None:
    """Parse markup and send its elements to ``page``.

    :raises DocumentError: it would break parsers, being nested too deep or having huge tags.
    """
    from selectolax.lexbor import LexborHTMLParser

    _check_nesting(text)
    page.furniture.look_ahead(text)
    root = LexborHTMLParser(text).root
    if root is not None:
        for node, closes in _steps(root, page):
            if closes:
                page.close(node.tag or "")
            elif node.is_text_node:
                page.text(node.text_content or "")
    page.flush()


def _send_events(text: str, page: Page) -> None:
    page.furniture.look_ahead(text)
    try:
        _Events(page).feed(text)
    except AssertionError as error:  # Python's parser, of a wrong declaration
        raise DocumentError(f"damaged: {error}") from error
    page.flush()


def _steps(root: LexborNode, page: Page) -> Iterator[tuple[LexborNode, bool]]:
    """Texts and ends of elements in order, without recursion, since a file can nest deeply."""
    node: LexborNode | None = root
    while node is not None:
        child = None
        if node.is_text_node:
            yield node, False
        elif node.is_element_node and page.open(node.tag or "", node.attributes):
            child = node.first_child
            if child is None:
                yield node, True
        node = child or node.next or (yield from _climb(node))


def _climb(node: LexborNode) -> Generator[tuple[LexborNode, bool], None, LexborNode | None]:
    """End elements until one has a next neighbour, and return that."""
    parent = node.parent
    while parent is not None:
        yield parent, True
        if parent.next is not None:
            return parent.next
        parent = parent.parent
    return None


class _Events(HTMLParser):
    """Python's parser, sending its events to a page."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._dropped: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._dropped:
            if tag == self._dropped[-1]:
                self._dropped.append(tag)
        elif not self._page.open(tag, dict(attrs)) and tag not in _VOID:
            self._dropped.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._dropped:
            self._page.close(tag)
        elif tag == self._dropped[-1]:
            self._dropped.pop()

    def handle_data(self, data: str) -> None:
        if not self._dropped:
            self._page.text(data)


def _check_nesting(text: str) -> None:
    depth = 0
    for match in _NESTING.finditer(text):
        closes, tag = match.groups()
        if tag.lower() not in _CLOSED_BY_OTHERS:
            depth = max(0, depth - 1) if closes else depth + 1
            if depth > _DEEPEST:
                raise DocumentError(f"its elements are nested more than {_DEEPEST:,} deep")
    for match in _LONG_TAG.finditer(text):
        if match.group().count("=") + len(match.group().split()) > 2 * _MOST_ATTRIBUTES:
            raise DocumentError(f"one of its tags has more than {_MOST_ATTRIBUTES:,} attributes")


def _decode_page(data: bytes) -> tuple[str, str]:
    """The page's text; valid UTF-8 is read as UTF-8, whatever the page declares."""
    declared = _CHARSET.search(data[:4096]) or _DECLARED.search(data[:200])
    return decode(data, declared.group(1).decode() if declared else "")


def _make_source(page: Page, warning: str) -> Source:
    """The source; the first heading is its title if the page's own title begins with it."""
    title = one_line(page.title)
    heading = page.writer.title
    return Source(
        page.writer.text,
        heading if heading and (not title or title.startswith(heading)) else title,
        warning,
        asides=tuple(page.writer.asides),
    )


FORMAT = Format(
    name="a web page", suffixes=(".html", ".htm", ".xhtml"), readers=(read, read_again), version=2
)
