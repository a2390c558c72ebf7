"""How much one person may send, so that nobody fills the memory or takes all the time to read it.

A person is an address (:mod:`ui.person`). A proxy on this machine tells whom it speaks for
(``X-Forwarded-For``, which uvicorn reads).
"""

from __future__ import annotations

import time
from collections import Counter, OrderedDict
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.responses import JSONResponse

from ui.person import group_address
from ui.web.security.browser_policy import UPLOADS

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_MOST_READ = 40_000_000
"""Bytes of a person's requests in :data:`_WITHIN` seconds, uploads apart."""
_WITHIN = 60.0
_MOST_UPLOADED = 4
"""Times the largest upload that a person's uploads may have together at one time."""
_MOST_PEOPLE = 10_000
"""That are remembered."""
_SAID = "You have sent very much in a short time. Try again in a minute."


class PersonLimits:
    """ASGI middleware that refuses a body when its sender has sent too much, before it is read.

    :param largest: most bytes of an uploaded file.
    """

    def __init__(self, app: ASGIApp, largest: int) -> None:
        self._app = app
        self._most_uploaded = _MOST_UPLOADED * largest
        self._uploading: Counter[str] = Counter()
        self._read: OrderedDict[str, tuple[float, int]] = OrderedDict()
        """For each person, how much was read since when."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        length = Headers(scope=scope).get("content-length", "0") if scope["type"] == "http" else "0"
        size = int(length) if length.isdecimal() else 0
        if not size:
            await self._app(scope, receive, send)
            return
        person = group_address((scope.get("client") or ("", 0))[0])
        if scope["path"] in UPLOADS:
            await self._upload(person, size, scope, receive, send)
        elif self._takes(person, size):
            await self._app(scope, receive, send)
        else:
            await _refuse(scope, receive, send)

    async def _upload(
        self, person: str, size: int, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if self._uploading[person] + size > self._most_uploaded:
            await _refuse(scope, receive, send)
            return
        self._uploading[person] += size
        try:
            await self._app(scope, receive, send)
        finally:
            self._uploading[person] -= size
            if not self._uploading[person]:
                del self._uploading[person]

    def _takes(self, person: str, size: int) -> bool:
        now = time.monotonic()
        since, read = self._read.pop(person, (now, 0))
        if now - since > _WITHIN:
            since, read = now, 0
        taken = read + size <= _MOST_READ
        self._read[person] = since, read + size * taken
        if len(self._read) > _MOST_PEOPLE:
            self._read.popitem(last=False)
        return taken


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse a request in the form that its sender reads."""
    error = {"message": _SAID, "type": "rate_limit_error", "param": None, "code": None}
    body = {"error": error} if scope["path"].startswith("/v1/") else {"detail": _SAID}
    await JSONResponse(body, 429, {"Retry-After": "60"})(scope, receive, send)
