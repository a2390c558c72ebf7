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
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from anyio import CancelScope, CapacityLimiter, to_thread

from rag.errors import RagError
from rag.types import EVERYTHING, Answer, Filter, History, Passage

if TYPE_CHECKING:
    from rag import Rag

_log = logging.getLogger(__name__)

MOST_CHATS = 32
"""Answers that a chat model writes at the same time."""
MOST_WAITING = 200
"""Questions that wait in one line; each keeps a thread."""
MOST_PASSAGES = 100
"""Passages of one search."""
FAILED = "Something went wrong. Please ask again; the server's log has the details."
_TOLD_EVERY = 1.0
"""Seconds after which who waits is told the place in the line again."""
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
class _Ticket:
    """A place in a line; who is not looking is passed over."""

    looking: bool = True


@dataclass(slots=True, eq=False)
class Line:
    """So many are served at once, first come first served.

    :param at_once: how many.
    :param longest: how many may wait.
    """

    at_once: int
    longest: int = MOST_WAITING
    _served: int = 0
    _waiting: list[_Ticket] = field(default_factory=list)
    _moved: threading.Condition = field(default_factory=threading.Condition)

    def wait(self) -> Generator[int]:
        """Stand in the line: how many come first, now and then, until it is this one's turn.

        Run to its end, :meth:`leaving` must follow. Closed before, it leaves the line.

        :raises BusyError: the line is too long.
        """
        ticket = _Ticket()
        with self._moved:
            if len(self._waiting) >= self.longest:
                raise BusyError(
                    f"{self.longest} questions are waiting already; ask again in a minute"
                )
            self._waiting.append(ticket)
        try:
            while True:
                with self._moved:
                    ticket.looking = True
                    if self._moved.wait_for(lambda: self._is_next(ticket), _TOLD_EVERY):
                        self._served += 1
                        return
                    ticket.looking = False
                    before = self._before(ticket)
                yield before
        finally:
            with self._moved:
                self._waiting.remove(ticket)
                self._moved.notify_all()

    @contextmanager
    def leaving(self) -> Iterator[None]:
        """Make room for the next one at the end."""
        try:
            yield
        finally:
            with self._moved:
                self._served -= 1
                self._moved.notify_all()

    def _before(self, ticket: _Ticket) -> int:
        return sum(each.looking for each in self._waiting[: self._waiting.index(ticket)])

    def _is_next(self, ticket: _Ticket) -> bool:
        return self._before(ticket) < self.at_once - self._served


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
        rag = rag or self.rag
        line = self._chats if rag.writes_prose else self._computing
        yield from map(Waiting, line.wait())
        with ExitStack() as stack:
            turn = stack.enter_context(ExitStack())
            turn.enter_context(line.leaving())
            given = cast("Generator[Answer]", rag.stream(question, history, where=where))
            snapshots = stack.enter_context(closing(given))
            first = next(snapshots)
            if line is self._computing:
                turn.close()  # the work is done: a slow reader does not keep the place
            yield first
            yield from snapshots

    def search(self, question: str, limit: int) -> list[Passage]:
        """The best passages, best first; raises as :meth:`stream`.

        :param limit: how many at most.
        """
        for _ in self._computing.wait():
            pass
        with self._computing.leaving():
            return self.rag.search(question, limit=limit)

    async def found(self, question: str, limit: int) -> list[Passage]:
        """The same without blocking the event loop."""
        return await to_thread.run_sync(self.search, question, limit, limiter=self._threads)

    async def each(self, items: Generator[_Item]) -> AsyncGenerator[_Item]:
        """The items of a generator that blocks, got in threads; it is closed in any case."""
        try:
            while True:
                item = await to_thread.run_sync(next, items, _END, limiter=self._threads)
                if item is _END:
                    return
                yield cast("_Item", item)
        finally:
            with CancelScope(shield=True):
                await to_thread.run_sync(items.close, limiter=self._threads)


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
