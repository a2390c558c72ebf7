"""Turns the HTML of a mail into text; what is quoted gets ``>`` before its lines."""

import re
from collections.abc import Mapping

from ingest.readers.html import send_elements
from ingest.readers.shared.markup import Page
from ingest.readers.shared.writer import Writer

_QUOTE = re.compile(r"quote|cite", re.I)
"""In the class or type of a block that a mail program quotes."""
_DEEPEST = 20
"""Quotes in quotes that are marked."""


def read_html(markup: str) -> str:
    """The visible text.

    :raises DocumentError: it would break parsers.
    """
    page = _MailPage()
    send_elements(markup, page)
    return page.writer.text


class _MailPage(Page):
    """Writes what is quoted aside first, then all its lines with a mark."""

    def __init__(self) -> None:
        super().__init__()
        self.keeps_all = True
        self._around: list[Writer | None] = []
        """For each open block quote, the writer around it; None if it is not marked."""

    def open(self, tag: str, attributes: Mapping[str, str | None]) -> bool:
        if not super().open(tag, attributes):
            return False
        if tag == "blockquote":
            told = f"{attributes.get('type') or ''} {attributes.get('class') or ''}"
            marked = _QUOTE.search(told) is not None and len(self._around) < _DEEPEST
            self._around.append(self.writer if marked else None)
            if marked:
                self._mark_as_layout()
                self.flush()
                self.writer = Writer()
        return True

    def close(self, tag: str) -> None:
        super().close(tag)
        if tag == "blockquote" and self._around:
            around = self._around.pop()
            if around is not None:
                lines = self.writer.text.rstrip("\n").split("\n")
                quoted, self.writer = "\n".join(f"> {line}".rstrip() for line in lines), around
                self.writer.insert(quoted if any(lines) else "")
