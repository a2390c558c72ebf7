"""The headings of a document, as they stand in it; of slides without any, how each begins."""

import re
from collections.abc import Iterator, Sequence

from rag.library.catalog import Catalog, StoredChunk, chunk_id
from rag.requests.overview import KeySentence
from rag.retrieval.search import make_passage
from rag.text.layout import Layout
from rag.types import HEADING_SEPARATOR

_FEWEST_PAGES = 2
"""Of a document whose pages are told by how they begin."""
_LONGEST_LINE = 100
_LINE = re.compile(r"\s*(\S[^\n]*)")


def find_headings(
    catalog: Catalog, document_id: str, most: int
) -> Iterator[tuple[str, KeySentence]]:
    """Find the headings in their order, each with the list mark of its level.

    A heading that does not stand in the text below it, such as a slide's title that is repeated,
    is left out: nothing could be opened for it.
    """
    ids = [chunk_id(document_id, place) for place in range(catalog.count_chunks(document_id))]
    chunks = sorted(catalog.chunks(ids).values(), key=lambda each: each.start)
    seen: set[tuple[str, ...]] = set()
    for chunk in chunks:
        path = tuple(chunk.heading.split(HEADING_SEPARATOR)) if chunk.heading else ()
        place = 0
        for depth in range(len(path)):
            start = chunk.text.find(path[depth], place)
            if path[: depth + 1] in seen or start < 0:
                continue
            seen.add(path[: depth + 1])
            place = start + len(path[depth])
            yield f"{'  ' * depth}- ", KeySentence(make_passage(chunk), start, place)
            if len(seen) == most:
                return
    if not seen and (layout := catalog.layout(document_id)):
        yield from _find_beginnings(chunks, layout, most)


def _find_beginnings(
    chunks: Sequence[StoredChunk], layout: Layout, most: int
) -> Iterator[tuple[str, KeySentence]]:
    """Find the first line of each page, where it is not that of an earlier one."""
    starts: dict[int, int] = {}
    for run in layout.runs:
        starts.setdefault(run.page, run.start)
    if layout.sheets or layout.parts or len(starts) < _FEWEST_PAGES:
        return
    seen: set[str] = set()
    for start in sorted(starts.values()):
        chunk = next((each for each in chunks if each.start <= start < each.end), None)
        line = _LINE.match(chunk.text, start - chunk.start) if chunk else None
        if chunk is None or line is None or not any(map(str.isalpha, line[1])):
            continue
        if line[1] not in seen and len(seen) < most:
            seen.add(line[1])
            end = min(line.end(), line.start(1) + _LONGEST_LINE)
            yield "- ", KeySentence(make_passage(chunk), line.start(1), end)
