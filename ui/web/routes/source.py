"""What the source panel reads: a document's text with the span marked, or a picture of a page."""

import base64
from typing import Any

from fastapi import APIRouter, HTTPException

from ingest.pages import page_image
from ingest.reading.workers import Workers
from ingest.sources.web.address import is_web_address
from rag import DocumentInfo, Rag
from rag.errors import RagError
from ui.escape import remove_unsafe
from ui.web.views.citation import document_title, file_name
from ui.web.views.error_messages import page_sentence
from ui.web.views.source_text import render_source
from ui.web.views.text_format import find_format


def source_routes(rag: Rag, workers: Workers) -> APIRouter:
    """Create the routes under ``/page/source``; the workers draw pages."""
    routes = APIRouter(prefix="/page/source")

    @routes.get("/{document_id}/{start}/{end}")
    def show_text(document_id: str, start: int, end: int) -> dict[str, Any]:
        """``title``, ``source``, ``html``, ``notice``, ``rendered``; for a PDF, page numbers.

        ``address`` is where it is on the web, or None.
        """
        document = _find_document(rag, document_id)
        try:
            text_format = find_format(document.sources[0])
            view = render_source(rag.source_text(document_id), start, end, text_format=text_format)
            layout = rag.library.catalog.layout(document_id)
        except RagError as error:
            raise HTTPException(404, page_sentence(error)) from error
        except ValueError as error:
            raise HTTPException(404, "This passage is not in the document.") from error
        numbers = {run.page for run in layout.runs} if layout else set()
        return {
            "title": remove_unsafe(document_title(document)),
            "source": remove_unsafe(file_name(document)),
            "address": next(filter(is_web_address, document.sources), None),
            "html": view.html,
            "notice": view.notice,
            "rendered": view.rendered,
            "page": layout.page(start) if layout else None,
            "pages": max(numbers, default=0),
        }

    @routes.get("/{document_id}/{start}/{end}/page/{number}")
    def draw_page(document_id: str, start: int, end: int, number: int) -> dict[str, Any]:
        """A page as ``image``, a ``data:`` address, with ``boxes`` around the span on it.

        A box is left, top, right and bottom as fractions of the picture's width and height; each of
        the page's ``lines`` is such a box and its text.
        """
        _find_document(rag, document_id)
        try:
            catalog = rag.library.catalog
            image = page_image(
                catalog,
                document_id,
                start,
                end,
                page=number,
                workers=workers,
                home=rag.settings.home,
            )
        except RagError as error:
            raise HTTPException(404, page_sentence(error)) from error
        encoded = base64.b64encode(image.png).decode()
        return {
            "image": f"data:image/png;base64,{encoded}",
            "width": image.width,
            "height": image.height,
            "boxes": image.boxes,
            "lines": image.lines,
        }

    return routes


def _find_document(rag: Rag, document_id: str) -> DocumentInfo:
    for document in rag.documents():
        if document.document_id == document_id:
            return document
    raise HTTPException(404, "This document is no longer in the library.")
