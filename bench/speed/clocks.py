"""The clocks of the ingest bench."""

import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

Figures = dict[str, float]
Call = Callable[..., Any]


class Clock:
    """Names the time since the last look."""

    def __init__(self) -> None:
        self.laps: Figures = {}
        self._last = time.perf_counter(), _processor()

    def lap(self, step: str) -> None:
        """Give the time since the last lap to this step, by the clock and of the processor.

        Child processes count in the lap in which they end.
        """
        now = time.perf_counter(), _processor()
        self.laps[step], self.laps[f"{step} processor"] = np.subtract(now, self._last).tolist()
        self._last = now


class Stages:
    """Seconds inside functions while they are watched.

    On the main thread, and of the embedding wherever it goes on, they are seconds by the clock; of
    the rest, of processor time, since what waits for the main thread costs nothing.
    """

    def __init__(self) -> None:
        self.seconds: Figures = defaultdict(float)

    @contextmanager
    def watching(self, functions: dict[str, tuple[Any, str]]) -> Iterator[None]:
        """Time these attributes of classes and modules, by the name of the stage."""
        before = {stage: getattr(*place) for stage, place in functions.items()}
        for stage, (owner, name) in functions.items():
            setattr(owner, name, self._timed(stage, before[stage]))
        try:
            yield
        finally:
            for stage, (owner, name) in functions.items():
                setattr(owner, name, before[stage])

    def _timed(self, stage: str, function: Call) -> Call:
        def timed(*given: Any, **named: Any) -> Any:
            main = threading.current_thread() is threading.main_thread()
            clock = time.perf_counter if main or stage == "embed" else time.thread_time
            started = clock()
            try:
                return function(*given, **named)
            finally:
                self.seconds[stage] += clock() - started

        return timed


def _processor() -> float:
    """Seconds of processor time, of child processes that have ended too."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system
