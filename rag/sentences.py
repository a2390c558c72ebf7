"""Where sentences begin and end, as offsets.

`sentencex` knows abbreviations in many languages; what it cannot know is layout. A line that starts
with a bullet or a number, a heading, a blank line, and a short line followed by a capital each end
a sentence here, while a line break inside a wrapped paragraph does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

_LINE = re.compile(
    r"[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]*(?:\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]|\Z)"
)
_MARK = re.compile(r"\s*(?:[•‣◦▪●·*+–-]|#{1,6}|>|\(?\d{1,3}[.)]|\(?[a-z]\))(?=\s)\s*")
_WRAPPED = 45
"""Characters; a shorter line followed by a capital is a line of its own, not a wrapped one."""


def sentence_tiles(text: str) -> list[tuple[int, int]]:
    """Contiguous half-open spans that cover ``text``, one sentence each with its white space."""
    tiles: list[tuple[int, int]] = []
    for begin, end in _blocks(text):
        bounds = [begin, *_sentence_starts(text, begin, end), end]
        for start, stop in pairwise(bounds):
            if tiles and not _speaks(text[start:stop]):
                tiles[-1] = (tiles[-1][0], stop)
            elif start < stop:
                tiles.append((start, stop))
    return tiles


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Half-open spans of the sentences, without surrounding white space, bullets and list numbers."""
    spans = []
    for start, end in sentence_tiles(text):
        mark = _MARK.match(text, start, end)
        if mark:
            start = mark.end()
        sentence = text[start:end]
        start += len(sentence) - len(sentence.lstrip())
        end -= len(sentence) - len(sentence.rstrip())
        if _speaks(text[start:end]):
            spans.append((start, end))
    return spans


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Runs of lines that belong together: paragraphs, list items, headings, single short lines."""
    begin, previous = 0, ""
    for match in _LINE.finditer(text):
        line = match.group()
        if match.start() > begin and _breaks(previous, line):
            yield begin, match.start()
            begin = match.start()
        previous = line
    if begin < len(text):
        yield begin, len(text)


def _breaks(previous: str, line: str) -> bool:
    if not line.strip():
        return False  # white space stays with the block before it
    if not previous.strip() or previous.lstrip().startswith("#") or _MARK.match(line):
        return True
    first = line.lstrip()[0]
    return len(previous.strip()) < _WRAPPED and (first.isupper() or first.isdigit())


def _sentence_starts(text: str, begin: int, end: int) -> list[int]:
    """Where sentences after the first start; a list mark is passed over, it confuses sentencex."""
    from sentencex import get_sentence_boundaries

    mark = _MARK.match(text, begin, end)
    offset = mark.end() if mark else begin
    boundaries = get_sentence_boundaries("en", text[offset:end])
    return [offset + boundary["start_index"] for boundary in boundaries[1:]]


def _speaks(text: str) -> bool:
    return any(char.isalnum() for char in text)
