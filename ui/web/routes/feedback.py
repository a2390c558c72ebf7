"""Ratings of answers: the thumbs up and down."""

import logging
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field, TypeAdapter

from eval.cases.feedback import Thumb, feedback_on, keep_feedback
from rag import Rag
from rag.types import Answer

logger = logging.getLogger(__name__)


class Rating(BaseModel):
    """A rating as the page sends it.

    :param history: the turns before, oldest first, each a question and its answer.
    """

    answer: Annotated[dict[str, Any], Field(max_length=50)]
    verdict: Thumb
    note: Annotated[str, Field(max_length=2_000)] = ""
    history: Annotated[tuple[tuple[str, str], ...], Field(max_length=200)] = ()


def feedback_routes(rag: Rag) -> APIRouter:
    """Create ``/page/feedback``."""
    routes = APIRouter(prefix="/page")

    @routes.post("/feedback")
    def save(rating: Rating) -> dict[str, bool]:
        """Save a rating in the library's home; ``citespan eval feedback`` reads it."""
        try:
            answer = TypeAdapter(Answer).validate_python(rating.answer)
            feedback = feedback_on(answer, rating.verdict, rating.note, rating.history)
            keep_feedback(rag.settings.home, feedback)
        except ValueError as error:
            raise HTTPException(422, "This is not an answer of this page.") from error
        except OSError as error:
            logger.exception("feedback cannot be saved")
            message = f"Your feedback could not be saved ({error.strerror})."
            raise HTTPException(500, message) from error
        return {"kept": True}

    return routes
