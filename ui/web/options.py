"""What a person chose in the page for the next questions, checked."""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.types import EVERYTHING, Filter

if TYPE_CHECKING:
    from rag import Rag

logger = logging.getLogger(__name__)


class Options(BaseModel):
    """Each is None where the person left it to the library's own settings.

    :param documents: ids of the documents that are asked; None for all of them.
    :param extractive: whether the documents' own sentences answer, not the chat model.
    :param strict: whether a chat model's sentences without support are dropped.
    :param passages: passages retrieved for a question.
    :param min_confidence: probability below which the answer is that there is none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    documents: Annotated[tuple[str, ...], Field(min_length=1, max_length=10_000)] | None = None
    extractive: bool = False
    strict: bool | None = None
    passages: Annotated[int, Field(ge=1, le=50)] | None = None
    min_confidence: Annotated[float, Field(ge=0, le=1)] | None = None

    @property
    def where(self) -> Filter:
        """The part of the library that is asked."""
        return EVERYTHING if self.documents is None else Filter(documents=self.documents)

    def over(self, rag: Rag) -> Rag:
        """The library asked in this way; it shares what the given one has open."""
        changes: dict[str, object] = {
            name: value
            for name in ("strict", "passages", "min_confidence")
            if (value := getattr(self, name)) is not None and value != getattr(rag.settings, name)
        }
        if self.extractive and rag.writes_prose:
            changes["chat_model"] = None
        return rag.varied(**changes) if changes else rag


def options_of(sent: object) -> Options:
    """What a browser sent; the library's own settings when that cannot be read."""
    if not isinstance(sent, str) or not sent:
        return _default()
    try:
        return Options.model_validate_json(sent)
    except ValidationError:
        logger.warning("a browser sent options that cannot be read; the library's own are used")
        return _default()


@cache
def _default() -> Options:
    return Options()
