"""Sets aside what is no part of a page's text: running heads, page numbers, stamps, axes."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from ingest.readers.pdf_layout.lines import Line

_PAGE_NUMBER = re.compile(
    r"\W*(?:page |p\. ?)?(?:\d{1,4}|[ivxlc]{1,7})(?: ?(?:of|/|\|) ?\d{1,4})?\W*", re.I
)
_NUMBER = re.compile(r"\d+")
_REPEATS = 3
"""Pages that a line at the edge must be on to be a running head or foot."""
_APART = 1.3
"""Line heights between the lines at the edge and the text, at least."""

Key = tuple[object, ...]


def set_furniture_aside(
    pages: Sequence[Sequence[Line]],
) -> tuple[list[list[Line]], list[tuple[int, Line]]]:
    """Tell the lines of the text from the others.

    :return: the lines of each page's text; and the other lines with their pages, counted from 1. Of
        a line that is on many pages, the first one; of the page numbers of several pages, none.
    """
    edges = [_edges(page) for page in pages]
    keys = _keys([_set_apart(page, lines) for page, lines in zip(edges, pages, strict=True)])
    repeated = Counter(key for page in keys for key in set(page.values()))
    steps = Counter(
        step
        for page, lines in enumerate(edges)
        for step in {n - page for n in map(_page_number, lines.values()) if n is not None}
    )
    kept: list[list[Line]] = []
    aside: dict[Key, tuple[int, Line]] = {}
    for page, lines in enumerate(pages):
        stamps = _find_stamps(lines)
        text: list[Line] = []
        for place, line in enumerate(lines):
            number = _page_number(line) if place in edges[page] else None
            key = keys[page].get(place, ())
            if number is not None and steps[number - page] > 1:
                continue  # numbers that grow with the pages
            if line.on_axis or (number is not None and len(pages) == 1 and _is_alone(line, lines)):
                aside[page, place] = page + 1, line
            elif place in stamps or repeated[key] >= _REPEATS:
                aside.setdefault(key or (line.text,), (page + 1, line))
            else:
                text.append(line)
        kept.append(text)
    return kept, list(aside.values())


def _page_number(line: Line) -> int | None:
    """The number on a line that holds nothing else."""
    if not _PAGE_NUMBER.fullmatch(line.text):
        return None
    digits = _NUMBER.search(line.text)
    return int(digits.group()) if digits else None


def _is_alone(line: Line, page: Sequence[Line]) -> bool:
    """Whether nothing else is near above or below a line."""
    return all(
        abs(other.bottom - line.bottom) > 2.5 * line.height for other in page if other is not line
    )


def _edges(page: Sequence[Line]) -> dict[int, Line]:
    """The two highest and the two lowest lines, by their place in the page."""
    places = [place for place, line in enumerate(page) if not line.turned]
    places.sort(key=lambda place: page[place].bottom)
    if len(places) < 2:
        return {}
    return {place: page[place] for place in {*places[:2], *places[-2:]}}


def _set_apart(edge: Mapping[int, Line], page: Sequence[Line]) -> dict[int, Line]:
    """Those lines at the edge that stand apart from the text, alone or two together."""
    found: dict[int, Line] = {}
    heights = sorted((line.bottom, place) for place, line in enumerate(page) if not line.turned)
    for order in (heights, heights[::-1]):
        for count, (last, next_) in enumerate(pairwise(order[:3]), 1):
            line = page[last[1]]
            if abs(next_[0] - last[0]) > _APART * max(line.height, page[next_[1]].height):
                found |= {place: edge[place] for _, place in order[:count]}
    return found


def _keys(edges: Sequence[Mapping[int, Line]]) -> list[dict[int, Key]]:
    """What is the same for the lines of one running head: its words, height and numbers.

    A number that grows with the pages counts as the same; other numbers are content, so that the
    totals of several invoices stay.
    """
    same: dict[Key, list[tuple[int, int, list[int]]]] = {}
    for page, lines in enumerate(edges):
        for place, line in lines.items():
            masked: Key = (_NUMBER.sub("#", line.text), round(line.bottom / 4))
            numbers = [int(number) for number in _NUMBER.findall(line.text)]
            same.setdefault(masked, []).append((page, place, numbers))
    keys: list[dict[int, Key]] = [{} for _ in edges]
    for masked, found in same.items():
        columns = [Counter(column) for column in zip(*(n for *_, n in found), strict=True)]
        for page, place, numbers in found:
            own = (
                (number,) if counts[number] >= _REPEATS else ("page", number - page)
                for number, counts in zip(numbers, columns, strict=True)
            )
            keys[page][place] = (*masked, *own)
    return keys


def _find_stamps(lines: Sequence[Line]) -> set[int]:
    """Turned lines beside the text, such as the stamps of archives, by their place in the page."""
    upright = [line for line in lines if not line.turned]
    left = min((line.left for line in upright), default=0.0)
    right = max((line.right for line in upright), default=0.0)
    return {
        place
        for place, line in enumerate(lines)
        if line.turned and not (left < line.right and line.left < right)
    }
