"""The whole chain as a LangChain ``Runnable`` and as a tool, with child runs for callbacks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from langchain_core.messages import BaseMessage, convert_to_messages
from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.tools import StructuredTool

from rag.interfaces.in_threads import iterate_in_thread
from rag.retrieval.observing import Observer, observing
from rag.retrieval.search import as_document
from rag.types import Answer, Filter, History, as_filter

if TYPE_CHECKING:
    from langchain_core.callbacks import (
        AsyncCallbackManagerForChainRun,
        CallbackManager,
        CallbackManagerForChainRun,
    )
    from langchain_core.tools import BaseTool

    from rag.types import Passage

RunnableInput = str | Mapping[str, Any]
"""A question, or a mapping with it under ``input``, ``question`` or ``query``.

Beside it may stand ``chat_history`` or ``history``, LangChain's messages or turns as in
:meth:`rag.Rag.ask`, and ``filter`` or ``where``, a :class:`rag.Filter` or conditions on metadata.
``{"messages": […]}`` has the question as its last message.
"""
_QUESTION, _HISTORY, _WHERE = (
    ("input", "question", "query"), ("chat_history", "history"), ("filter", "where")
)  # fmt: skip
_ROLES = frozenset({"human", "user", "ai", "assistant", "system"})
_DESCRIPTION = (
    "Ask the user's documents one question that stands alone. The answer cites the passages that "
    "it was taken from, or says that the documents do not answer."
)


class Asked(Protocol):
    """What answers questions; :class:`rag.Rag` does."""

    def ask(self, question: str, history: History = ..., *, where: Filter = ...) -> Answer: ...
    def stream(
        self, question: str, history: History = ..., *, where: Filter = ...
    ) -> Iterator[Answer]: ...


class RagRunnable(Runnable[RunnableInput, Answer]):
    """``invoke`` asks, ``stream`` gives growing answers; ``batch`` and the ``a…`` methods follow.

    Callbacks get a run of the chain, with child runs of the retriever and of the chat model.
    """

    name = "citespan"

    def __init__(self, rag: Asked) -> None:
        self._rag = rag

    def invoke(
        self, input: RunnableInput, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Answer:
        def answer(given: RunnableInput, run_manager: CallbackManagerForChainRun) -> Answer:
            with observing(_report_searches(run_manager.get_child())):
                return self._rag.ask(**read_input(given))

        return self._call_with_config(answer, input, config, **kwargs)

    async def ainvoke(
        self, input: RunnableInput, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Answer:
        async def answer(
            given: RunnableInput, run_manager: AsyncCallbackManagerForChainRun
        ) -> Answer:
            return [grown async for grown in self._iterate(given, run_manager)][-1]

        return await self._acall_with_config(answer, input, config, **kwargs)

    def stream(
        self, input: RunnableInput, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Iterator[Answer]:
        def answers(
            given: Iterator[RunnableInput], run_manager: CallbackManagerForChainRun
        ) -> Iterator[Answer]:
            with observing(_report_searches(run_manager.get_child())):
                for each in given:
                    yield from self._rag.stream(**read_input(each))

        return self._transform_stream_with_config(iter([input]), answers, config, **kwargs)

    async def astream(
        self, input: RunnableInput, config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncIterator[Answer]:
        async def given() -> AsyncIterator[RunnableInput]:
            yield input

        async def answers(
            inputs: AsyncIterator[RunnableInput], run_manager: AsyncCallbackManagerForChainRun
        ) -> AsyncIterator[Answer]:
            async for each in inputs:
                async for answer in self._iterate(each, run_manager):
                    yield answer

        async for answer in self._atransform_stream_with_config(given(), answers, config, **kwargs):
            yield answer

    def _iterate(
        self, given: RunnableInput, run_manager: AsyncCallbackManagerForChainRun
    ) -> AsyncIterator[Answer]:
        """Growing answers, made in threads."""
        asked = read_input(given)
        observer = _report_searches(run_manager.get_sync().get_child())

        def answers() -> Iterator[Answer]:
            with observing(observer):
                yield from self._rag.stream(**asked)

        return iterate_in_thread(answers)


def make_tool(rag: Asked, name: str, description: str) -> BaseTool:
    """Make a tool that answers: text with its quotes for a model, the answer as its artifact."""

    def ask_documents(question: str) -> tuple[str, Answer]:
        answer = rag.ask(question)
        quotes = [f'{citation}: "{citation.quote}"' for citation in answer.citations]
        return "\n".join([answer.text, *answer.explanation, *quotes]), answer

    return StructuredTool.from_function(
        ask_documents,
        name=name,
        description=description or _DESCRIPTION,
        response_format="content_and_artifact",
    )


def read_input(given: object) -> dict[str, Any]:
    """Read a question in one of the shapes of :data:`RunnableInput`.

    :return: the arguments of :meth:`rag.Rag.ask`.
    :raises TypeError: it has another shape.
    """
    if isinstance(given, str):
        return {"question": given}
    if not isinstance(given, Mapping):
        raise TypeError(f"a question is a text or a mapping with 'input', not {given!r}")
    history = _read_history(_find(given, _HISTORY) or ())
    question = _find(given, _QUESTION)
    if question is None and given.get("messages"):
        *earlier, last = convert_to_messages(given["messages"])
        question, history = last.text, [*history, *_pair(earlier)]
    if isinstance(question, BaseMessage):
        question = question.text
    if question is None:
        raise TypeError(f"there is no question under {', '.join(_QUESTION)} in {sorted(given)}")
    return {"question": question, "history": history, "where": as_filter(_find(given, _WHERE))}


def _find(given: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((given[name] for name in names if given.get(name) is not None), None)


def _read_history(given: Sequence[Any]) -> list[Any]:
    """Turns; LangChain's messages are paired, and turns stay as they are."""
    turns = list(given)
    if all(isinstance(each, tuple | list) and each and each[0] not in _ROLES for each in turns):
        return turns
    return _pair(convert_to_messages(turns))


def _pair(messages: Sequence[BaseMessage]) -> list[tuple[str, str]]:
    """Each question with the answer that follows it."""
    turns: list[tuple[str, str]] = []
    asked = ""
    for message in messages:
        if message.type == "human":
            asked = message.text
        elif message.type == "ai" and asked and message.text:
            turns.append((asked, message.text))
            asked = ""
    return turns


def _report_searches(manager: CallbackManager) -> Observer:
    """Report each search to LangChain's callbacks as a run of a retriever."""

    def observe(question: str, search: Callable[[], list[Passage]]) -> list[Passage]:
        run = manager.on_retriever_start(None, question, name="PassageRetriever")
        try:
            found = search()
        except BaseException as error:
            run.on_retriever_error(error)
            raise
        run.on_retriever_end([as_document(passage) for passage in found])
        return found

    return observe
