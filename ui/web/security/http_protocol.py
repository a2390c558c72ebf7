"""Closes connections that send a request too slowly, or only half of it.

Uvicorn waits for ever for the rest of a request; a few hundred half-sent ones would use up the
connections that the system allows a process.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

logger = logging.getLogger(__name__)

HEAD_SECONDS = 20.0
"""For the first byte of a connection, and then for all headers of a request."""
BODY_SECONDS = 30.0
"""For the body of a request, beside what its bytes take at the least speed."""
BODY_RATE = 10_000
"""Bytes a second: the least speed of an upload, 80 kbit/s."""

_Base: Any = object if TYPE_CHECKING else AutoHTTPProtocol


class TimedProtocol(_Base):  # type: ignore[misc]
    """Uvicorn's protocol with a deadline for each request to be there as a whole.

    The time that an answer takes is not limited, nor that of a stream of events.
    """

    _deadline: asyncio.TimerHandle | None = None
    _begun: float = 0.0
    _received: int = 0
    _in_body: bool = False

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._wait(HEAD_SECONDS)

    def data_received(self, data: bytes) -> None:
        """Read, and wait for what is still missing."""
        super().data_received(data)
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            if self._deadline is None or self._in_body:
                self._in_body = False
                self._wait(HEAD_SECONDS)
        elif cycle.more_body:
            if not self._in_body:
                self._in_body, self._begun, self._received = True, self.loop.time(), 0
            self._received += len(data)
            spent = self.loop.time() - self._begun
            self._wait(BODY_SECONDS + self._received / BODY_RATE - spent)
        else:
            self._in_body = False
            self._cancel()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._cancel()
        super().connection_lost(exc)

    def _wait(self, seconds: float) -> None:
        self._cancel()
        self._deadline = self.loop.call_later(max(0.0, seconds), self._give_up)

    def _cancel(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        if self.flow.read_paused:  # the server itself is slow to take the body
            self._wait(BODY_SECONDS)
            return
        logger.info("a connection was closed: its request did not come in time")
        self.transport.abort()
