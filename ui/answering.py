"""Answers for many people at once, in turn.

Computing more answers at a time than there are processors makes each of them later and none
sooner, so they wait in a queue. An answer that a chat model writes mostly waits for that model:
those have a queue of their own and hold up nobody else.
"""

import os
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import aclosing
from dataclasses import replace
from typing import TypeVar, cast

from anyio import CancelScope, CapacityLimiter, to_thread

from rag import Rag
from rag.types import EVERYTHING, Answer, Filter, History, Passage
from ui.metrics import ServerMetrics
from ui.work_queue import MOST_WAITING, Waiting, WorkQueue

MOST_CHATS = 32
"""Answers that a chat model writes at the same time."""
MOST_PASSAGES = 100
"""Passages of one search."""
_Item = TypeVar("_Item")
_END = object()


class Answering:
    """A library's answers, each in its turn; safe to use from any thread.

    :param rag: the library.
    :param at_once: answers computed at the same time; default: one for each processor.
    :param longest: questions that wait in one queue; more are refused.
    :param part: the part of the library that is asked, whatever a question itself asks for.
    """

    def __init__(
        self,
        rag: Rag,
        *,
        at_once: int | None = None,
        longest: int = MOST_WAITING,
        part: Filter = EVERYTHING,
    ) -> None:
        self.rag = rag
        self.part = part
        self._computing = WorkQueue(at_once or os.cpu_count() or 2, longest)
        self._chats = WorkQueue(MOST_CHATS, longest)
        self.metrics = ServerMetrics(
            lambda: self._computing.count_waiting() + self._chats.count_waiting(),
            lambda: rag.library,
        )
        # Threads of their own: who waits here leaves the page's and the server's alone.
        self._threads = CapacityLimiter(2 * longest + MOST_CHATS + self._computing.at_once)

    def stream(
        self,
        question: str,
        history: History = (),
        *,
        where: Filter = EVERYTHING,
        rag: Rag | None = None,
        person: str = "",
    ) -> Generator[Answer | Waiting]:
        """Yield growing answers as :meth:`rag.Rag.stream` does, when their turn has come.

        :param person: who asks: an address. People are answered by turns.
        :param rag: a variant of the library, made by :meth:`rag.Rag.varied`, to ask instead.
        :raises BusyError: too many are waiting.
        :raises RagError: as :meth:`rag.Rag.ask`.
        """
        answerer = rag or self.rag
        queue = self._chats if answerer.writes_prose else self._computing
        inside = self.narrow(where)
        answers = queue.stream(lambda: answerer.stream(question, history, where=inside), person)
        return self.metrics.watch(answers)

    def narrow(self, where: Filter) -> Filter:
        """Narrow a filter to the part that is asked.

        :raises QuestionError: a source of the filter is the name of nothing.
        """
        if self.part.sources is None:
            return where
        if where.sources is None:
            return replace(where, sources=self.part.sources)
        both = replace(where, sources=self.part.sources)
        return replace(where, documents=self.rag.library.catalog.resolve_filter(both).documents)

    def search(
        self, question: str, limit: int, where: Filter = EVERYTHING, *, person: str = ""
    ) -> list[Passage]:
        """Find the best passages, best first; raises as :meth:`stream`.

        :param limit: how many at most.
        :param person: who asks, as for :meth:`stream`.
        """
        inside = self.narrow(where)
        *_, last = self._computing.stream(
            lambda: iter([self.rag.search(question, limit=limit, where=inside)]), person
        )
        assert not isinstance(last, Waiting)
        return last

    def suggest(
        self, answer: Answer, history: History, *, where: Filter, rag: Rag
    ) -> tuple[str, ...]:
        """Suggest what to ask next, as :meth:`rag.Rag.suggest`; nothing while others need the time.

        :raises RagError: as :meth:`rag.Rag.suggest`.
        """
        if self._computing.is_busy:
            return ()
        work = self._computing.stream(lambda: iter([rag.suggest(answer, history, where=where)]))
        *_, last = work
        return () if isinstance(last, Waiting) else last

    async def search_async(
        self, question: str, limit: int, where: Filter = EVERYTHING, *, person: str = ""
    ) -> list[Passage]:
        """Find them without blocking the event loop."""
        return await self.run_async(lambda: self.search(question, limit, where, person=person))

    async def run_async(self, function: Callable[[], _Item]) -> _Item:
        """Call a function that blocks in a thread."""
        return await to_thread.run_sync(function, limiter=self._threads)

    async def iterate_async(self, items: Generator[_Item]) -> AsyncGenerator[_Item]:
        """Iterate in threads over a generator that blocks, and close it in any case.

        A task that is cancelled while a thread gets an item goes on at once. The thread does not,
        and closing waits for it.
        """
        running = threading.Lock()

        def get_next() -> object:
            with running:
                return next(items, _END)

        def close() -> None:
            with running:
                items.close()

        try:
            while (item := await to_thread.run_sync(get_next, limiter=self._threads)) is not _END:
                yield cast("_Item", item)
        finally:
            with CancelScope(shield=True):
                await to_thread.run_sync(close, limiter=self._threads)


async def last_answer(items: AsyncGenerator[Answer | Waiting]) -> Answer:
    """Wait for the whole answer, which comes last; the items are closed in any case."""
    async with aclosing(items):
        *_, answer = [item async for item in items]
    assert isinstance(answer, Answer)
    return answer
