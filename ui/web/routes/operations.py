"""For who runs the server: whether it works (``/healthz``), and its figures (``/metrics``)."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from rag.errors import EmptyLibraryError, RagError
from ui.answering import Answering
from ui.metrics import MEDIA_TYPE

HEALTH = "/healthz"
"""Answered without the login; it says nothing of the library."""


def operation_routes(answering: Answering) -> APIRouter:
    """Create ``/healthz`` and ``/metrics``."""
    routes = APIRouter()

    @routes.get(HEALTH)
    def check_health() -> JSONResponse:
        """Whether the library can be read; an empty one can."""
        try:
            answering.rag.library.catalog.counts()
        except EmptyLibraryError:
            pass
        except RagError:
            return JSONResponse({"status": "unavailable"}, 503)
        return JSONResponse({"status": "ok"})

    @routes.get("/metrics")
    def export_metrics() -> Response:
        """In Prometheus' text format."""
        return Response(answering.metrics.export(), media_type=MEDIA_TYPE)

    return routes
