"""The text of a source with one span highlighted."""

import html
import re
from dataclasses import dataclass

from ui.escape import remove_unsafe
from ui.web.views.markdown import markdown_html
from ui.web.views.text_format import TextFormat

WINDOW = 20_000
"""Characters shown on each side of the span; a browser lays out this much without a pause."""
_LINE_SEARCH = 400
"""Characters within which the edge of a window moves to the next line or word."""
_LONGEST_RENDERED = 2_000_000
"""Characters of Markdown that are parsed within a second; longer texts show headings only."""
_HEADING = re.compile(r"^(#{1,6}[ \t]+)(\S[^\n]*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class SourceView:
    """What the source panel shows.

    :param notice: says what is left out; empty if the whole document is shown.
    :param rendered: whether it is rendered Markdown, whose markup the page hides.
    """

    html: str
    notice: str
    rendered: bool = False


def render_source(
    text: str, start: int, end: int, window: int = WINDOW, *, text_format: TextFormat = "plain"
) -> SourceView:
    """Render the text around ``text[start:end]``, the span highlighted if it is not empty.

    Without its tags, the HTML is the text, apart from what :func:`ui.escape.remove_unsafe` removes.

    :param window: characters shown on each side of the span.
    :raises ValueError: the span is not inside the text.
    """
    if not 0 <= start <= end <= len(text):
        raise ValueError(f"no span [{start}, {end}) in a text of {len(text)} characters")
    first = _find_start(text, start - window, start)
    last = _find_end(text, end + window, end)
    rendered = text_format == "markdown" and len(text) <= _LONGEST_RENDERED
    if rendered:
        html_ = markdown_html(text, first, last, start, end)
    else:
        render = _render_plain if text_format == "plain" else _render_headings
        marked = f'<mark tabindex="-1">{render(text, start, end)}</mark>' if start < end else ""
        html_ = f"{render(text, first, start)}{marked}{render(text, end, last)}"
    notice = ""
    if last - first < len(text):
        notice = (
            f"This is a long document: {_tell_part(first, last, len(text))} is shown"
            f"{', around the highlighted words' if start < end else ''}."
        )
    return SourceView(html_, notice, rendered)


def _tell_part(first: int, last: int, characters: int) -> str:
    """Tell in words which part of a text is ``[first, last)``."""
    share = max(1, round(100 * (last - first) / characters))
    if first == 0:
        return f"the first {share} %"
    if last == characters:
        return f"the last {share} %"
    return (
        f"the part from {round(100 * first / characters)} % to {round(100 * last / characters)} %"
    )


def _render_plain(text: str, start: int, end: int) -> str:
    """Escape a text; line breaks stay, for an element that shows white space."""
    return html.escape(remove_unsafe(text[start:end]))


def _render_headings(text: str, start: int, end: int) -> str:
    """Escape a text and mark its headings, each with the whole line."""
    parts, position = [], start
    begin = text.rfind("\n", 0, start) + 1
    for match in _HEADING.finditer(text, begin):
        if match.start() >= end:
            break
        marks, stop = max(match.start(), start), min(match.end(), end)
        if stop <= marks:
            continue
        title = min(max(match.start(2), start), stop)
        parts.append(_render_plain(text, position, marks))
        level = f"cs-h{min(len(match[1].strip()), 3)}"
        parts.append(f'<span class="cs-syntax">{_render_plain(text, marks, title)}</span>')
        parts.append(f'<span class="cs-heading {level}">{_render_plain(text, title, stop)}</span>')
        position = stop
    return "".join(parts) + _render_plain(text, position, end)


def _find_start(text: str, position: int, start: int) -> int:
    """Find the start of the line at or after ``position``; in a long line, the start of a word."""
    if position <= 0:
        return 0
    for separator in ("\n", " "):
        found = text.find(separator, position, min(position + _LINE_SEARCH, start))
        if found >= 0:
            return found + 1
    return position


def _find_end(text: str, position: int, end: int) -> int:
    """Find the end of the line at or before ``position``; in a long line, the end of a word."""
    if position >= len(text):
        return len(text)
    for separator in ("\n", " "):
        found = text.rfind(separator, max(position - _LINE_SEARCH, end), position)
        if found >= 0:
            return found
    return position
