"""The sentences and lines of the passages that may answer, each classified once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rag.answers.lines import make_classifier
from rag.answers.lines.line import Line
from rag.models.reader import Page
from rag.questions.matcher import QuestionMatcher
from rag.text.sentences import sentence_spans
from rag.text.tables import BETWEEN_FIELDS, Span
from rag.types import HEADING_SEPARATOR, Passage

_WORD = re.compile(r"\d*(?:(?<=\d)[.,:/]\d+)+%?|[^\W_]+")
"""A number with its marks, or a word; the model's tokens are parts of both."""
_AROUND = 40
"""Characters before and after an answer in which its words begin and end; a cell that is not
longer is an answer as a whole."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line of a passage that may answer.

    :param rank: of the passage among those retrieved, counting from 0.
    :param index: of the line in its passage, counting from 0.
    """

    passage: Passage
    rank: int
    index: int
    line: Line


def find_candidates(matcher: QuestionMatcher) -> list[Candidate]:
    """Find all lines of the passages that may answer, in their order; the same words only once."""
    classify = make_classifier(matcher)
    found: dict[str, Candidate] = {}
    for rank, passage in enumerate(matcher.passages):
        for index, (start, end) in enumerate(sentence_spans(passage.text)):
            line = classify(Line(start, end, passage.text[start:end]), passage)
            if line is None:
                continue
            words = line.reading
            if line.context is not None and not line.meaning:
                words = f"{passage.heading} {line.context} {line.text}"
            found.setdefault(" ".join(words.split()), Candidate(passage, rank, index, line))
    return list(found.values())


class Place(NamedTuple):
    """Where a candidate stands in what is read: ``pages[page].text[start:end]``."""

    page: int
    start: int
    end: int


def make_pages(
    passages: Sequence[Passage], found: Sequence[Candidate]
) -> tuple[list[Page], list[Place]]:
    """Make the pages that are read with the question, and find each candidate in them.

    A passage is a page, under its title and headings; where it has rows of a table, their caption
    and the names of their columns stand there too. A line that means something else than it says
    has its meaning on a page of its own.
    """
    contexts: dict[int, str] = {}
    for each in found:
        if each.line.context:
            contexts.setdefault(each.rank, " ".join(each.line.context.split()))
    pages = [
        Page(_join_headings(passage, contexts.get(rank, "")), passage.text)
        for rank, passage in enumerate(passages)
    ]
    places = []
    for each in found:
        line = each.line
        if line.meaning:
            places.append(Place(len(pages), 0, len(line.meaning)))
            pages.append(Page("", line.meaning))
        else:
            places.append(Place(each.rank, line.start, line.end))
    return pages, places


def _join_headings(passage: Passage, context: str) -> str:
    title, heading = passage.title, passage.heading
    own = heading if heading.startswith(title) else HEADING_SEPARATOR.join((title, heading))
    return f"{own.strip(HEADING_SEPARATOR)} {context}".strip()


def find_breaks(line: Line, start: int) -> list[int]:
    """Find the places between the cells or fields of a line, which no answer goes over.

    :param start: of the line on the page that is read.
    """
    return [start + each.start() for each in BETWEEN_FIELDS.finditer(line.reading)]


def place_answer(candidate: Candidate, start: int, end: int) -> Span | None:
    """Make of what was read as the answer, ``passage.text[start:end]``, a span of the document.

    In the cell that is asked for, where that is known. None where the line means something else
    than it says.
    """
    line, passage = candidate.line, candidate.passage
    if line.meaning:
        return None
    first, last = line.answer or (0, 0)
    if line.answer and (last - first <= _AROUND or not first <= start < end <= last):
        start, end = first, last
    elif start < end:
        start, end = _widen_to_words(passage.text, start, end)
    return passage.start + start, passage.start + end


def _widen_to_words(text: str, start: int, end: int) -> Span:
    """Widen a span to the words and numbers that it cuts."""
    low, high = max(0, start - _AROUND), end + _AROUND
    for word in _WORD.finditer(text[low:high]):
        first, last = low + word.start(), low + word.end()
        if first < start < last:
            start = first
        if first < end < last:
            end = last
    return start, end
