"""What to ask after an answer."""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field, TypeAdapter

from rag.errors import RagError
from rag.types import Answer
from ui.answering import Answering
from ui.web.chat.page_settings import PageSettings


class Turn(BaseModel):
    """An answer as the page keeps it.

    :param history: the turns before, oldest first, each a question and its answer.
    :param settings: those that the answer was made with.
    """

    answer: Annotated[dict[str, Any], Field(max_length=50)]
    history: Annotated[tuple[tuple[str, str], ...], Field(max_length=500)] = ()
    settings: PageSettings = PageSettings()


def suggestion_routes(answering: Answering) -> APIRouter:
    """Create ``/page/suggestions``."""
    routes = APIRouter(prefix="/page")

    @routes.post("/suggestions")
    def suggest(turn: Turn) -> dict[str, tuple[str, ...]]:
        """``questions``: what to ask next; none when the library is busy or has changed."""
        try:
            answer = TypeAdapter(Answer).validate_python(turn.answer)
        except ValueError as error:
            raise HTTPException(422, "This is not an answer of this page.") from error
        rag = turn.settings.apply_to(answering.rag)
        try:
            questions = answering.suggest(answer, turn.history, where=turn.settings.where, rag=rag)
        except RagError:
            questions = ()
        return {"questions": questions}

    return routes
