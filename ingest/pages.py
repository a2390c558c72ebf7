"""A quote on the picture of its page.

The library keeps the extracted text and, for formats with pages, which characters of which page it
is (:mod:`rag.text.layout`); it does not keep the files. A page is therefore drawn from a file that
still has the very bytes that were read; when there is none, the text alone can be shown.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from ingest.planning import read_at_rest
from ingest.readers import PageImage, format_of, formats
from ingest.workers import Workers
from rag.errors import DocumentError
from rag.library.catalog import Catalog
from rag.text.layout import Layout


def page_image(
    catalog: Catalog,
    document_id: str,
    start: int,
    end: int,
    *,
    page: int | None = None,
    scale: float = 2.0,
    workers: Workers | None = None,
) -> PageImage:
    """The page on which a span of a document stands, with boxes around the span.

    :param start: first character of the span, as in a citation.
    :param end: one past its last character.
    :param page: another one of the pages that the span stands on; see :func:`pages_of`.
    :param scale: pixels per point; 1 is 72 dots per inch.
    :param workers: reading processes to use; without them one is started and ended here.
    :raises DocumentError: the document has no pages, or no file with its bytes is there any more.
    """
    layout = catalog.layout(document_id)
    number = page or (layout.page(start) if layout else None)
    if layout is None or number is None:
        raise DocumentError("this document has no pages that could be shown")
    path, data = _original(catalog, document_id)
    text = catalog.text(document_id, start, end)
    runs = [
        (part.index, text[part.start - start : part.start - start + part.length])
        for part in layout.places(start, end)
        if part.page == number and part.index >= 0
    ]
    return draw(path, data, number, runs, scale=scale, workers=workers)


def pages_of(layout: Layout, start: int, end: int) -> list[int]:
    """The pages that a span stands on, in the order of the text."""
    return list(dict.fromkeys(part.page for part in layout.places(start, end)))


def draw(
    path: str | Path,
    data: bytes,
    page: int,
    runs: list[tuple[int, str]],
    *,
    scale: float = 2.0,
    workers: Workers | None = None,
) -> PageImage:
    """A page of a file with boxes around runs of its characters.

    :param path: gives the format.
    :param runs: the index of the first character among the page's, and the text from there on.
    :raises DocumentError: the format has no pages to see, or this page cannot be drawn.
    """
    module = format_of(path)
    if module is None or formats()[module].draw is None:
        raise DocumentError("this format has no pages that could be shown")
    if workers is not None:
        return workers.draw(module, data, page, scale, runs)
    with Workers(1) as own:
        return own.draw(module, data, page, scale, runs)


def _original(catalog: Catalog, document_id: str) -> tuple[Path, bytes]:
    """A file that still has the bytes which the document was read from."""
    files = catalog.files_of(document_id)
    for file in files:
        path = Path(file.name)
        try:
            data = read_at_rest(file.name)
        except (DocumentError, OSError):
            continue
        if hashlib.sha256(data).hexdigest() == file.digest:
            return path, data
    names = ", ".join(file.name for file in files) or "its file"
    raise DocumentError(
        f"{names} is gone or has changed since it was read; the text that was read is kept, its "
        "pages are not: ingest it again"
    )
