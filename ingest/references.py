"""Finds the entries of a document's list of references."""

import re
from collections.abc import Iterator

from rag.english.patterns.requests.sections import REFERENCES
from rag.types import Aside

_HEADING = re.compile(r"^(#{1,6})[ \t]+(.*)$", re.MULTILINE)
_MARK = r"[ \t]*(?:\[\d{1,3}\]|\(?\d{1,3}[.)]|[-*•])[ \t]+"
_ENTRY = re.compile(rf"\S[^\n]*(?:\n(?!{_MARK})[^\n]*\S[^\n]*)*")
"""Lines without a blank one between them; a mark opens another entry."""
_NAME = r"[A-ZÀ-Ý][\w'’-]+"
_AUTHOR = re.compile(
    rf"(?:{_MARK})?\s*(?:{_NAME}(?: {_NAME})?,? (?:et al|(?:[A-ZÀ-Ý]\.[ -]?)+|[A-ZÀ-Ý]{{1,3}}\b)"
    rf"|(?:[A-ZÀ-Ý]\.[ -]?)+ ?{_NAME}|{_NAME}(?: {_NAME}){{1,2}}(?:[,.]| and ))"
)
"""Who wrote it, at the start of an entry: ``Bell, A.``, ``A. Bell``, ``Bell AB``, ``Ada Bell.``"""
_CITES = re.compile(r"\b(?:1[89]|20)\d\d[a-z]?\b|\bdoi\b|https?://|arXiv", re.IGNORECASE)
"""What nearly every entry has: a year, an address."""
_LEAST = 0.6
"""Share of the entries that must look like one."""


def find_references(text: str) -> Iterator[Aside]:
    """Find them below a heading that says so, where most of them look like entries.

    :param text: whose headings are Markdown's.
    """
    for heading in _HEADING.finditer(text):
        if not REFERENCES.fullmatch(heading[2].strip()):
            continue
        following = _HEADING.search(text, heading.end())
        end = following.start() if following else len(text)
        entries = [match.span() for match in _ENTRY.finditer(text, heading.end(), end)]
        found = [span for span in entries if _is_entry(text[slice(*span)])]
        if len(found) >= max(2, _LEAST * len(entries)):
            yield from (Aside(start, end, "reference") for start, end in found)


def _is_entry(text: str) -> bool:
    return _CITES.search(text) is not None and _AUTHOR.match(text) is not None
