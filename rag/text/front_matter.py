"""Finds the lines between a document's title and its text that name its authors."""

import re
from functools import lru_cache

from rag.english.patterns.authors import (
    ASKS_WHO_WROTE,
    BEGINS_TEXT,
    CREDIT,
    DOCUMENT_KIND,
    LABEL,
    WORKPLACE,
)
from rag.english.words import load_words
from rag.text.names import FULL_NAME
from rag.text.sentences import sentence_spans
from rag.types import Passage

_LATEST = 2000
"""Characters of a document within which its authors are named; two dozen names with addresses take
1,500."""
_SMALL_LETTERS = 0.3
"""The largest share of a line's words that may begin with one: ``University of …``."""

_ADDRESS = re.compile(r"(?:\{[^{}]{1,200}\}|[^\s@]{1,100})@[\w.-]{1,100}\w")
_WORD = re.compile(r"(?<![\w@.])[^\W\d_][\w'’-]*")
_PARTICLES = load_words("closed/name_particles")
_SIGNS = re.compile(
    rf"{FULL_NAME}(?:[¹²³⁴⁵⁶⁷⁸⁹∗†‡§]|\*(?=[\s,;]|\Z)|,\s?\d\d?\b)"
    rf"|{FULL_NAME}(?:(?:, and |, |; | and | & ){FULL_NAME}){{2}}"
    rf"|{WORKPLACE}"
)
"""What distinguishes authors from other lines with capitals: reference marks, three names or more,
or a place of work."""


@lru_cache(maxsize=1024)
def asks_who_wrote(question: str) -> bool:
    """Tell whether a question is for a document's authors, or for where they work."""
    return ASKS_WHO_WROTE.search(question) is not None


def find_byline(passage: Passage) -> tuple[int, int] | None:
    """Find the lines of a passage that name the document's authors, as a half-open span.

    Such lines stand near a document's beginning, after its title, are no sentences, and are mostly
    names.
    """
    if passage.start > _LATEST or passage.heading not in ("", passage.title):
        return None
    return _find_lines(passage.text, passage.title, opens=not passage.start)


@lru_cache(maxsize=1024)
def _find_lines(text: str, title: str, *, opens: bool) -> tuple[int, int] | None:
    """Find that span in a text.

    :param opens: whether the document begins with the text.
    """
    spans: list[tuple[int, int]] = []
    for place, (start, end) in enumerate(sentence_spans(text)):
        line = text[start:end]
        first = opens and place == 0
        passed = not CREDIT.match(line) and (first or line == title or LABEL.match(line))
        if not spans and passed:
            continue
        if not _names_authors(line) or text[:start].rstrip(" ").endswith("#"):
            break
        spans.append((start, end))
    if not spans:
        return None
    start, end = spans[0][0], spans[-1][1]
    credited = any(CREDIT.match(text, *span) for span in spans)
    return (start, end) if credited or _has_signs(text[start:end]) else None


def _has_signs(lines: str) -> bool:
    return _SIGNS.search(lines) is not None or (
        _ADDRESS.search(lines) is not None and re.search(FULL_NAME, lines) is not None
    )


def _names_authors(line: str) -> bool:
    """Tell whether a line is a credit, or mostly names, or an address."""
    if CREDIT.match(line):
        return len(line) < 200
    if "|" in line or line[-1] in ".?!:。！？।…" or LABEL.match(line) or BEGINS_TEXT.match(line):
        return False
    words = [w for w in _WORD.findall(_ADDRESS.sub(" ", line)) if w.lower() != w.upper()]
    small = sum(word[0].islower() and word not in _PARTICLES for word in words)
    return bool(words or "@" in line) and small <= _SMALL_LETTERS * len(words)


def describe_byline(passage: Passage, span: tuple[int, int], question: str) -> str:
    """Write what those lines mean as a sentence."""
    lines = " ".join(passage.text[slice(*span)].split())
    return f"The authors who wrote {name_document(passage, question)} are {lines}."


def name_document(passage: Passage, question: str) -> str:
    """Name a document by its title, and by the kind of document that the question calls it."""
    kind = DOCUMENT_KIND.search(question)
    return f"the {kind[0] if kind else 'article'} {passage.title}"
