"""How the text of a document is shown, by the suffix of its file."""

import re
from typing import Literal

from ingest.readers import format_of
from ingest.sources.web.address import is_web_address
from ui.escape import escape_html
from ui.web.views.markdown import inline_html

TextFormat = Literal["plain", "headings", "markdown"]
"""Shown as it is, with lines that begin with ``#`` as headings, or as Markdown."""

_MARKDOWN = (".md", ".markdown")
_WEB = (".php", ".asp", ".aspx", ".jsp", ".cgi")
"""Programs of a web server, which write web pages."""
_HEADED = (".html", ".htm", ".docx", ".pptx", ".epub", ".xlsx", ".xlsm", ".xls", ".ods")
"""Formats whose text a reader writes with headings."""
_HOST = re.compile(r"https?:/*[^/]*")
_ROW_ENDS = re.compile(r"^\s*\|\s+|(?<!\s)\s+\|\s*$")


def find_format(source: str) -> TextFormat:
    """Find the format of a document by its path or address."""
    name = source.lower()
    if is_web_address(source):
        name = _HOST.sub("", re.split(r"[?#]", name, maxsplit=1)[0])
        if format_of(name) is None or name.endswith(_WEB):
            return "headings"
    if name.endswith(_MARKDOWN):
        return "markdown"
    return "headings" if name.endswith(_HEADED) else "plain"


def inline_text_html(text: str, source: str) -> str:
    """A short text on one line, without the characters that only mark it up."""
    text_format = find_format(source)
    if text_format == "plain":
        return escape_html(text)
    row = _ROW_ENDS.sub("", text)
    return inline_html(row) if text_format == "markdown" else escape_html(row)
