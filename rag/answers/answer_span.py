"""Where in a line its answer may stand: in one cell or field, and in whole words."""

import re

from rag.answers.candidates import Candidate
from rag.answers.lines.line import Line
from rag.text.tables import BETWEEN_FIELDS, Span

_WORD = re.compile(r"\d*(?:(?<=\d)[.,:/]\d+)+%?|[^\W_]+")
"""A number with its marks, or a word; the model's tokens are parts of both."""
_AROUND = 40
"""Characters before and after an answer in which its words begin and end; a cell that is not
longer is an answer as a whole."""


def find_asked_part(line: Line, start: int, end: int) -> tuple[int, int, list[int]]:
    """Find where the answer of a line may stand on the page that is read.

    :param start: of the line on its page; ``end`` likewise, half-open.
    :return: a span of the page, and the places between cells or fields in the line.
    """
    breaks = [start + each.start() for each in BETWEEN_FIELDS.finditer(line.reading)]
    if line.answer:
        start, end = (start + place - line.start for place in line.answer)
    return start, end, breaks


def place_answer(candidate: Candidate, start: int, end: int) -> Span | None:
    """Make of what was read as the answer, ``passage.text[start:end]``, a span of the document.

    None where the line means something else than it says.
    """
    line, passage = candidate.line, candidate.passage
    if line.meaning:
        return None
    if line.answer and line.answer[1] - line.answer[0] <= _AROUND:
        start, end = line.answer
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
