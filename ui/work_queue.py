"""A queue of work: a limited amount at the same time, the others in turn.

First come, first served. Who asks for much at once does not keep others waiting: a person's second
piece of work comes after everybody's first one, whoever came first.
"""

import threading
from bisect import insort
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from rag.errors import RagError

MOST_WAITING = 200
"""Questions that wait in one queue."""
_REPORT_EVERY = 1.0
"""Seconds after which who waits is told the place in the queue again."""
_IDLE = 10.0
"""Seconds after which a thread without work ends."""
_Item = TypeVar("_Item")


class BusyError(RagError):
    """More questions are waiting than the queue holds."""


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
    """Work, and the items that it has given so far.

    :param person: who asked for it.
    :param round: the round in which it is its turn; each person has one piece of work in a round.
    :param abandoned: whether nobody waits for it any more.
    """

    work: Callable[[], Iterator[_Item]]
    person: str
    round: int = 0
    items: SimpleQueue[_Item | BaseException] = field(default_factory=SimpleQueue)
    abandoned: bool = False

    def run(self) -> None:
        try:
            items = self.work()
            for item in items:
                self.items.put(item)
                if self.abandoned:
                    break
            if isinstance(items, Generator):
                items.close()
        except BaseException as error:  # noqa: BLE001 - raised again where somebody waits for it
            self.items.put(error)
        else:
            self.items.put(StopIteration())


class WorkQueue:
    """Work that is done in turn, so much of it at a time.

    It runs in threads of its own, at most ``at_once``. What a thread needs, such as a request to
    the embedding model, is made that many times and no more. A slow reader does not keep its
    thread: work that has begun ends as soon as it can.

    :param at_once: how much at a time.
    :param longest: how many may wait.
    """

    def __init__(self, at_once: int, longest: int = MOST_WAITING) -> None:
        self.at_once = at_once
        self.longest = longest
        self._waiting: list[_Job[Any]] = []
        """The next one first."""
        self._round = 0
        self._threads = self._idle = 0
        self._changed = threading.Condition()

    @property
    def is_busy(self) -> bool:
        """Whether every thread that may run has work."""
        with self._changed:
            return bool(self._waiting) or self._threads - self._idle >= self.at_once

    def count_waiting(self) -> int:
        """How much work waits for its turn."""
        with self._changed:
            return len(self._waiting)

    def stream(
        self, work: Callable[[], Iterator[_Item]], person: str = ""
    ) -> Generator[_Item | Waiting]:
        """Yield the items of the work when its turn has come; until then, each second, the place.

        Closing the generator leaves the queue, or ends the work after its current item.

        :param person: who asks, such as an address.
        :raises BusyError: the queue is full, and others do not ask for more.
        """
        job = _Job(work, person)
        self._add(job)
        try:
            while True:
                try:
                    item = job.items.get(timeout=_REPORT_EVERY)
                except Empty:
                    with self._changed:
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
            job.abandoned = True
            with self._changed, suppress(ValueError):
                self._waiting.remove(job)

    def _add(self, job: _Job[Any]) -> None:
        with self._changed:
            own = (each.round for each in self._waiting if each.person == job.person)
            job.round = max(own, default=self._round) + 1
            if len(self._waiting) >= self.longest:
                full = BusyError(
                    f"{self.longest} questions are waiting already; ask again in a minute"
                )
                if not self._waiting or job.round >= self._waiting[-1].round:
                    raise full
                self._waiting.pop().items.put(full)
            insort(self._waiting, job, key=lambda each: each.round)
            if not self._idle and self._threads < self.at_once:
                self._threads += 1
                threading.Thread(target=self._run_jobs, name="answering", daemon=True).start()
            self._changed.notify()

    def _run_jobs(self) -> None:
        while True:
            with self._changed:
                self._idle += 1
                has_work = self._changed.wait_for(lambda: self._waiting, _IDLE)
                self._idle -= 1
                if not has_work:
                    self._threads -= 1
                    return
                job = self._waiting.pop(0)
                self._round = job.round
            job.run()
