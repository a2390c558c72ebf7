"""What Settings and "About this library" show: documents, models, version, defaults."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from rag.errors import RagError

if TYPE_CHECKING:
    from rag import Rag


def about_routes(rag: Rag) -> APIRouter:
    """Create ``/page/about``."""
    routes = APIRouter(prefix="/page")

    @routes.get("/about")
    def about() -> dict[str, Any]:
        """The number of documents and chunks, the models, the version, the default settings."""
        try:
            documents, chunks = rag.library.catalog.counts()
        except RagError:
            documents = chunks = 0
        settings = rag.settings
        return {
            "documents": documents,
            "chunks": chunks,
            "embedding_model": settings.embedding_model,
            "chat_model": settings.chat_model,
            "chat_address": settings.chat_base_url,
            "reranker": settings.reranker,
            "version": _find_version(),
            "strict": settings.strict,
            "passages": settings.passages,
            "min_confidence": settings.min_confidence,
        }

    return routes


def _find_version() -> str:
    try:
        return version("citespan")
    except PackageNotFoundError:
        return "not installed as a package"
