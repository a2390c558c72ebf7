"""In which form a document's text is shown, by the end of its path or address."""

from __future__ import annotations

import re
from typing import Literal

from ui.escape import escaped
from ui.web.views.markdown import inline_html

Form = Literal["plain", "headings", "markdown"]
"""What a text is: as it is, with lines that begin with ``#`` as headings, or Markdown."""

_MARKDOWN = (".md", ".markdown")
_HEADED = (".html", ".htm", ".docx", ".pptx", ".epub")
"""Formats whose text is written by ``ingest/readers/shared/writer.py``."""
_ROW_ENDS = re.compile(r"^\s*\|\s+|\s+\|\s*$")


def form_of(source: str) -> Form:
    """The form of a document.

    :param source: its path or address.
    """
    name = source.lower()
    if name.endswith(_MARKDOWN):
        return "markdown"
    return "headings" if name.endswith(_HEADED) else "plain"


def words_html(text: str, source: str) -> str:
    """A sentence or so as it is read, on one line: without the signs that only mark it up."""
    form = form_of(source)
    if form == "plain":
        return escaped(text)
    row = _ROW_ENDS.sub("", text)
    return inline_html(row) if form == "markdown" else escaped(row)
