"""Who wrote a document and where they work: the lines between its title and its text."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from rag.text.sentences import sentence_spans
from rag.types import Passage

_ASKED = re.compile(
    r"""
      \bwho(?:['’]s|\s+is|\s+are|\s+has|\s+have|\s+first)?\s+(?:authored|published|written|wrote)\b
    | \bwho\b[^?.]{0,30}\b(?:co-?)?authors?\b
    | ^\W*(?:(?:all|are|give|list|me|name|names|of|please|show|tell|the|what|which)\s+){0,6}
      (?:co-?)?authors?\b
    | \b(?:by|from)\s+(?:which|what)\s+authors?\b
    | \bwhose\s+(?:article|document|paper|post|report|review|study|work)\b
    | \b(?:authored|written)\s+by\s+(?:whom?\b|(?-i:[A-Z]))
    | \bby\s+whom?\b[^?.]{0,40}\b(?:authored|published|written)\b
    | \bauthors?\b[^?.]{0,60}\b(?:affiliat\w+|based|employed|from(?=\W*$)|work|works)\b
    | \baffiliat(?:ed|ions?)\b
    | \b(?:compan(?:y|ies)|departments?|hospitals?|institut\w+|labs?|laborator\w+|universit\w+)\b
      [^?.]{0,40}\b(?:he|she|they)\b[^?.]{0,20}\bworks?\b
    | \bwhere\s+(?:do|does|did)\s+(?:he|she|they)\s+work\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Questions for authors, not such as what the authors think."""
_KIND = re.compile(r"\b(?:document|file|page|paper|post|report|review|study|text)\b", re.IGNORECASE)
"""What a document may be called besides an article."""
_LATEST = 2000
"""Characters into a document after which nobody is named as its author any more; the names of two
dozen people with their addresses take 1,500."""
_SMALL_LETTERS = 0.3
"""Share of the words of a line of names that may begin with one, at most: ``University of …``."""

_BEGINS_TEXT = re.compile(
    r"\W*(?:abstract|background|contents|introduction|key\s?words|summary|table of contents)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?:\{[^{}]{1,200}\}|[^\s@]{1,100})@[\w.-]{1,100}\w")
_WORD = re.compile(r"(?<![\w@.])[^\W\d_][\w'’-]*")
_PARTICLES = frozenset("al and bin da de del den der di dos du et la le van von y".split())
_PERSON = r"(?<!\w)[^\W\d_a-z][\w'’.-]{0,40}(?: [^\W\d_a-z][\w'’.-]{0,40}){1,3}"
_CREDIT = re.compile(
    r"[\W_]*(?:(?:(?:posted|written) )?by|authors?)\b[\W_]{1,4}(?-i:[^\W\d_a-z])",
    re.IGNORECASE,
)
"""A line that says itself that it names authors."""
_LABEL = re.compile(
    r"\w[\w ]{0,30}:(?!\S)|.{0,40}\b(?:dedicated to|(?:edited|photos?|reviewed|translated) by)\b",
    re.IGNORECASE,
)
"""A line that says what else it is."""
_SIGNS = re.compile(
    rf"{_PERSON}(?:[¹²³⁴⁵⁶⁷⁸⁹∗†‡§]|\*(?=[\s,;]|\Z)|,\s?\d\d?\b)"
    rf"|{_PERSON}(?:(?:, and |, |; | and | & ){_PERSON}){{2}}"
    r"|\b(?:Academ|Departm|Facult|Hospital|Institut|Laborator|Universit)\w*"
)
"""What tells names of authors from other lines with capitals: marks, many of them, where they
work."""


class Byline(NamedTuple):
    """Lines that name authors, ``text[start:end]`` of their passage, and what they mean.

    :param meaning: a sentence; empty when they are the authors of another document than is asked.
    """

    start: int
    end: int
    meaning: str


@lru_cache(maxsize=1024)
def asks_who_wrote(question: str) -> bool:
    """Whether a question is for a document's authors, or for where they work."""
    return _ASKED.search(question) is not None


def front_matter(passage: Passage) -> tuple[int, int] | None:
    """The half-open span of the lines that name the document's authors, if the passage has them.

    Such lines stand near a document's beginning, after its title, are no sentences, and are mostly
    names.
    """
    if passage.start > _LATEST or passage.heading not in ("", passage.title):
        return None
    return _lines(passage.text, passage.title, opens=not passage.start)


@lru_cache(maxsize=1024)
def _lines(text: str, title: str, *, opens: bool) -> tuple[int, int] | None:
    """The span in a text under a title; ``opens`` where the document begins with it."""
    spans: list[tuple[int, int]] = []
    for place, (start, end) in enumerate(sentence_spans(text)):
        line = text[start:end]
        first = opens and place == 0 and not _CREDIT.match(line)
        if not spans and (first or line == title):
            continue
        if not _names_somebody(line) or text[:start].rstrip(" ").endswith("#"):
            break
        spans.append((start, end))
    if not spans:
        return None
    start, end = spans[0][0], spans[-1][1]
    told = any(_CREDIT.match(text, *span) for span in spans)
    return (start, end) if told or _has_signs(text[start:end]) else None


def _has_signs(lines: str) -> bool:
    return _SIGNS.search(lines) is not None or (
        _ADDRESS.search(lines) is not None and re.search(_PERSON, lines) is not None
    )


def _names_somebody(line: str) -> bool:
    """Whether a line is a credit, or mostly names, or an address."""
    if _CREDIT.match(line):
        return len(line) < 200
    if "|" in line or line[-1] in ".?!:。！？।…" or _LABEL.match(line) or _BEGINS_TEXT.match(line):
        return False
    words = [w for w in _WORD.findall(_ADDRESS.sub(" ", line)) if w.lower() != w.upper()]
    small = sum(word[0].islower() and word not in _PARTICLES for word in words)
    return bool(words or "@" in line) and small <= _SMALL_LETTERS * len(words)


def as_sentence(passage: Passage, span: tuple[int, int], question: str) -> str:
    """What those lines mean, as a sentence."""
    lines = " ".join(passage.text[slice(*span)].split())
    return f"The authors who wrote {called(passage, question)} are {lines}."


def called(passage: Passage, question: str) -> str:
    """A document by its title, and by the sort of thing that the question calls it."""
    kind = _KIND.search(question)
    return f"the {kind[0] if kind else 'article'} {passage.title}"
