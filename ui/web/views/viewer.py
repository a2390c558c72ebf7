"""A source as HTML with one span highlighted; pure functions."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from ui.escape import displayed
from ui.web.views.forms import Form
from ui.web.views.markdown import markdown_html

WINDOW = 20_000
"""Characters shown on each side of the span; a browser lays out this much without a pause."""
_LINE_SEARCH = 400
"""Characters within which a window's edge is moved to the next line or word."""
_LONGEST_RENDERED = 2_000_000
"""Characters of Markdown, of which a second's worth is parsed; a longer one shows its headings."""
_HEADING = re.compile(r"^(#{1,6}[ \t]+)(\S[^\n]*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class View:
    """What the panel shows.

    :param html: the text around the span, the span in ``<mark>``.
    :param notice: what is left out; empty when the whole document is shown.
    :param rendered: whether what only marks up the text is in it, to be hidden.
    """

    html: str
    notice: str
    rendered: bool = False


def view_of(text: str, start: int, end: int, window: int = WINDOW, *, form: Form = "plain") -> View:
    """The text around ``text[start:end]``, the span highlighted.

    :param start: first character of the span.
    :param end: one past its last character; the same as ``start`` to mark nothing.
    :param window: characters shown on each side of the span.
    :param form: how it is shown.
    :return: the view; without its tags the HTML reads as the text, apart from what
        :func:`ui.escape.displayed` leaves out.
    :raises ValueError: if the span is not inside the text.
    """
    if not 0 <= start <= end <= len(text):
        raise ValueError(f"no span [{start}, {end}) in a text of {len(text)} characters")
    first = _edge_before(text, start - window, start)
    last = _edge_after(text, end + window, end)
    rendered = form == "markdown" and len(text) <= _LONGEST_RENDERED
    if rendered:
        shown = markdown_html(text, first, last, start, end)
    else:
        written = _plain if form == "plain" else _headed
        marked = f'<mark tabindex="-1">{written(text, start, end)}</mark>' if start < end else ""
        shown = f"{written(text, first, start)}{marked}{written(text, end, last)}"
    left_out = len(text) - (last - first)
    notice = ""
    if left_out:
        notice = (
            f"This is a long document: characters {first + 1:,} to {last:,} of {len(text):,} "
            f"are shown{', around the highlighted words' if start < end else ''}."
        )
    return View(shown, notice, rendered)


def _plain(text: str, start: int, end: int) -> str:
    """Escaped with its line breaks, for an element that shows white space as it is."""
    return html.escape(displayed(text[start:end]))


def _headed(text: str, start: int, end: int) -> str:
    """The same with headings set off, each by the whole line that it stands in."""
    parts, position = [], start
    begin = text.rfind("\n", 0, start) + 1
    for match in _HEADING.finditer(text, begin):
        if match.start() >= end:
            break
        marks, stop = max(match.start(), start), min(match.end(), end)
        if stop <= marks:
            continue
        title = min(max(match.start(2), start), stop)
        parts.append(_plain(text, position, marks))
        level = f"cs-h{min(len(match[1].strip()), 3)}"
        parts.append(f'<span class="cs-syntax">{_plain(text, marks, title)}</span>')
        parts.append(f'<span class="cs-heading {level}">{_plain(text, title, stop)}</span>')
        position = stop
    return "".join(parts) + _plain(text, position, end)


def _edge_before(text: str, position: int, start: int) -> int:
    """The start of the line at or after ``position``, or of a word when the line is long."""
    if position <= 0:
        return 0
    for separator in ("\n", " "):
        found = text.find(separator, position, min(position + _LINE_SEARCH, start))
        if found >= 0:
            return found + 1
    return position


def _edge_after(text: str, position: int, end: int) -> int:
    """The end of the line at or before ``position``, or of a word when the line is long."""
    if position >= len(text):
        return len(text)
    for separator in ("\n", " "):
        found = text.rfind(separator, max(position - _LINE_SEARCH, end), position)
        if found >= 0:
            return found
    return position
