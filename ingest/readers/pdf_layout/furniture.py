"""Drops running heads and feet, and page numbers."""

import re
from collections import Counter
from collections.abc import Sequence

from ingest.readers.pdf_layout.lines import Line

_PAGE_NUMBER = re.compile(
    r"\W*(?:page |p\. ?)?(?:\d{1,4}|[ivxlc]{1,7})(?: ?(?:of|/|\|) ?\d{1,4})?\W*", re.I
)
_REPEATS = 3
"""Pages that a line at the edge must be on to be a running head or foot."""


def drop_furniture(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Drop lines that are at the edge of many pages, and page numbers."""
    edges = [_edges(page) for page in pages]
    repeated = Counter(key for page in edges for key in {_edge_key(line) for line in page.values()})
    steps = Counter(
        step
        for page, lines in enumerate(edges)
        for step in {n - page for n in map(_page_number, lines.values()) if n is not None}
    )
    kept = []
    for page, lines in enumerate(pages):
        dropped = set()
        for place, line in edges[page].items():
            number = _page_number(line)
            # Numbers that grow with the pages are page numbers, even on two pages only.
            counts = number is not None and (
                steps[number - page] > 1 or (len(pages) == 1 and _stands_apart(line, lines))
            )
            if counts or repeated[_edge_key(line)] >= _REPEATS:
                dropped.add(place)
        kept.append([line for place, line in enumerate(lines) if place not in dropped])
    return kept


def _page_number(line: Line) -> int | None:
    """The number on a line that holds nothing else."""
    if not _PAGE_NUMBER.fullmatch(line.text):
        return None
    digits = re.search(r"\d+", line.text)
    return int(digits.group()) if digits else None


def _stands_apart(line: Line, page: Sequence[Line]) -> bool:
    """Whether nothing else is near above or below a line."""
    return all(
        abs(other.bottom - line.bottom) > 2.5 * line.height for other in page if other is not line
    )


def _edges(page: Sequence[Line]) -> dict[int, Line]:
    """The two highest and the two lowest lines, by their place in the page."""
    if len(page) < 2:
        return {}
    places = sorted(range(len(page)), key=lambda place: page[place].bottom)
    return {place: page[place] for place in {*places[:2], *places[-2:]}}


def _edge_key(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text), round(line.bottom / 4)
