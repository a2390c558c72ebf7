"""Markdown as it is meant, with every character of the text in its place.

pulldown-cmark says where each part of a text stands; here the parts become elements around the
text's own characters. What only marks them up (``**``, ``#``, the address of a link) is in the page
too, hidden by its style, so that a span of the text is the same span of the page. No attribute
comes from the text, and no address: links and pictures are words, HTML in it is shown as written.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pyromark
from pyromark import Options

from ui.escape import displayed, escaped

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
"""What has no words of its own, the document (``""``) too: all between its parts is markup."""
_HIDDEN = "cs-syntax"
_INLINE = {"Emphasis": "em", "Strong": "strong", "Strikethrough": "s"}


def inline_html(text: str) -> str:
    """A sentence of Markdown on one line, as it is read: with emphasis, without the signs for it.

    What opens a heading, a quotation or an item is left out, but for an item's number;
    links and pictures are their words, HTML is shown as written.
    """
    parts = []
    for event in pyromark.events(text.encode("utf-8", "replace").decode(), options=_OPTIONS):
        match event:
            case {"Start": str(name)} if name in _INLINE:
                parts.append(f"<{_INLINE[name]}>")
            case {"End": str(name)} if name in _INLINE:
                parts.append(f"</{_INLINE[name]}>")
            case {"Code": str(code)}:
                parts.append(f"<code>{escaped(code)}</code>")
            case {"Text": str(words)} | {"InlineHtml": str(words)} | {"Html": str(words)}:
                parts.append(escaped(words))
            case {"FootnoteReference": str(name)}:
                parts.append(escaped(f"[{name}]"))
            case {"Start": {"List": int(number)}}:
                parts.append(f"{number}. ")
            case {"End": "Link" | "Image"}:
                pass
            case "SoftBreak" | "HardBreak" | {"End": _}:
                parts.append(" ")
    return "".join(parts).strip()


def markdown_html(text: str, first: int, last: int, start: int, end: int) -> str:
    """``text[first:last]`` as HTML, with ``text[start:end]`` in ``<mark>`` elements.

    :param first: first character shown; the parts that it stands in are shown as what they are.
    :param last: one past the last character shown.
    :return: without its tags it reads as the text, but for what :func:`ui.escape.displayed` leaves
        out.
    """
    shown = _Shown(text, first, last, start, end)
    encoded = text.encode("utf-8", "replace")
    character = _characters(encoded)
    for event, place in pyromark.events_with_range(encoded.decode(), options=_OPTIONS):
        begin, stop = character(place["start"]), character(place["end"])
        match event:
            case {"Start": tag}:
                shown.open(tag, begin, stop)
            case {"End": _}:
                shown.close(stop)
            case {"Code": _}:
                shown.code(begin, stop)
            case {"InlineHtml": _}:
                shown.words(begin, stop, "cs-raw")
            case "HardBreak":
                shown.words(begin, stop, _HIDDEN)
                shown.put("<br>", begin, stop)
            case "Rule":
                shown.words(begin, stop, _HIDDEN)
                shown.put("<hr>", begin, stop)
            case _:
                shown.words(begin, stop)
    return shown.finished()


def _characters(encoded: bytes) -> Callable[[int], int]:
    """From an offset in UTF-8 to one in characters."""
    if encoded.isascii():
        return lambda offset: offset
    begins = (np.frombuffer(encoded, np.uint8) & 0xC0) != 0x80
    before = np.concatenate(([0], np.cumsum(begins)))
    return lambda offset: int(before[offset])


class _Shown:
    """The page as it grows; every character goes in once, in order."""

    def __init__(self, text: str, first: int, last: int, start: int, end: int) -> None:
        self._text = text
        self._first, self._last = first, last
        self._span = start, end
        self._at = first
        self._parts: list[str] = []
        self._style, self._pending = "", first
        self._open: list[tuple[str, str]] = []  # what, and its element; "" where nothing is shown
        self._alignments: tuple[str, ...] = ()
        self._column = 0

    def open(self, tag: Any, begin: int, stop: int) -> None:
        """A part of the document begins."""
        name, about = (tag, None) if isinstance(tag, str) else next(iter(tag.items()))
        self._between(begin)
        element = self._element(name, about) if self._shows(begin, stop) else ""
        self._put(element)
        self._open.append((name, element[1:].split(" ")[0].rstrip(">")))

    def close(self, stop: int) -> None:
        """The innermost part ends."""
        self._between(stop)
        _, element = self._open.pop()
        if element:
            self._put(f"</{element}>")

    def words(self, begin: int, stop: int, style: str = "") -> None:
        """Characters that are to be read, or, with a style, shown otherwise."""
        self._between(begin)
        self._add(stop, style)

    def code(self, begin: int, stop: int) -> None:
        """A span of code with its backquotes."""
        written = self._text[begin:stop]
        ticks = len(written) - len(written.lstrip("`"))
        self._between(begin)
        self.put("<code>", begin, stop)
        self._add(begin + ticks, _HIDDEN)
        self._add(stop - ticks, "")
        self._add(stop, _HIDDEN)
        self.put("</code>", begin, stop)

    def put(self, element: str, begin: int, stop: int) -> None:
        """An element that stands for these characters."""
        if self._shows(begin, stop):
            self._put(element)

    def finished(self) -> str:
        """The whole of it."""
        self._between(self._last)
        self._flush()
        return "".join(self._parts)

    def _shows(self, begin: int, stop: int) -> bool:
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

    def _between(self, stop: int) -> None:
        """What stands before the next part: what marks it up, or white space between words."""
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

    def _put(self, element: str) -> None:
        if element:
            self._flush()
            self._parts.append(element)

    def _flush(self) -> None:
        """Put what was added since the last element, cut where the span begins and ends."""
        begin, stop = self._pending, self._at
        start, end = self._span
        self._pending = stop
        cuts = sorted({begin, stop, *(cut for cut in (start, end) if begin < cut < stop)})
        for left, right in pairwise(cuts):
            piece = html.escape(displayed(self._text[left:right]))
            if start <= left < end:
                piece = f'<mark tabindex="-1">{piece}</mark>'
            if self._style:
                piece = f'<span class="{self._style}">{piece}</span>'
            self._parts.append(piece)
