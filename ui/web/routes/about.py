"""What the page shows of a library: documents, models, defaults, example questions, overviews."""

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from fastapi import APIRouter

from rag import Rag
from rag.errors import RagError
from ui.web.documents.example_questions import ExampleQuestions
from ui.web.documents.overview_cards import OverviewCards, card_json

_SHOWN = set(
    "embedding_model chat_model reranker strict answer_length passages min_confidence".split()
)


def about_routes(rag: Rag) -> APIRouter:
    """Create ``/page/about``, ``/page/examples`` and ``/page/overviews``."""
    routes = APIRouter(prefix="/page")
    examples = ExampleQuestions(rag)
    examples.get_or_start()
    cards = OverviewCards(rag)

    @routes.get("/about")
    def about() -> dict[str, Any]:
        """The number of documents and chunks, the models, the version, the default settings."""
        try:
            documents, chunks = rag.library.catalog.counts()
        except RagError:
            documents = chunks = 0
        return rag.settings.model_dump(include=_SHOWN) | {
            "documents": documents,
            "chunks": chunks,
            "chat_address": rag.settings.chat_base_url,
            "version": _find_version(),
        }

    @routes.get("/examples")
    def list_examples() -> dict[str, Any]:
        """``questions``, and ``ready``: whether they are complete."""
        made = examples.get_or_start()
        return {"questions": made or (), "ready": made is not None}

    @routes.get("/overviews")
    def list_overviews() -> dict[str, Any]:
        """``cards`` of the newest documents, and ``ready``: whether they are complete."""
        made, ready = cards.get_or_start()
        return {"cards": [card_json(card) for card in made], "ready": ready}

    return routes


def _find_version() -> str:
    try:
        return version("citespan")
    except PackageNotFoundError:
        return "not installed as a package"
