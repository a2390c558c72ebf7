"""Answers for many people at once: whose turn it is, and how long the line is.

Computing more answers at a time than there are processors makes each of them later and none
sooner, so they are computed in the order in which they were asked. An answer that a chat model
writes mostly waits for that model: those stand in a line of their own and hold up nobody else.
"""

from __future__ import annotations

import logging
import ntpath
import os
import threading
import traceback
from collections import deque
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from contextlib import aclosing, suppress
from dataclasses import asdict, dataclass, field
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from anyio import CancelScope, CapacityLimiter, to_thread

from rag.errors import RagError
from rag.types import EVERYTHING, Answer, Filter, History, Passage

if TYPE_CHECKING:
    from rag import Rag

_log = logging.getLogger(__name__)

MOST_CHATS = 32
"""Answers that a chat model writes at the same time."""
MOST_WAITING = 200
"""Questions that wait in one line."""
MOST_PASSAGES = 100
"""Passages of one search."""
FAILED = "Something went wrong. Please ask again; the server's log has the details."
_TOLD_EVERY = 1.0
"""Seconds after which who waits is told the place in the line again."""
_IDLE = 10.0
"""Seconds after which a thread without work ends."""
_Item = TypeVar("_Item")
_END = object()


class BusyError(RagError):
    """More questions are waiting than will be kept."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """No answer yet.

    :param before: how many questions are answered first.
    """

    before: int

    def __str__(self) -> str:
        """One sentence for whoever waits."""
        if not self.before:
            return "Many questions are being answered; yours is next."
        many = "question comes" if self.before == 1 else "questions come"
        return f"Many questions are being answered; {self.before} {many} before yours."


@dataclass(slots=True, eq=False)
class _Job(Generic[_Item]):
    """Work for which somebody waits, and what came of it so far.

    :param gone: whether nobody waits any more.
    """

    work: Callable[[], Iterator[_Item]]
    given: SimpleQueue[_Item | BaseException] = field(default_factory=SimpleQueue)
    gone: bool = False

    def run(self) -> None:
        try:
            items = self.work()
            for item in items:
                self.given.put(item)
                if self.gone:
                    break
            if isinstance(items, Generator):
                items.close()
        except BaseException as error:  # noqa: BLE001 - raised again where somebody waits for it
            self.given.put(error)
        else:
            self.given.put(StopIteration())


class Line:
    """Work that is done in the order in which it is asked for, so much of it at a time.

    It is done in threads of its own, at most ``at_once``: what a thread needs, such as a request to
    the embedding model, is made that many times and no more, and however slow its reader is, work
    that has begun makes room for the next as soon as it can.

    :param at_once: how much at a time.
    :param longest: how many may wait.
    """

    def __init__(self, at_once: int, longest: int = MOST_WAITING) -> None:
        self.at_once = at_once
        self.longest = longest
        self._waiting: deque[_Job[Any]] = deque()
        self._threads = self._idle = 0
        self._moved = threading.Condition()

    def served(self, work: Callable[[], Iterator[_Item]]) -> Generator[_Item | Waiting]:
        """The items of the work when its turn has come; until then, each second, the place.

        Closing this leaves the line, or ends the work after the item that it is at.

        :raises BusyError: the line is too long.
        """
        job = _Job(work)
        self._enter(job)
        try:
            while True:
                try:
                    item = job.given.get(timeout=_TOLD_EVERY)
                except Empty:
                    with self._moved:
                        before = self._waiting.index(job) if job in self._waiting else None
                    if before is not None:
                        yield Waiting(before)
                    continue
                if isinstance(item, StopIteration):
                    return
                if isinstance(item, BaseException):
                    raise item
                yield item
        finally:
            job.gone = True
            with self._moved, suppress(ValueError):
                self._waiting.remove(job)

    def _enter(self, job: _Job[Any]) -> None:
        with self._moved:
            if len(self._waiting) >= self.longest:
                raise BusyError(
                    f"{self.longest} questions are waiting already; ask again in a minute"
                )
            self._waiting.append(job)
            if not self._idle and self._threads < self.at_once:
                self._threads += 1
                threading.Thread(target=self._serve, name="answering", daemon=True).start()
            self._moved.notify()

    def _serve(self) -> None:
        while True:
            with self._moved:
                self._idle += 1
                come = self._moved.wait_for(lambda: self._waiting, _IDLE)
                self._idle -= 1
                if not come:
                    self._threads -= 1
                    return
                job = self._waiting.popleft()
            job.run()


class Answering:
    """A library's answers, each in its turn; safe to use from any thread.

    :param rag: the library.
    :param at_once: answers computed at the same time; default: one for each processor.
    :param longest: questions that wait in one line; more are refused.
    """

    def __init__(
        self, rag: Rag, *, at_once: int | None = None, longest: int = MOST_WAITING
    ) -> None:
        self.rag = rag
        self._computing = Line(at_once or os.cpu_count() or 2, longest)
        self._chats = Line(MOST_CHATS, longest)
        # Threads of their own: who waits here leaves the page's and the server's alone.
        self._threads = CapacityLimiter(2 * longest + MOST_CHATS + self._computing.at_once)

    def stream(
        self,
        question: str,
        history: History = (),
        *,
        where: Filter = EVERYTHING,
        rag: Rag | None = None,
    ) -> Generator[Answer | Waiting]:
        """Growing answers as :meth:`rag.Rag.stream` gives them, after the turns that come first.

        :param rag: the library as :meth:`rag.Rag.varied` has it, to ask that instead.
        :raises BusyError: too many are waiting.
        :raises RagError: as :meth:`rag.Rag.ask`.
        """
        asked = rag or self.rag
        line = self._chats if asked.writes_prose else self._computing
        return line.served(lambda: asked.stream(question, history, where=where))

    def search(self, question: str, limit: int) -> list[Passage]:
        """The best passages, best first; raises as :meth:`stream`.

        :param limit: how many at most.
        """
        *_, last = self._computing.served(lambda: iter([self.rag.search(question, limit=limit)]))
        assert not isinstance(last, Waiting)
        return last

    async def found(self, question: str, limit: int) -> list[Passage]:
        """The same without blocking the event loop."""
        return await to_thread.run_sync(self.search, question, limit, limiter=self._threads)

    async def each(self, items: Generator[_Item]) -> AsyncGenerator[_Item]:
        """The items of a generator that blocks, got in threads; it is closed in any case.

        Whoever is cancelled while a thread gets an item goes on at once, and the thread does not:
        closing waits for it.
        """
        running = threading.Lock()

        def following() -> object:
            with running:
                return next(items, _END)

        def closed() -> None:
            with running:
                items.close()

        try:
            while (item := await to_thread.run_sync(following, limiter=self._threads)) is not _END:
                yield cast("_Item", item)
        finally:
            with CancelScope(shield=True):
                await to_thread.run_sync(closed, limiter=self._threads)


async def last_of(items: AsyncGenerator[Answer | Waiting]) -> Answer:
    """The whole answer, which comes last; the items are closed in any case."""
    async with aclosing(items):
        *_, answer = [item async for item in items]
    assert isinstance(answer, Answer)
    return answer


def plain(value: Answer | Passage) -> dict[str, Any]:
    """JSON-ready values; for an answer, the form of ``citespan ask --json``."""
    return value.as_dict() if isinstance(value, Answer) else asdict(value)


def published(value: Answer | Passage) -> dict[str, Any]:
    """The same as it may leave this machine: documents by file name, not by place on its disk."""
    return cast("dict[str, Any]", _by_name(plain(value)))


def _by_name(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: ntpath.basename(each.rstrip("/\\")) if key == "source" else _by_name(each)
            for key, each in value.items()
        }
    if isinstance(value, list | tuple):
        return [_by_name(each) for each in value]
    return value


def sentence_of(error: RagError) -> str:
    """An error of the library as a sentence."""
    message = str(error).strip()
    stop = "" if message.endswith((".", "!", "?")) else "."
    return f"{message[:1].upper()}{message[1:]}{stop}"


def log_failure(error: BaseException) -> None:
    """Log where an unforeseen error came from, without its message: that may quote the question."""
    where = "".join(traceback.format_tb(error.__traceback__))
    _log.error("answering failed: %s\n%s", type(error).__name__, where)
