"""What else the page calls: example questions, what there is to know of the library, thumbs."""

from __future__ import annotations

import logging
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field, TypeAdapter

from eval.cases.feedback import Thumb, feedback_on, keep_feedback
from rag.errors import RagError
from rag.types import Answer
from ui.web.examples import ExampleQuestions

if TYPE_CHECKING:
    from rag import Rag

logger = logging.getLogger(__name__)


class Given(BaseModel):
    """A thumb as the page sends it.

    :param history: the turns before, oldest first, each a question and its answer.
    """

    answer: Annotated[dict[str, Any], Field(max_length=50)]
    verdict: Thumb
    note: Annotated[str, Field(max_length=2_000)] = ""
    history: Annotated[tuple[tuple[str, str], ...], Field(max_length=200)] = ()


def page_routes(rag: Rag) -> APIRouter:
    """The routes under ``/page``."""
    routes = APIRouter(prefix="/page")
    examples = ExampleQuestions(rag)
    examples.ready()

    @routes.get("/examples")
    def questions() -> dict[str, Any]:
        """``questions``, and ``ready``: whether they are all there is."""
        made = examples.ready()
        return {"questions": made or (), "ready": made is not None}

    @routes.get("/about")
    def about() -> dict[str, Any]:
        """What answers: documents and chunks, models, version, and the defaults of the options."""
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
            "version": _version(),
            "strict": settings.strict,
            "passages": settings.passages,
            "min_confidence": settings.min_confidence,
        }

    @routes.post("/feedback")
    def feedback(given: Given) -> dict[str, bool]:
        """Keep a thumb in the library's home, for ``citespan eval --from-feedback``."""
        try:
            answer = TypeAdapter(Answer).validate_python(given.answer)
            keep_feedback(
                rag.settings.home, feedback_on(answer, given.verdict, given.note, given.history)
            )
        except ValueError as error:
            raise HTTPException(422, "This is not an answer of this page.") from error
        except OSError as error:
            logger.exception("feedback cannot be kept")
            raise HTTPException(
                500, f"Your feedback could not be kept ({error.strerror})."
            ) from error
        return {"kept": True}

    return routes


def _version() -> str:
    try:
        return version("citespan")
    except PackageNotFoundError:
        return "a copy that is not installed"
