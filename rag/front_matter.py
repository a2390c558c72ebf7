"""Who wrote a document and where they work: the lines between its title and its text."""

from __future__ import annotations

import re

from rag.sentences import sentence_spans
from rag.types import Passage

_ASKED = re.compile(
    r"""
      \b(?:co-?)?authors?\b
    | \bwho(?:['’]s|\s+is|\s+are|\s+has|\s+have)?\s+(?:wrote|written|writes|published)\b
    | \b(?:written|authored)\s+by\b
    | \baffiliat(?:ed|ions?)\b
    | \b(?:compan|departm|hospital|instit|lab|universi)\w+\b.*\b(?:he|she|they|team|\w+ers|\w+ists)
      \b.*\bwork
    | \bwhere\s+(?:do|does|did)\s+(?:he|she|they|the\s+\w+)\s+work\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_KIND = re.compile(r"\b(?:document|file|page|paper|post|report|review|study|text)\b", re.IGNORECASE)
"""What a document may be called besides an article."""
_LATEST = 2000
"""Characters into a document after which nobody is named as its author any more."""
_BEGINS_TEXT = re.compile(
    r"(?:abstract|background|contents|introduction|key\s?words|summary|table of contents)\b", re.I
)
_ADDRESS = re.compile(r"(?:\{[^{}]*\}|\S+)@\S+")
_WORD = re.compile(r"(?<!\w)[^\W\d_][\w'’-]*")
_PERSON = r"[^\W\d_a-z][\w'’.-]*(?: [^\W\d_a-z][\w'’.-]*){1,3}"
_SMALL = 0.3
"""Share of the words of a line of names that may begin with a small letter, at most."""
_BYLINE = re.compile(
    rf"\b[Bb]y {_PERSON}|{_PERSON}(?:, and |, | and | & ){_PERSON}|\S@\w"
    r"|[^\W\d_](?:[¹²³⁴⁵⁶⁷⁸⁹*∗†‡§]|,\d{1,2}\b)"
    r"|\b(?:Academ|Departm|Facult|Hospital|Institut|Laborator|Universit)\w+",
)
"""What tells the names of authors from other lines with capitals."""


def asks_who_wrote(question: str) -> bool:
    """Whether a question is about a document's authors, or about where they work."""
    return _ASKED.search(question) is not None


def front_matter(passage: Passage) -> tuple[int, int] | None:
    """The half-open span of the lines that name the document's authors, if the passage has them.

    Such lines stand near a document's beginning, after its title, are no sentences, and are mostly
    names.
    """
    if passage.start > _LATEST:
        return None
    lines: list[tuple[int, int]] = []
    for place, (start, end) in enumerate(sentence_spans(passage.text)):
        line = passage.text[start:end]
        if not lines and (line == passage.title or place == passage.start == 0):
            continue
        if not _names(line) or passage.text[:start].rstrip(" ").endswith("#"):
            break
        lines.append((start, end))
    if not lines or not _BYLINE.search(passage.text, lines[0][0], lines[-1][1]):
        return None
    return lines[0][0], lines[-1][1]


def _names(line: str) -> bool:
    """Whether a line is mostly names."""
    words = _WORD.findall(_ADDRESS.sub(" ", line))
    small = sum(word[0].islower() for word in words)
    return small <= _SMALL * len(words) and line[-1] not in ".?!:|" and not _BEGINS_TEXT.match(line)


def as_sentence(passage: Passage, span: tuple[int, int], question: str) -> str:
    """What those lines mean, as a sentence; the document is called what the question calls it."""
    kind = _KIND.search(question)
    called = f"the {kind[0] if kind else 'article'} {passage.title}"
    lines = " ".join(passage.text[slice(*span)].split())
    return f"The authors who wrote {called} are {lines}."
