"""Draws the page of a citation, with boxes around the quote.

The library stores the extracted text and, for formats with pages, where its characters are on the
pages (:mod:`rag.text.layout`); it does not store the files. So a page is drawn from a file that
still has exactly the bytes that were read; if there is none, only the text can be shown.
"""

import hashlib
from pathlib import Path

from ingest.readers import PageImage, format_of, formats
from ingest.reading.workers import Workers
from ingest.sources.files import read_at_rest
from rag.errors import DocumentError
from rag.library.catalog import Catalog
from rag.library.files.own_files import find_own_files
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
    home: Path | None = None,
) -> PageImage:
    """Draw the page that a span of a document is on, with boxes around the span.

    :param start: first character of the span, as in a citation.
    :param end: one past its last character.
    :param page: another one of the pages that the span is on; see :func:`pages_of`.
    :param scale: pixels per point; 1 is 72 dots per inch.
    :param workers: reading processes to use; without them one is started and ended here.
    :param home: of the library, which has copies of what was fetched from web addresses.
    :raises DocumentError: the document has no pages, or no file has its bytes any more.
    """
    layout = catalog.layout(document_id)
    number = page or (layout.page(start) if layout else None)
    if layout is None or number is None:
        raise DocumentError("this document has no pages to show; only its text can be shown")
    path, data = _find_original(catalog, document_id, home)
    text = catalog.text(document_id, start, end)
    runs = [
        (part.index, text[part.start - start : part.start - start + part.length])
        for part in layout.places(start, end)
        if part.page == number and part.index >= 0
    ]
    return draw(path, data, number, runs, scale=scale, workers=workers)


def pages_of(layout: Layout, start: int, end: int) -> list[int]:
    """The pages that a span is on, in the order of the text."""
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
    """Draw a page of a file with boxes around runs of its characters.

    :param path: gives the format.
    :param runs: the index of the first character among the page's, and the text from there on.
    :raises DocumentError: the format has no pages, or this page cannot be drawn.
    """
    module = format_of(path)
    if module is None or formats()[module].draw is None:
        raise DocumentError("this format has no pages to show; only its text can be shown")
    if workers is not None:
        return workers.draw(module, data, page, scale, runs)
    with Workers(1) as own:
        return own.draw(module, data, page, scale, runs)


def _find_original(catalog: Catalog, document_id: str, home: Path | None) -> tuple[Path, bytes]:
    """Find a file that still has the bytes that the document was read from."""
    files = catalog.files_of(document_id)
    for file in files:
        own = find_own_files(home, file.name) if home else []
        path = own[0] if own else Path(file.name)
        try:
            data = read_at_rest(str(own[0]) if own else file.name)
        except (DocumentError, OSError, ValueError):  # a name may be none that a path has
            continue
        if hashlib.sha256(data).hexdigest() == file.digest:
            return path, data
    names = ", ".join(file.name for file in files) or "its file"
    raise DocumentError(
        f"{names} is gone or has changed since it was read, so its pages cannot be shown; its text "
        "can. Ingest it again"
    )
