"""Iterate in another thread what would block an event loop."""

import asyncio
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextvars import copy_context
from typing import Any, TypeVar, cast

Item = TypeVar("Item")
_END: Any = object()


async def iterate_in_thread(make: Callable[[], Iterator[Item]]) -> AsyncIterator[Item]:
    """Yield the items of a generator that runs in threads, each when it is there.

    When the caller goes away, the generator is closed after the item that it is making.

    :param make: returns the generator; its context variables are those of the caller.
    """
    context, loop = copy_context(), asyncio.get_running_loop()
    items = cast("Generator[Item]", make())
    running: asyncio.Future[Item] | None = None
    try:
        while True:
            running = loop.run_in_executor(None, lambda: context.run(next, items, _END))
            item = await asyncio.shield(running)
            if item is _END:
                return
            yield item
    finally:
        if running is None or running.done():
            context.run(items.close)
        else:  # the thread cannot be stopped within an item
            running.add_done_callback(lambda done: _close(done, context.run, items))


def _close(done: "asyncio.Future[Any]", run: Callable[..., Any], items: "Generator[Any]") -> None:
    if not done.cancelled():
        done.exception()  # nobody else asks for it
    run(items.close)
