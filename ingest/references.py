"""Finds the entries of a document's list of references."""

import re
from collections.abc import Iterator

from rag.english.patterns.sections import REFERENCES
from rag.types import Aside

_HEADING = re.compile(r"^(#{1,6})[ \t]+(.*)$", re.MULTILINE)
_ENTRY = re.compile(r"\S[^\n]*(?:\n[^\n]*\S[^\n]*)*")
"""Lines without a blank one between them."""
_CITES = re.compile(r"\b(?:1[89]|20)\d\d[a-z]?\b|\bdoi\b|https?://|arXiv", re.IGNORECASE)
"""What nearly every entry has: a year, an address."""
_LEAST = 0.6
"""Share of the entries that must have it."""


def find_references(text: str) -> Iterator[Aside]:
    """Find them below a heading that says so, where most of them have a year or an address.

    :param text: whose headings are Markdown's.
    """
    for heading in _HEADING.finditer(text):
        if not REFERENCES.fullmatch(heading[2].strip()):
            continue
        level = len(heading[1])
        following = _HEADING.finditer(text, heading.end())
        end = next((h.start() for h in following if len(h[1]) <= level), len(text))
        entries = [match.span() for match in _ENTRY.finditer(text, heading.end(), end)]
        citing = [span for span in entries if _CITES.search(text, *span)]
        if len(citing) >= max(2, _LEAST * len(entries)):
            yield from (Aside(start, end, "reference") for start, end in entries)
