"""What the source panel reads: a document's text with the span marked, or the picture of a page."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, HTTPException

from ingest.pages import page_image
from ingest.reading.workers import Workers
from rag.errors import RagError
from ui.escape import displayed
from ui.web.views.forms import form_of
from ui.web.views.render import file_name, place
from ui.web.views.viewer import view_of

if TYPE_CHECKING:
    from rag import DocumentInfo, Rag


def source_routes(rag: Rag, workers: Workers) -> APIRouter:
    """The routes under ``/page/source``.

    :param workers: the processes that draw pages.
    """
    routes = APIRouter(prefix="/page/source")

    @routes.get("/{document_id}/{start}/{end}")
    def source(document_id: str, start: int, end: int) -> dict[str, Any]:
        """``title``, ``source``, ``html``, ``notice``, ``rendered``; of a PDF its pages."""
        document = _document(rag, document_id)
        try:
            form = form_of(document.sources[0])
            view = view_of(rag.source_text(document_id), start, end, form=form)
            layout = rag.library.catalog.layout(document_id)
        except RagError as error:
            raise HTTPException(404, str(error)) from error
        except ValueError as error:
            raise HTTPException(404, "This passage is not in the document.") from error
        numbers = {run.page for run in layout.runs} if layout else set()
        return {
            "title": displayed(place(document)),
            "source": displayed(file_name(document)),
            "html": view.html,
            "notice": view.notice,
            "rendered": view.rendered,
            "page": layout.page(start) if layout else None,
            "pages": max(numbers, default=0),
        }

    @routes.get("/{document_id}/{start}/{end}/page/{number}")
    def picture(document_id: str, start: int, end: int, number: int) -> dict[str, Any]:
        """A page as ``image``, a ``data:`` address, with ``boxes`` around what it has of the span.

        A box is left, top, right and bottom as parts of the picture's width and height.
        """
        _document(rag, document_id)
        try:
            image = page_image(
                rag.library.catalog, document_id, start, end, page=number, workers=workers
            )
        except RagError as error:
            raise HTTPException(404, str(error)) from error
        encoded = base64.b64encode(image.png).decode()
        return {
            "image": f"data:image/png;base64,{encoded}",
            "width": image.width,
            "height": image.height,
            "boxes": image.boxes,
        }

    return routes


def _document(rag: Rag, document_id: str) -> DocumentInfo:
    found = next((d for d in rag.documents() if d.document_id == document_id), None)
    if found is None:
        raise HTTPException(404, "This document is no longer in the library.")
    return found
