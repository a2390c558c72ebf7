"""A source as HTML with one span highlighted; pure functions."""

from __future__ import annotations

import html
from dataclasses import dataclass

from ui.render import displayed

WINDOW = 20_000
"""Characters shown on each side of the span; a browser lays out this much without a pause."""
_LINE_SEARCH = 400
"""Characters within which a window's edge is moved to the next line or word."""


@dataclass(frozen=True, slots=True)
class View:
    """What the panel shows.

    :param html: the text around the span, the span in ``<mark>``.
    :param notice: what is left out; empty when the whole document is shown.
    """

    html: str
    notice: str


def view_of(text: str, start: int, end: int, window: int = WINDOW) -> View:
    """The text around ``text[start:end]``, the span highlighted.

    :param start: first character of the span.
    :param end: one past its last character.
    :param window: characters shown on each side of the span.
    :return: the view; without its tags the HTML reads as the text, apart from what
        :func:`ui.render.displayed` leaves out.
    :raises ValueError: if the span is empty or not inside the text.
    """
    if not 0 <= start < end <= len(text):
        raise ValueError(f"no span [{start}, {end}) in a text of {len(text)} characters")
    first = _edge_before(text, start - window, start)
    last = _edge_after(text, end + window, end)
    shown = (
        _preserved(text[first:start])
        + f'<mark id="cs-span" tabindex="-1">{_preserved(text[start:end])}</mark>'
        + _preserved(text[end:last])
    )
    left_out = len(text) - (last - first)
    notice = ""
    if left_out:
        notice = (
            f"This is a long document: characters {first + 1:,} to {last:,} of {len(text):,} "
            "are shown, around the highlighted words."
        )
    return View(shown, notice)


def _preserved(text: str) -> str:
    """Escaped with its line breaks, for an element that shows white space as it is."""
    return html.escape(displayed(text))


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
