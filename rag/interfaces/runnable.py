"""The whole chain as a LangChain ``Runnable``."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from langchain_core.runnables import Runnable, RunnableConfig

from rag.types import EVERYTHING, Answer, Filter, History

RunnableInput = str | Mapping[str, Any]
"""A question, or ``{"question": …}`` with ``history`` and ``where`` as in :meth:`rag.Rag.ask`."""


class Asked(Protocol):
    """What answers questions; :class:`rag.Rag` does."""

    def ask(self, question: str, history: History = ..., *, where: Filter = ...) -> Answer: ...
    def stream(
        self, question: str, history: History = ..., *, where: Filter = ...
    ) -> Iterator[Answer]: ...


class RagRunnable(Runnable[RunnableInput, Answer]):
    """``invoke`` asks, ``stream`` gives growing answers, ``batch`` and ``ainvoke`` follow."""

    def __init__(self, rag: Asked) -> None:
        self._rag = rag

    def invoke(
        self, input: RunnableInput, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Answer:
        return self._call_with_config(
            lambda given: self._rag.ask(**_read_input(given)), input, config, **kwargs
        )

    def stream(
        self, input: RunnableInput, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Iterator[Answer]:
        return self._rag.stream(**_read_input(input))


def _read_input(given: RunnableInput) -> dict[str, Any]:
    if isinstance(given, str):
        return {"question": given}
    return {
        "question": given["question"],
        "history": given.get("history", ()),
        "where": given.get("where", EVERYTHING),
    }
