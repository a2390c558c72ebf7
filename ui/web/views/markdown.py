"""Rendered Markdown that keeps every character of the text.

pulldown-cmark finds where each part of a text is; here the parts become elements around the text's
own characters. Markup (``**``, ``#``, the address of a link) stays in the page, hidden by CSS, so
that a span of the text is the same span of the page. No attribute and no address comes from the
text: links and pictures are shown as words, HTML is shown as written.
"""

import html
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pyromark
from pyromark import Options

from ui.escape import escape_html, remove_unsafe

_OPTIONS = (
    Options.ENABLE_TABLES
    | Options.ENABLE_STRIKETHROUGH
    | Options.ENABLE_FOOTNOTES
    | Options.ENABLE_YAML_STYLE_METADATA_BLOCKS
)
_ROW = '<div class="cs-row" role="row">'
_ELEMENTS = {
    "Paragraph": "<p>",
    "BlockQuote": "<blockquote>",
    "CodeBlock": '<div class="cs-code">',
    "HtmlBlock": '<div class="cs-raw">',
    "MetadataBlock": '<div class="cs-raw">',
    "FootnoteDefinition": '<div class="cs-footnote">',
    "Item": "<li>",
    "Table": '<div class="cs-table" role="table" aria-label="Table" tabindex="0">',
    "TableHead": _ROW,
    "TableRow": _ROW,
    "Emphasis": "<em>",
    "Strong": "<strong>",
    "Strikethrough": "<s>",
    "Link": '<span class="cs-link">',
    "Image": '<span class="cs-image">',
}
_HOLDERS = frozenset({"", "List", "BlockQuote", "CodeBlock", "Table", "TableHead", "TableRow"})
"""Elements without words of their own, and the document (``""``): between parts is only markup."""
_HIDDEN = "cs-syntax"
_INLINE = {"Emphasis": "em", "Strong": "strong", "Strikethrough": "s"}


def inline_html(text: str) -> str:
    """Render a sentence of Markdown on one line: with emphasis, without the markup.

    The signs before headings, quotations and items are left out, except the number of an item.
    Links and pictures are shown as their words, HTML as written.
    """
    parts = []
    for event in pyromark.events(text.encode("utf-8", "replace").decode(), options=_OPTIONS):
        match event:
            case {"Start": str(name)} if name in _INLINE:
                parts.append(f"<{_INLINE[name]}>")
            case {"End": str(name)} if name in _INLINE:
                parts.append(f"</{_INLINE[name]}>")
            case {"Code": str(code)}:
                parts.append(f"<code>{escape_html(code)}</code>")
            case {"Text": str(words)} | {"InlineHtml": str(words)} | {"Html": str(words)}:
                parts.append(escape_html(words))
            case {"FootnoteReference": str(name)}:
                parts.append(escape_html(f"[{name}]"))
            case {"Start": {"List": int(number)}}:
                parts.append(f"{number}. ")
            case {"End": "Link" | "Image"}:
                pass
            case "SoftBreak" | "HardBreak" | {"End": _}:
                parts.append(" ")
    return "".join(parts).strip()


def markdown_html(text: str, first: int, last: int, start: int, end: int) -> str:
    """Render ``text[first:last]``, with ``text[start:end]`` in ``<mark>`` elements.

    The elements around the first character are opened. Without its tags, the result is the text,
    apart from what :func:`ui.escape.remove_unsafe` removes.
    """
    page = _HtmlBuilder(text, first, last, start, end)
    encoded = text.encode("utf-8", "replace")
    to_character = _character_offsets(encoded)
    for event, place in pyromark.events_with_range(encoded.decode(), options=_OPTIONS):
        begin, stop = to_character(place["start"]), to_character(place["end"])
        match event:
            case {"Start": tag}:
                page.open(tag, begin, stop)
            case {"End": _}:
                page.close(stop)
            case {"Code": _}:
                page.add_code(begin, stop)
            case {"InlineHtml": _}:
                page.add_words(begin, stop, "cs-raw")
            case "HardBreak" | "Rule":
                page.add_words(begin, stop, _HIDDEN)
                page.add_element("<br>" if event == "HardBreak" else "<hr>", begin, stop)
            case _:
                page.add_words(begin, stop)
    return page.finish()


def _character_offsets(encoded: bytes) -> Callable[[int], int]:
    """Make the function from an offset in UTF-8 bytes to one in characters."""
    if encoded.isascii():
        return lambda offset: offset
    begins = (np.frombuffer(encoded, np.uint8) & 0xC0) != 0x80
    before = np.concatenate(([0], np.cumsum(begins)))
    return lambda offset: int(before[offset])


class _HtmlBuilder:
    """Builds the HTML; every character of the text goes in once, in order."""

    def __init__(self, text: str, first: int, last: int, start: int, end: int) -> None:
        self._text, self._span = text, (start, end)
        self._first, self._last = first, last
        self._at = self._pending = first
        self._parts: list[str] = []
        self._style = ""
        self._open: list[tuple[str, str]] = []  # what, and its element; "" where nothing is shown
        self._alignments: tuple[str, ...] = ()
        self._column = 0

    def open(self, tag: Any, begin: int, stop: int) -> None:
        name, about = (tag, None) if isinstance(tag, str) else next(iter(tag.items()))
        self._add_markup_before(begin)
        element = self._element(name, about) if self._is_shown(begin, stop) else ""
        self._append(element)
        self._open.append((name, element[1:].split(" ")[0].rstrip(">")))

    def close(self, stop: int) -> None:
        self._add_markup_before(stop)
        _, element = self._open.pop()
        if element:
            self._append(f"</{element}>")

    def add_words(self, begin: int, stop: int, style: str = "") -> None:
        self._add_markup_before(begin)
        self._add(stop, style)

    def add_code(self, begin: int, stop: int) -> None:
        """Add a span of code with its backquotes."""
        written = self._text[begin:stop]
        ticks = len(written) - len(written.lstrip("`"))
        self._add_markup_before(begin)
        self.add_element("<code>", begin, stop)
        self._add(begin + ticks, _HIDDEN)
        self._add(stop - ticks, "")
        self._add(stop, _HIDDEN)
        self.add_element("</code>", begin, stop)

    def add_element(self, element: str, begin: int, stop: int) -> None:
        if self._is_shown(begin, stop):
            self._append(element)

    def finish(self) -> str:
        self._add_markup_before(self._last)
        self._flush()
        return "".join(self._parts)

    def _is_shown(self, begin: int, stop: int) -> bool:
        return begin < self._last and stop > self._first

    def _element(self, name: str, about: Any) -> str:
        if name == "Heading":
            level = int(about["level"][1])
            return f'<h{min(level + 2, 6)} class="cs-heading cs-h{min(level, 3)}">'
        if name == "List":
            return "<ul>" if about is None else "<ol>"
        if name == "Table":
            self._alignments = about
        if name in {"TableHead", "TableRow"}:
            self._column = -1
        if name == "TableCell":
            self._column += 1
            role = "columnheader" if self._open[-1][0] == "TableHead" else "cell"
            side = self._alignments[self._column].lower()
            return f'<div class="cs-cell cs-side-{side}" role="{role}">'
        return _ELEMENTS.get(name, "<span>")

    def _add_markup_before(self, stop: int) -> None:
        """Add what is before the next part: its markup, or white space between words."""
        stop = min(stop, self._last)
        if stop <= self._at:
            return
        holder = self._open[-1][0] if self._open else ""
        blank = not self._text[self._at : stop].strip()
        numbered = holder == "Item" and len(self._open) > 1 and self._open[-2][1] == "ol"
        if holder not in _HOLDERS and blank:
            self._add(stop, "")
        elif numbered and self._parts[-1:] == ["<li>"] and self._pending == self._at:
            self._add(stop, "cs-number")
        else:
            self._add(stop, _HIDDEN)

    def _add(self, stop: int, style: str) -> None:
        stop = min(stop, self._last)
        if stop <= self._at:
            return
        if style != self._style:
            self._flush()
            self._style = style
        self._at = stop

    def _append(self, element: str) -> None:
        if element:
            self._flush()
            self._parts.append(element)

    def _flush(self) -> None:
        """Append the characters since the last element, cut where the span begins and ends."""
        begin, stop = self._pending, self._at
        start, end = self._span
        self._pending = stop
        cuts = sorted({begin, stop, *(cut for cut in (start, end) if begin < cut < stop)})
        for left, right in pairwise(cuts):
            piece = html.escape(remove_unsafe(self._text[left:right]))
            if start <= left < end:
                piece = f'<mark tabindex="-1">{piece}</mark>'
            if self._style:
                piece = f'<span class="{self._style}">{piece}</span>'
            self._parts.append(piece)
