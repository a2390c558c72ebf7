"""Ratings of answers: the thumbs up and down."""

import logging
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field, TypeAdapter

from eval.cases.feedback import FeedbackFullError, Thumb, feedback_on, keep_feedback
from rag import Rag
from rag.errors import GoneError
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


def feedback_routes(rag: Rag, *, read_only: bool) -> APIRouter:
    """Create ``/page/feedback``; it refuses ratings of a library that nobody may change."""
    routes = APIRouter(prefix="/page")

    @routes.post("/feedback")
    def save(rating: Rating) -> dict[str, bool]:
        """Save a rating in the library's home; ``citespan eval feedback`` reads it."""
        if read_only:
            raise HTTPException(403, "This library cannot be changed, so ratings are not kept.")
        try:
            answer = TypeAdapter(Answer).validate_python(rating.answer)
            _check_citations(rag, answer)
            feedback = feedback_on(answer, rating.verdict, rating.note, rating.history)
            keep_feedback(rag.settings.home, feedback)
        except FeedbackFullError as error:
            logger.warning("%s", error)
            raise HTTPException(507, "No more ratings can be saved.") from error
        except (ValueError, GoneError) as error:
            raise HTTPException(422, "This is not an answer of this page.") from error
        except OSError as error:
            logger.exception("feedback cannot be saved")
            message = f"Your feedback could not be saved ({error.strerror})."
            raise HTTPException(500, message) from error
        return {"kept": True}

    return routes


def _check_citations(rag: Rag, answer: Answer) -> None:
    """Check that an answer quotes this library: its cases are drafted from what it cites.

    :raises ValueError: a quote is not in its document.
    :raises GoneError: a document is no longer there.
    """
    catalog = rag.library.catalog
    for cited in answer.citations:
        if not 0 <= cited.start < cited.end:
            raise ValueError("no span")
        if catalog.find_sources([cited.source]).get(cited.source) != cited.document_id:
            raise ValueError("another name")
        if catalog.text(cited.document_id, cited.start, cited.end) != cited.quote:
            raise ValueError("another quote")
