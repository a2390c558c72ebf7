"""LangChain's and asynchronous code's ways to ask: growing answers, child runs, its shapes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, HumanMessage

from rag import Answer, Filter, QuestionError, Rag, Settings
from rag.interfaces.in_threads import iterate_in_thread
from rag.interfaces.runnable import read_input

MARKERS = "Which markers help identify cancer stem cells?"
OFF_TOPIC = "Who won the football world cup in 2018?"
FOLLOW_UP = "Where do they come from?"
REPLY = "CD133 and CD44 can help identify these cells [1]."


class Recorder(BaseCallbackHandler):
    """Keeps each run's kind, and the kind of the run that it belongs to."""

    def __init__(self) -> None:
        self.kinds: dict[Any, str] = {}
        self.runs: list[tuple[str, str]] = []
        self.found: list[Any] = []

    def _begin(self, kind: str, run_id: Any, parent_run_id: Any) -> None:
        self.kinds[run_id] = kind
        self.runs.append((kind, self.kinds.get(parent_run_id, "")))

    def on_chain_start(self, *_: Any, run_id: Any, parent_run_id: Any = None, **__: Any) -> None:
        self._begin("chain", run_id, parent_run_id)

    def on_retriever_start(
        self, *_: Any, run_id: Any, parent_run_id: Any = None, **__: Any
    ) -> None:
        self._begin("retriever", run_id, parent_run_id)

    def on_retriever_end(self, documents: Any, **_: Any) -> None:
        self.found.append(documents)

    def on_chat_model_start(
        self, *_: Any, run_id: Any, parent_run_id: Any = None, **__: Any
    ) -> None:
        self._begin("chat model", run_id, parent_run_id)


@pytest.fixture
def writing(bot: Rag, seeds_home: Path) -> Iterator[Rag]:
    """A bot whose answers a chat model writes."""
    model = GenericFakeChatModel(messages=iter([AIMessage(REPLY)] * 9))
    with Rag(
        Settings(home=seeds_home), chat_model=model, embedder=bot.embedder, reader=bot.reader
    ) as rag:
        yield rag


CALLS: dict[str, Callable[..., Answer]] = {
    "invoke": lambda chain, asked, config: chain.invoke(asked, config),
    "stream": lambda chain, asked, config: list(chain.stream(asked, config))[-1],
    "batch": lambda chain, asked, config: chain.batch([asked], config)[0],
    "ainvoke": lambda chain, asked, config: asyncio.run(chain.ainvoke(asked, config)),
    "astream": lambda chain, asked, config: asyncio.run(_collect(chain.astream(asked, config)))[-1],
    "abatch": lambda chain, asked, config: asyncio.run(chain.abatch([asked], config))[0],
}


async def _collect(items: Any) -> list[Any]:
    return [item async for item in items]


@pytest.mark.parametrize("call", CALLS)
def test_callbacks_get_the_chain_with_its_retriever_and_chat_model(writing: Rag, call: str) -> None:
    recorder = Recorder()
    answer = CALLS[call](writing.as_runnable(), MARKERS, {"callbacks": [recorder]})
    assert answer.answerer.startswith("chat:")
    assert recorder.runs == [("chain", ""), ("retriever", "chain"), ("chat model", "chain")]
    [found] = recorder.found
    assert [each.id for each in found] == [passage.chunk_id for passage in answer.passages]


def test_asynchronous_answers_grow_and_are_the_same(bot: Rag) -> None:
    snapshots = list(bot.stream(MARKERS))
    assert len(snapshots) > 1
    assert asyncio.run(_collect(bot.astream(MARKERS))) == snapshots
    assert asyncio.run(_collect(bot.as_runnable().astream(MARKERS))) == snapshots
    assert asyncio.run(bot.aask(MARKERS)) == snapshots[-1]
    with pytest.raises(QuestionError):
        asyncio.run(bot.aask(" "))


def test_events_tell_of_the_growing_answer_and_the_search(bot: Rag) -> None:
    events = asyncio.run(_collect(bot.as_runnable().astream_events(MARKERS, version="v2")))
    kinds = [event["event"] for event in events]
    assert kinds.count("on_chain_stream") == len(list(bot.stream(MARKERS)))
    assert kinds.count("on_retriever_start") == kinds.count("on_retriever_end") == 1
    assert kinds[0], kinds[-1] == ("on_chain_start", "on_chain_end")


def test_the_event_loop_goes_on_while_an_answer_is_made() -> None:
    asked, answered = threading.Event(), threading.Event()

    def answers() -> Iterator[int]:
        asked.set()
        yield 1 if answered.wait(20) else 0

    async def both() -> list[int]:
        async def meanwhile() -> None:
            while not asked.is_set():  # noqa: ASYNC110 - an event of threads
                await asyncio.sleep(0.001)
            answered.set()

        return (await asyncio.gather(_collect(iterate_in_thread(answers)), meanwhile()))[0]

    assert asyncio.run(both()) == [1]


@pytest.mark.parametrize("within", [True, False], ids=["within an item", "between items"])
def test_who_goes_away_ends_the_work(within: bool) -> None:
    begun, go_on, closed = threading.Event(), threading.Event(), threading.Event()

    def answers() -> Iterator[int]:
        try:
            yield 1
            begun.set()
            go_on.wait(20)
            yield 2
        finally:
            closed.set()

    async def ask() -> None:
        items = iterate_in_thread(answers)
        assert await anext(items) == 1
        if not within:
            await items.aclose()  # type: ignore[attr-defined]
            return
        coming = asyncio.ensure_future(anext(items))
        while not begun.is_set():  # noqa: ASYNC110 - an event of threads
            await asyncio.sleep(0.001)
        coming.cancel()
        with pytest.raises(asyncio.CancelledError):
            await coming
        go_on.set()
        while not closed.is_set():  # noqa: ASYNC110 - an event of threads
            await asyncio.sleep(0.001)

    asyncio.run(ask())
    assert closed.is_set()


TURNS = [("neonatal stem cells?", "They are cells of newborns.")]
SHAPES = [
    {"input": FOLLOW_UP, "chat_history": [HumanMessage(TURNS[0][0]), AIMessage(TURNS[0][1])]},
    {"question": FOLLOW_UP, "history": TURNS},
    {"query": FOLLOW_UP, "chat_history": [("human", TURNS[0][0]), ("ai", TURNS[0][1])]},
    {
        "messages": [
            {"role": "system", "content": "Be short."},
            {"role": "user", "content": TURNS[0][0]},
            {"role": "assistant", "content": TURNS[0][1]},
            {"role": "user", "content": FOLLOW_UP},
        ]
    },
    {"input": HumanMessage(FOLLOW_UP), "history": [list(TURNS[0])]},
]


@pytest.mark.parametrize("given", SHAPES)
def test_questions_come_in_langchains_shapes(given: dict[str, Any]) -> None:
    read = read_input(given)
    assert (read["question"], [tuple(turn) for turn in read["history"]]) == (FOLLOW_UP, TURNS)
    assert read["where"] == Filter()


def test_a_filter_comes_as_one_or_as_conditions(bot: Rag) -> None:
    chain = bot.as_runnable()
    ids = tuple(document.document_id for document in bot.documents()[:1])
    answer = chain.invoke({"input": MARKERS, "filter": Filter(documents=ids)})
    assert {passage.document_id for passage in answer.passages} == set(ids)
    assert read_input({"input": "x", "filter": {"team": "red"}})["where"] == Filter(
        metadata={"team": "red"}
    )


@pytest.mark.parametrize("given", [{}, {"history": []}, 7, {"messages": []}])
def test_what_is_no_question_is_refused(given: Any) -> None:
    with pytest.raises(TypeError, match="question"):
        read_input(given)


def test_a_tool_answers_with_its_quotes_and_the_answer(bot: Rag) -> None:
    tool = bot.as_tool()
    call = {"name": tool.name, "args": {"question": MARKERS}, "id": "1", "type": "tool_call"}
    message = tool.invoke(call)
    assert message.artifact == bot.ask(MARKERS)
    assert all(citation.quote in message.content for citation in message.artifact.citations)
    assert bot.as_tool("papers", "About papers.").description == "About papers."


def test_the_retriever_honours_k_and_filter(bot: Rag) -> None:
    ids = tuple(document.document_id for document in bot.documents()[:1])
    here = Filter(documents=ids)
    assert len(bot.as_retriever(k=2).invoke(MARKERS)) == 2
    assert len(bot.as_retriever(search_kwargs={"k": 3}).invoke(MARKERS)) == 3
    assert len(bot.as_retriever(k=3).invoke(MARKERS, k=1)) == 1
    assert len(asyncio.run(bot.retriever.ainvoke(MARKERS, k=2))) == 2
    for found in (
        bot.as_retriever(filter=here).invoke(MARKERS),
        bot.retriever.invoke(MARKERS, filter=here),
    ):
        assert {document.metadata["document_id"] for document in found} == set(ids)
    with pytest.raises(TypeError, match="takes k and filter, not fetch_k"):
        bot.retriever.invoke(MARKERS, fetch_k=50)
