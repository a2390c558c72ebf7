"""The headings of a document, as they stand in it."""

from collections.abc import Iterator

from rag.library.catalog import Catalog, chunk_id
from rag.requests.overview import KeySentence
from rag.retrieval.search import make_passage
from rag.types import HEADING_SEPARATOR


def find_headings(
    catalog: Catalog, document_id: str, most: int
) -> Iterator[tuple[str, KeySentence]]:
    """Find the headings in their order, each with the list mark of its level.

    A heading that does not stand in the text below it, such as a slide's title that is repeated,
    is left out: nothing could be opened for it.
    """
    seen: set[tuple[str, ...]] = set()
    ids = [chunk_id(document_id, place) for place in range(catalog.count_chunks(document_id))]
    for chunk in sorted(catalog.chunks(ids).values(), key=lambda each: each.start):
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
