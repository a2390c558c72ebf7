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
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, PlainTextResponse, Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_PAUSE = 0.5
"""Seconds of delay after a wrong password, which slows down guessing."""


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

    def matches(self, name: str, password: str) -> bool:
        """Whether both are right; the time taken does not depend on the difference."""
        given, wanted = f"{name}:{password}".encode(), f"{self.name}:{self.password}".encode()
        return hmac.compare_digest(hashlib.sha256(given).digest(), hashlib.sha256(wanted).digest())


class BasicAuth:
    """ASGI middleware that refuses every request without the login.

    Programs may give the password as a bearer token (RFC 6750), as clients for OpenAI's API do.

    :param open_to_all: paths that are answered without the login.
    """

    def __init__(self, app: ASGIApp, login: Login, open_to_all: Sequence[str] = ()) -> None:
        self._app = app
        self._login = login
        self._open_to_all = frozenset(open_to_all)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or ask for the login."""
        is_open = scope["type"] == "http" and scope["path"] in self._open_to_all
        if scope["type"] == "lifespan" or is_open:
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # a web socket, of which the page has none
            return
        given = Headers(scope=scope).get("authorization", "")
        if self._allows(given):
            await self._app(scope, receive, send)
            return
        if given:
            await asyncio.sleep(_PAUSE)
        await _make_refusal(scope["path"])(scope, receive, send)

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


def _make_refusal(path: str) -> Response:
    """The reply to a request without login, in the form that clients of the address read."""
    headers = {"WWW-Authenticate": 'Basic realm="citespan", charset="UTF-8"'}
    if not path.startswith("/v1/"):
        return PlainTextResponse("This page needs a name and a password.", 401, headers)
    error = {
        "message": "the API key must be the password that citespan was started with",
        "type": "invalid_request_error",
        "param": None,
        "code": "invalid_api_key",
    }
    return JSONResponse({"error": error}, 401, headers)


def is_loopback(host: str) -> bool:
    """Whether an address can be reached only from this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
