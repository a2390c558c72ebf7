"""The headings of a document, as they stand in it.

Of slides without any, how each begins; of a table, the names of its columns.
"""

import re
from collections.abc import Iterator, Sequence

from rag.library.catalog import Catalog, StoredChunk, chunk_id
from rag.records.tables import read_tables
from rag.requests.overview import KeySentence
from rag.retrieval.search import make_passage
from rag.text.layout import Layout
from rag.types import HEADING_SEPARATOR

_FEWEST_PAGES = 2
"""Of a document whose pages are told by how they begin."""
_LONGEST_LINE = 100
_LOOKED_THROUGH = 20_000
"""Characters in which the first table is looked for."""
_BARE_NUMBER = re.compile(
    r"(?:[^\W\d_]+\.?\s+)?(?:\d{1,3}(?:\.\d{1,3})*[A-Za-z]?|[IVXL]{1,6})[.):]?"
)
"""A heading that is only a number: ``Item 1A.``"""
_LINE = re.compile(r"\s*(\S[^\n]*)")


def find_headings(
    catalog: Catalog, document_id: str, most: int
) -> Iterator[tuple[str, KeySentence]]:
    """Find the headings in their order, each with the list mark of its level.

    A heading that does not stand in the text below it, such as a slide's title that is repeated,
    is left out: nothing could be opened for it. Where there are more than ``most``, the deepest
    levels are left out first.
    """
    found = list(_find_all(catalog, document_id))
    depth = max((deep for deep, _ in found), default=0)
    while depth and sum(deep <= depth for deep, _ in found) > most:
        depth -= 1
    for deep, each in [(deep, each) for deep, each in found if deep <= depth][:most]:
        yield f"{'  ' * deep}- ", each


def _find_all(catalog: Catalog, document_id: str) -> Iterator[tuple[int, KeySentence]]:
    """Find all headings, each with the number of headings above it."""
    ids = [chunk_id(document_id, place) for place in range(catalog.count_chunks(document_id))]
    chunks = sorted(catalog.chunks(ids).values(), key=lambda each: each.start)
    seen: set[tuple[str, ...]] = set()
    for chunk in chunks:
        path = tuple(chunk.heading.split(HEADING_SEPARATOR)) if chunk.heading else ()
        place = 0
        for depth in range(len(path)):
            start = chunk.text.find(path[depth], place)
            if path[: depth + 1] in seen or start < 0 or " | " in path[depth]:
                continue
            seen.add(path[: depth + 1])
            place = start + len(path[depth])
            end = _find_end(chunk.text, start, place)
            yield depth, KeySentence(make_passage(chunk), start, end)
    if not seen:
        layout = catalog.layout(document_id)
        found = list(_find_beginnings(chunks, layout)) if layout else []
        yield from found or _find_columns(catalog, document_id, chunks)


def _find_end(text: str, start: int, end: int) -> int:
    """Find where a heading ends: a bare number belongs to the rest of its line."""
    line = _LINE.match(text, start)
    if line and _BARE_NUMBER.fullmatch(text[start:end]) and line.end() - start <= _LONGEST_LINE:
        return start + len(line[0].rstrip())
    return end


def _find_columns(
    catalog: Catalog, document_id: str, chunks: Sequence[StoredChunk]
) -> Iterator[tuple[int, KeySentence]]:
    """Find the names of the columns of the first table, as its header has them."""
    text = catalog.text(document_id, 0, _LOOKED_THROUGH)
    for table in read_tables(document_id, text)[:1]:
        names = [column.name for column in table.columns]
        header = "; ".join(names)
        place = table.header[0] if table.header else text.rfind(header, 0, table.rows[0][0])
        for name in names if place >= 0 else ():
            place = text.find(name, place)
            end = place + len(name)
            chunk = next((each for each in chunks if each.start <= place and end <= each.end), None)
            if chunk:
                passage = make_passage(chunk)
                yield 0, KeySentence(passage, place - chunk.start, end - chunk.start)
            place = end


def _find_beginnings(
    chunks: Sequence[StoredChunk], layout: Layout
) -> Iterator[tuple[int, KeySentence]]:
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
        if line[1] not in seen:
            seen.add(line[1])
            end = min(line.end(), line.start(1) + _LONGEST_LINE)
            yield 0, KeySentence(make_passage(chunk), line.start(1), end)
