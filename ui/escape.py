"""Any text as what may stand on a page: nothing unseen, nothing that deceives, no markup."""

from __future__ import annotations

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


def displayed(text: str) -> str:
    """A text without what cannot be seen or would deceive, and with one kind of line break."""
    return replace_surrogates(_UNSEEN.sub("", _BREAK.sub("\n", _ANSI.sub("", text))))


def escaped(text: str) -> str:
    """A text as HTML on one line, inert as an element's content and as a quoted attribute."""
    return html.escape(_SPACE.sub(" ", displayed(text)))


def shortened(text: str, characters: int) -> str:
    """At most so many characters, cut at a space where there is one, with ``…`` if cut."""
    text = _SPACE.sub(" ", text).strip()
    if len(text) <= characters:
        return text
    head = text[: characters - 1]
    space = head.rfind(" ")
    return (head[:space] if space > characters // 2 else head).rstrip(" ,;:") + "…"
