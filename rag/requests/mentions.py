"""Finds the documents that mention some words, by the words themselves."""

import re
from dataclasses import dataclass

from rag.english.patterns.scope import ASKS_WHAT_DEALS_WITH, ASKS_WHAT_MENTIONS
from rag.library.library import Library
from rag.requests.overview import KeySentence
from rag.retrieval.search import make_passage
from rag.text.sentences import sentence_spans
from rag.types import Filter

_MOST_CHUNKS = 2_000
"""With the likeliest words, which are looked at."""
_LONGEST = 8
"""Words that may be asked for."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Mentions:
    """Where some words stand.

    :param first: the first sentence of each document that has them, by the document's id.
    """

    words: str
    first: dict[str, KeySentence]


@dataclass(frozen=True, slots=True)
class AskedWords:
    """Words whose mention is asked for.

    :param exact: whether these very words are; else the documents may say it in others.
    """

    words: str
    exact: bool


def find_asked_words(question: str) -> AskedWords | None:
    """Find the words whose mention is asked for; None where a question asks for something else."""
    for pattern in (ASKS_WHAT_MENTIONS, ASKS_WHAT_DEALS_WITH):
        if asked := pattern.fullmatch(question):
            words = next(filter(None, asked.groups()), "").strip(" \t\"'“”‘’«»")
            if 0 < len(_WORD.findall(words)) <= _LONGEST:
                return AskedWords(words, pattern is ASKS_WHAT_MENTIONS)
    return None


def find_mentions(library: Library, words: str, where: Filter) -> Mentions:
    """Find the documents with these very words, and where they stand first.

    Case is no matter, nor is the plural of the last word.
    """
    *first, last = words.split()
    singular = re.escape(last[:-1] if last.endswith("s") and not last.endswith("ss") else last)
    spaced = r"\s+".join([*map(re.escape, first), rf"{singular}(?:s|es)?"])
    wanted = re.compile(rf"(?<!\w){spaced}(?:['’]s?)?(?!\w)", re.IGNORECASE)
    where = library.catalog.resolve_filter(where)
    ids = [id_ for id_, _ in library.lexical.search(words, _MOST_CHUNKS, where)]
    found: dict[str, KeySentence] = {}
    for chunk in sorted(library.catalog.chunks(ids).values(), key=lambda each: each.start):
        match = wanted.search(chunk.text)
        if match is None or chunk.document_id in found:
            continue
        spans = sentence_spans(chunk.text)
        span = next((s for s in spans if s[0] <= match.start() < s[1]), match.span())
        found[chunk.document_id] = KeySentence(make_passage(chunk), *span)
    return Mentions(words, found)
