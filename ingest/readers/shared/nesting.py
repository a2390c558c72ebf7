"""Inserts the text of one document into another, below a heading."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import accumulate

from ingest.readers import Source
from ingest.readers.shared.writer import Writer
from rag.text.layout import Layout
from rag.types import Aside

_HEADING = re.compile(r"#{1,6}(?=[ \t])")
_FENCE = re.compile(r"[ \t]*(?:```|~~~)")
_DEEPEST = 6
"""Levels of headings."""


def insert_source(writer: Writer, source: Source, level: int, name: str) -> None:
    """Write a document's text below a heading of a level: its own headings become deeper.

    Lines that begin with ``#`` in a text without headings are written as code.

    :param name: of the part that the document is; its pages and sheets are parts of their own.
    """
    writer.part(name)
    parts = list(name_parts(source.layout, name)) if source.layout else []
    if source.markdown:
        text, move = lower_headings(source.text, level)
        asides = [Aside(move(aside.start), move(aside.end), aside.kind) for aside in source.asides]
        writer.insert(text, asides, [(move(offset), part) for offset, part in parts])
    elif any(line.startswith("#") for line in source.text.splitlines()):
        writer.code(source.text)
    else:
        writer.insert(source.text, source.asides, parts)


def name_parts(layout: Layout, name: str) -> Iterator[tuple[int, str]]:
    """Where each page, sheet or part of a document begins, with its name after the document's."""
    last = ""
    for run in layout.runs:
        own = layout.name_part(run) or (f"page {run.page}" if run.page else "")
        if layout.sheets:
            own = layout.name_row(replace(run, index=0), "")
        whole = f"{name}, {own}" if own else name
        if whole != last:
            yield run.start, whole
        last = whole


def lower_headings(text: str, level: int) -> tuple[str, Callable[[int], int]]:
    """Move each heading down by so many levels; return the text, and what moves an offset along."""
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

    return "".join(lines), move
