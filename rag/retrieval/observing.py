"""Lets somebody, such as LangChain's callbacks, observe the searches for a question."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeAlias

from rag.types import Passage

Search: TypeAlias = Callable[[], list[Passage]]
Observer: TypeAlias = Callable[[str, Search], list[Passage]]
"""Called with the question and the search, which it makes; returns what was found."""

_observer: ContextVar[Observer | None] = ContextVar("observer", default=None)


@contextmanager
def observing(observer: Observer) -> Iterator[None]:
    """Have the searches within the context observed."""
    before = _observer.get()
    _observer.set(observer)
    try:
        yield
    finally:  # no token: a generator may be closed in another context than it was begun in
        _observer.set(before)


def make_search(question: str, search: Search) -> list[Passage]:
    """Make a search, observed if somebody observes."""
    observer = _observer.get()
    return search() if observer is None else observer(question, search)
