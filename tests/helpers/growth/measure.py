"""Measures how work grows when its input does.

Neither a clock on the wall nor a count of calls would do: other work on the machine changes the
one, and the other does not see what a regular expression does. So it is the processor time of this
process, of one input against one a fourth of its size, each the least of some tries. Work that
grows as the input does takes four times as long, and work that grows with its square sixteen times:
the bound between is far from both, further than the noise of a busy machine reaches.
"""

import gc
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from typing import Self

MOST = 2.8
"""Times that the work may grow when the input doubles."""
_APART = 4
"""Times that the larger of two compared inputs is as large as the smaller one."""
_FIRST = 4_000
"""Characters of the first input; what looks ahead by some hundred characters is linear beyond."""
_TRIES = 5
_number = count()

Bait = Callable[[int], str]
"""A number of characters → a text of about so many."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far one measurement goes.

    :param largest: characters of the largest input.
    :param enough: seconds of processor time from which an input is large enough to be compared; a
        largest input that takes less is none that could do harm.
    :param most: seconds of processor time that one call may take.
    """

    largest: int = 1_000_000
    enough: float = 0.2
    most: float = 20.0

    def within(self, largest: int) -> Self:
        """Return the limits for a reader that is never given more than so many characters."""
        return replace(self, largest=min(self.largest, largest))


QUICK = Limits(largest=64_000, enough=0.02, most=4.0)


class _TooSlowError(BaseException):
    """No Exception, so that nothing under test catches it."""


def find_growth(work: Callable[[str], object], bait: Bait, limits: Limits) -> str:
    """Tell how the work grows too fast; "" when it does not.

    :param work: is given texts of growing size.
    """
    size = min(_FIRST, limits.largest)
    while (seconds := _measure(work, bait, size, limits)) < limits.enough:
        if size >= limits.largest:
            return ""
        size = min(2 * size, limits.largest)
    if seconds == float("inf"):
        return f"{size:,} characters take more than {limits.most:g} s"
    small, large, least = size // _APART, seconds, float("inf")
    for _ in range(_TRIES):
        least = min(least, _measure(work, bait, small, limits))
        if large <= MOST * MOST * least or large < limits.enough:
            return ""
        large = min(large, _measure(work, bait, size, limits))
    return f"{small:,} characters take {least:.4f} s, {size:,} take {large:.4f}"


def _measure(work: Callable[[str], object], bait: Bait, size: int, limits: Limits) -> float:
    """Return the seconds of processor time; each text is another one, so that no cache knows it."""
    text = f"{next(_number)} {bait(size)}"
    gc.disable()
    try:
        with _stopped_after(limits.most):
            begin = time.thread_time()
            work(text)
            return time.thread_time() - begin
    except _TooSlowError:
        return float("inf")
    finally:
        gc.enable()


@contextmanager
def _stopped_after(seconds: float) -> Iterator[None]:
    """Stop what runs too long: regular expressions look for signals, too."""

    def stop(*_: object) -> None:
        raise _TooSlowError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
