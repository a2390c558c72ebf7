"""Which names of this server a request may use.

A web site can point a name of its own at this machine and then reads what is here as its own (DNS
rebinding). A browser sends that name, so only names that this server is known by are answered.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

ANY = "*"
_REFUSAL = (
    "This server does not know the name by which you called it. Open the address that it printed, "
    "or ask the person who runs it to allow this name."
)


def list_hosts(further: Iterable[str] = ()) -> frozenset[str]:
    """List the names of this machine, and further ones.

    :param further: names without a port, such as those that a proxy is called by.
    """
    own = socket.gethostname()
    names = ("localhost", own, own.partition(".")[0], f"{own.partition('.')[0]}.local", *further)
    return frozenset(name.lower().rstrip(".") for name in names)


class HostCheck:
    """ASGI middleware that refuses a name that is not this server's.

    A number, such as 192.0.2.7, is always answered: no web site can have it as its name.

    :param hosts: from :func:`list_hosts`; with :data:`ANY` in it, every name is answered.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "lifespan" or self._knows(Headers(scope=scope).getlist("host")):
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await JSONResponse({"detail": _REFUSAL}, 400)(scope, receive, send)

    def _knows(self, given: list[str]) -> bool:
        if len(given) != 1:
            return False
        name = host_of(given[0])
        return ANY in self._hosts or name in self._hosts or _is_number(name)


def host_of(header: str) -> str:
    """The name or number in a Host header, without its port."""
    header = header.strip().lower()
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.partition(":")[0].rstrip(".")


def is_loopback(host: str) -> bool:
    """Whether an address can be reached only from this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
