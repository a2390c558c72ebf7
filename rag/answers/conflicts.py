"""Finds sentences of different documents that say different things about the same."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from rag.answers.evidence import Evidence
from rag.english.negations import load_negations
from rag.library.catalog import Catalog, DocumentDate
from rag.names import path_of
from rag.text.terms import STOP_WORDS, fold, vocabulary

_SAME = 0.75
"""Share of the words of the shorter of two sentences, numbers aside, that both have."""
_LEAST = 2
"""Words that both have."""
_WORD = re.compile(r"[\w']+")


def differ(first: Evidence, second: Evidence) -> bool:
    """Whether two sentences of different documents differ in a number, or in yes and no alone."""
    if first.passage.document_id == second.passage.document_id:
        return False
    words, numbers = zip(*map(_split, (first.text, second.text)), strict=True)
    shared = words[0] & words[1]
    if len(shared) < _LEAST or len(shared) < _SAME * min(map(len, words)):
        return False
    if numbers[0] != numbers[1]:
        return bool(numbers[0] - numbers[1] and numbers[1] - numbers[0])
    return is_negated(first.text) != is_negated(second.text)


def is_negated(text: str) -> bool:
    """Whether a sentence says that something is not so."""
    words = _WORD.findall(fold(text).replace("’", "'"))
    return any(word in load_negations().words or word.endswith("n't") for word in words)


def describe_conflicts(chosen: Sequence[Evidence], catalog: Catalog) -> Iterator[str]:
    """Tell which documents say different things, with their dates; a sentence for a person."""
    pairs = (pair for pair in combinations(chosen, 2) if differ(*pair))
    ids = dict.fromkeys(each.passage.document_id for pair in pairs for each in pair)
    if not ids:
        return
    dates = catalog.find_dates(list(ids))
    sources = {each.passage.document_id: each.passage.source for each in chosen}
    told = [f"{path_of(sources[id_]).name} ({_describe(dates.get(id_))})" for id_ in ids]
    yield f"These documents say different things: {', '.join(told)}. Read which of them is meant."


def _describe(date: DocumentDate | None) -> str:
    if date is None or not date.day:
        return "without a date"
    return f"dated {date.day}" if date.own else f"file changed on {date.day}"


def _split(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The content words of a sentence, and its numbers."""
    words = vocabulary(text) - STOP_WORDS
    numbers = frozenset(word for word in words if word[0].isdigit())
    return words - numbers, numbers
