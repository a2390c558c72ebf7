"""Makes any text safe to show: no markup, nothing invisible, nothing that deceives."""

import html
import re

from rag.text.characters import UNSEEN, replace_surrogates

_ANSI = re.compile(
    r"\x1b(?:\[[0-?]{0,99}[ -/]{0,9}[@-~]|\][^\x07\x1b]{0,999}(?:\x07|\x1b\\)|[@-Z\\-_])"
)
"""Terminal control sequences (ECMA-48): CSI, OSC and the two-character ones."""
_BREAK = re.compile(r"\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""Line and page breaks other than ``\\n``, the ones of :meth:`str.splitlines`."""
_UNSEEN = re.compile(f"[{UNSEEN}]")
_SPACE = re.compile(r"\s+")


def remove_unsafe(text: str) -> str:
    """Remove characters that are invisible or deceive, and make every line break a newline."""
    return replace_surrogates(_UNSEEN.sub("", _BREAK.sub("\n", _ANSI.sub("", text))))


def escape_html(text: str) -> str:
    """Escape a text for an element's content or a quoted attribute, on one line."""
    return html.escape(_SPACE.sub(" ", remove_unsafe(text)))


def escape_code(text: str) -> str:
    """Escape a text for an element's content, with its spaces and line breaks."""
    return html.escape(remove_unsafe(text)).replace("\n", "&#10;")


def shorten(text: str, characters: int) -> str:
    """Cut a text to so many characters, at a space if there is one, with ``…`` at the end."""
    text = _SPACE.sub(" ", text).strip()
    if len(text) <= characters:
        return text
    head = text[: characters - 1]
    space = head.rfind(" ")
    return (head[:space] if space > characters // 2 else head).rstrip(" ,;:") + "…"
