"""Inserts the text of one document into another, below a heading."""

import re
from bisect import bisect_right
from itertools import accumulate

from ingest.readers import Source
from ingest.readers.shared.writer import Writer
from rag.types import Aside

_HEADING = re.compile(r"#{1,6}(?=[ \t])")
_FENCE = re.compile(r"[ \t]*(?:```|~~~)")
_DEEPEST = 6
"""Levels of headings."""


def insert_source(writer: Writer, source: Source, level: int) -> None:
    """Write a document's text below a heading of a level: its own headings become deeper.

    Lines that begin with ``#`` in a text without headings are written as code.
    """
    if source.markdown:
        writer.insert(*lower_headings(source.text, source.asides, level))
    elif any(line.startswith("#") for line in source.text.splitlines()):
        writer.code(source.text)
    else:
        writer.insert(source.text, source.asides)


def lower_headings(
    text: str, asides: tuple[Aside, ...], level: int
) -> tuple[str, tuple[Aside, ...]]:
    """Move each heading down by so many levels, and the asides with the text."""
    lines, places, added = [], [], []
    position, fenced = 0, False
    for line in text.splitlines(keepends=True):
        if _FENCE.match(line):
            fenced = not fenced
        heading = None if fenced else _HEADING.match(line)
        if heading:
            more = min(level, _DEEPEST - len(heading.group()))
            lines.append("#" * more)
            places.append(position)
            added.append(more)
        lines.append(line)
        position += len(line)
    shifts = [0, *accumulate(added)]

    def move(offset: int) -> int:
        return offset + shifts[bisect_right(places, offset)]

    moved = (Aside(move(aside.start), move(aside.end), aside.kind) for aside in asides)
    return "".join(lines), tuple(moved)
