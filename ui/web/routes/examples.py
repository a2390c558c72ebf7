"""The example questions of the start page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from ui.web.documents.example_questions import ExampleQuestions

if TYPE_CHECKING:
    from rag import Rag


def example_routes(rag: Rag) -> APIRouter:
    """Create ``/page/examples``."""
    routes = APIRouter(prefix="/page")
    examples = ExampleQuestions(rag)
    examples.get_or_start()

    @routes.get("/examples")
    def list_examples() -> dict[str, Any]:
        """``questions``, and ``ready``: whether they are complete."""
        made = examples.get_or_start()
        return {"questions": made or (), "ready": made is not None}

    return routes
