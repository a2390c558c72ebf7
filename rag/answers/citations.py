"""Cite a span of a passage: exact, and checked against the catalog."""

from rag.errors import CitationError
from rag.library.catalog import Catalog
from rag.types import Citation, Passage


def cite(catalog: Catalog, passage: Passage, start: int, end: int, number: int) -> Citation:
    """Cite characters ``[start:end]`` of a passage's text.

    :param start: offset into ``passage.text``; the citation's own offsets are the document's.
    :raises CitationError: the catalog's text at the span is not the passage's text there.
    """
    quote = passage.text[start:end]
    first, last = passage.start + start, passage.start + end
    if not quote or catalog.text(passage.document_id, first, last) != quote:
        raise CitationError(
            f"{passage.source} does not read {quote!r} at characters {first}–{last}; the document "
            "was replaced while it was being read: ask again"
        )
    page, place, ocr = catalog.place_of(passage.document_id, first, last)
    return Citation(
        number=number,
        document_id=passage.document_id,
        chunk_id=passage.chunk_id,
        source=passage.source,
        title=passage.title,
        page=page or passage.page,
        start=first,
        end=last,
        quote=quote,
        content_hash=catalog.content_hash(passage.document_id),
        place=place,
        ocr=ocr,
        metadata=passage.metadata,
    )
