"""Asking without an object of one's own: a :class:`rag.Rag` for each settings, kept open."""

from collections.abc import Iterator
from functools import lru_cache

from rag.pipeline import Rag
from rag.settings import Settings
from rag.types import EVERYTHING, Answer, Filter, History


def ask(
    question: str,
    history: History = (),
    *,
    where: Filter = EVERYTHING,
    settings: Settings | None = None,
) -> Answer:
    """Answer a question over the default library; see :meth:`rag.Rag.ask`.

    The library and the model stay open between calls.
    """
    return _shared(settings or Settings()).ask(question, history, where=where)


def stream(
    question: str,
    history: History = (),
    *,
    where: Filter = EVERYTHING,
    settings: Settings | None = None,
) -> Iterator[Answer]:
    """Growing answers over the default library; see :meth:`rag.Rag.stream`."""
    return _shared(settings or Settings()).stream(question, history, where=where)


@lru_cache(maxsize=4)
def _shared(settings: Settings) -> Rag:
    return Rag(settings)
