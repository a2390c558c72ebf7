"""Asking without blocking an event loop."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from rag.interfaces.in_threads import iterate_in_thread
from rag.types import EVERYTHING, Answer, Filter, History


class AsyncAsking:
    """Adds ``aask`` and ``astream`` to what has ``stream``; the work is done in threads."""

    def stream(
        self, question: str, history: History = (), *, where: Filter = EVERYTHING
    ) -> Iterator[Answer]:
        raise NotImplementedError

    async def aask(
        self, question: str, history: History = (), *, where: Filter = EVERYTHING
    ) -> Answer:
        """As :meth:`ask`, for asynchronous code; cancelling it stops the work soon.

        :raises: as :meth:`ask`.
        """
        return [answer async for answer in self.astream(question, history, where=where)][-1]

    def astream(
        self, question: str, history: History = (), *, where: Filter = EVERYTHING
    ) -> AsyncIterator[Answer]:
        """As :meth:`stream`, for asynchronous code: ``async for answer in bot.astream(…)``.

        :raises: as :meth:`ask`, at the first item.
        """
        return iterate_in_thread(lambda: self.stream(question, history, where=where))
