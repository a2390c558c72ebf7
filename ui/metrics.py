"""What a server tells Prometheus: answers, how long they took, who waits. No text of anybody's."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from functools import partial
from typing import TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from rag.errors import RagError
from rag.library.library import Library
from rag.types import Answer
from ui.work_queue import BusyError

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_Item = TypeVar("_Item")


class ServerMetrics:
    """The metrics of one server.

    :param count_waiting: how many questions wait for their turn.
    :param find_library: the library that is served; raises when it cannot be opened.
    """

    def __init__(
        self, count_waiting: Callable[[], int], find_library: Callable[[], Library]
    ) -> None:
        self._registry = CollectorRegistry()
        self._answers = Counter(
            "citespan_answers", "Questions, by how they ended.", ["outcome"],
            registry=self._registry,
        )  # fmt: skip
        for outcome in ("answered", "abstained", "failed", "busy", "left"):
            self._answers.labels(outcome)
        self._seconds = Histogram(
            "citespan_answer_seconds", "Time from question to whole answer, waiting included.",
            buckets=_SECONDS, registry=self._registry,
        )  # fmt: skip
        waiting = Gauge("citespan_waiting", "Questions that wait.", registry=self._registry)
        waiting.set_function(count_waiting)
        self._find_library = find_library
        for place, name in enumerate(("documents", "chunks")):
            gauge = Gauge(f"citespan_{name}", f"The library's {name}.", registry=self._registry)
            gauge.set_function(partial(self._count, place))

    def watch(self, answers: Generator[_Item]) -> Generator[_Item]:
        """Pass on growing answers, and count how they end."""
        begun, outcome = time.perf_counter(), "left"
        try:
            for item in answers:
                if isinstance(item, Answer):
                    outcome = item.status
                yield item
            self._seconds.observe(time.perf_counter() - begun)
        except GeneratorExit:
            outcome = "left"
            answers.close()
            raise
        except BaseException as error:
            outcome = "busy" if isinstance(error, BusyError) else "failed"
            raise
        finally:
            self._answers.labels(outcome).inc()

    def export(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self._registry)

    def _count(self, place: int) -> float:
        try:
            return self._find_library().catalog.counts()[place]
        except RagError:
            return 0
