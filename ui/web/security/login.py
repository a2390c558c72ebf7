"""A name and a password for everything: HTTP's Basic authentication (RFC 7617).

It covers the page, its files and every interface for programs in one place. The password is sent
unencrypted, so outside a trusted network a proxy must add TLS.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import logging
import os
import time
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, PlainTextResponse, Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

logger = logging.getLogger(__name__)

_PAUSE = 0.5
"""Seconds of delay after a wrong password, and between two tries while somebody guesses."""
_GUESSING = 5
"""Wrong passwords in :data:`_WITHIN` seconds from which on somebody guesses."""
_WITHIN = 300.0
_MOST_WAITING = 40
"""Tries that wait for their turn; more are refused."""
_MOST_KNOWN = 1_000
"""Addresses that are remembered for having given the right password."""


@dataclass(frozen=True, slots=True)
class Login:
    """The name and the password that every request must give."""

    name: str
    password: str = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Login:
        """Read ``name:password``.

        :raises ValueError: it does not have that form.
        """
        name, colon, password = text.partition(":")
        if not colon or not name or not password:
            raise ValueError("a login looks like NAME:PASSWORD")
        return cls(name, password)

    @classmethod
    def read(cls, file: Path) -> Login:
        """Read ``name:password`` from the first line of a file that only its owner can read.

        :raises ValueError: others can read it too, or it does not have that form.
        :raises OSError: it cannot be read.
        """
        if os.name == "posix" and file.stat().st_mode & 0o077:
            raise ValueError(f"other users can read {file}; run: chmod 600 {file}")
        return cls.parse((file.read_text(encoding="utf-8").splitlines() or [""])[0].strip())

    def matches(self, name: str, password: str) -> bool:
        """Whether both are right; the time taken does not depend on the difference."""
        given, wanted = f"{name}:{password}".encode(), f"{self.name}:{self.password}".encode()
        return hmac.compare_digest(hashlib.sha256(given).digest(), hashlib.sha256(wanted).digest())


class BasicAuth:
    """ASGI middleware that refuses every request without the login.

    While somebody guesses, from one address or from many, passwords are tried one after the other,
    with a pause before each; an address that has only given the right one does not wait.

    Programs may give the password as a bearer token (RFC 6750), as clients for OpenAI's API do.

    :param open_to_all: paths that are answered without the login.
    """

    def __init__(self, app: ASGIApp, login: Login, open_to_all: Sequence[str] = ()) -> None:
        self._app = app
        self._login = login
        self._open_to_all = frozenset(open_to_all)
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._failures: deque[float] = deque(maxlen=_GUESSING)
        self._known: OrderedDict[str, None] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or ask for the login."""
        is_open = scope["type"] == "http" and scope["path"] in self._open_to_all
        if scope["type"] == "lifespan" or is_open:
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # a web socket, of which the page has none
            return
        given = Headers(scope=scope).get("authorization", "")
        address = str((scope.get("client") or ("",))[0])
        if given and self._is_guessed() and address not in self._known:
            if self._waiting >= _MOST_WAITING:
                await _make_refusal(scope["path"], 429)(scope, receive, send)
                return
            await self._wait_for_turn()
        if self._allows(given):
            self._remember(address)
            await self._app(scope, receive, send)
            return
        if given:
            self._count_failure(address)
            await asyncio.sleep(_PAUSE)
        await _make_refusal(scope["path"], 401)(scope, receive, send)

    def _is_guessed(self) -> bool:
        full = len(self._failures) == _GUESSING
        return full and time.monotonic() - self._failures[0] < _WITHIN

    async def _wait_for_turn(self) -> None:
        self._waiting += 1
        try:
            async with self._turn:
                await asyncio.sleep(_PAUSE)
        finally:
            self._waiting -= 1

    def _remember(self, address: str) -> None:
        self._known[address] = None
        if len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)

    def _count_failure(self, address: str) -> None:
        self._known.pop(address, None)
        self._failures.append(time.monotonic())
        slowed = "; tries are slowed down" if self._is_guessed() else ""
        logger.warning("a wrong login came from %s%s", address or "an unknown address", slowed)

    def _allows(self, header: str) -> bool:
        scheme, _, value = header.partition(" ")
        if scheme.lower() == "bearer":
            return self._login.matches(self._login.name, value)
        if scheme.lower() != "basic":
            return False
        try:
            name, _, password = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return False
        return self._login.matches(name, password)


def _make_refusal(path: str, status: int) -> Response:
    """The reply to a request without login, in the form that clients of the address read."""
    headers = {"WWW-Authenticate": 'Basic realm="citespan", charset="UTF-8"'}
    said = "This page needs a name and a password."
    code, message = (
        "invalid_api_key", "the API key must be the password that citespan was started with"
    )  # fmt: skip
    if status == 429:
        headers = {"Retry-After": "30"}
        said = "There were too many wrong passwords. Try again in a minute."
        code, message = "rate_limit_exceeded", "there were too many wrong keys; try again later"
    if not path.startswith("/v1/"):
        return PlainTextResponse(said, status, headers)
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    return JSONResponse({"error": error}, status, headers)
