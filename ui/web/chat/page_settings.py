"""What a person chose under Settings and Documents for the next questions, checked."""

import logging
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag import Rag
from rag.errors import RagError
from rag.types import EVERYTHING, AnswerLength, Filter
from ui.web.views.citation import document_title

_NAMED = 3
"""Selected documents that are named; the others are counted."""
logger = logging.getLogger(__name__)


class PageSettings(BaseModel):
    """Each is None where the library's own setting holds.

    :param documents: ids of the documents to search; None for all of them.
    :param extractive: whether the documents' own sentences answer, not the chat model.
    :param strict: whether a chat model's sentences without support are left out.
    :param answer_length: how much is shown without a chat model.
    :param passages: passages retrieved for a question.
    :param min_confidence: probability below which the answer is an abstention.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    documents: Annotated[tuple[str, ...], Field(min_length=1, max_length=10_000)] | None = None
    extractive: bool = False
    strict: bool | None = None
    answer_length: AnswerLength | None = None
    passages: Annotated[int, Field(ge=1, le=50)] | None = None
    min_confidence: Annotated[float, Field(ge=0, le=1)] | None = None

    @property
    def where(self) -> Filter:
        """The part of the library that is searched."""
        return EVERYTHING if self.documents is None else Filter(documents=self.documents)

    def name_selected(self, rag: Rag) -> tuple[str, ...]:
        """Name the documents to search: the titles of a few, then how many more there are."""
        if self.documents is None:
            return ()
        try:
            titles = {each.document_id: document_title(each) for each in rag.documents()}
        except RagError:
            return ()
        found = [titles[id_] for id_ in self.documents if id_ in titles]
        rest = len(found) - _NAMED
        return (*found[:_NAMED], f"{rest:,} more") if rest > 0 else tuple(found)

    def apply_to(self, rag: Rag) -> Rag:
        """Return the library with these settings; it shares what the given one has open."""
        changes: dict[str, object] = {
            name: value
            for name in ("strict", "answer_length", "passages", "min_confidence")
            if (value := getattr(self, name)) is not None and value != getattr(rag.settings, name)
        }
        if self.extractive and rag.writes_prose:
            changes["chat_model"] = None
        return rag.varied(**changes) if changes else rag


def read_settings(sent: object) -> PageSettings:
    """Read what a browser sent; the library's own settings if that cannot be read."""
    if not isinstance(sent, str) or not sent:
        return PageSettings()
    try:
        return PageSettings.model_validate_json(sent)
    except ValidationError:
        logger.warning("a browser sent settings that cannot be read; the library's own are used")
        return PageSettings()
