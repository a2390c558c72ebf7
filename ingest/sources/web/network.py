"""Connects to hosts whose number was checked, within a time limit for all that is done.

A name is resolved once. Its numbers are checked and one of these is connected to, so a name that
resolves to something else a moment later (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

import httpcore

from rag.errors import DocumentError

_SILENT = 20.0
"""Seconds to wait for a connection, and for data."""
_GLOBAL_IPV6 = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
"""Numbers of IPv6 that reach the IPv4 number in their last four bytes."""
_PRIVATE_IPV6 = IPv6Network("fc00::/7")

Number = IPv4Address | IPv6Address
Resolve = Callable[[str, int], list[str]]


class RefusedHostError(DocumentError):
    """A host is not on the public internet."""


def is_public(number: Number) -> bool:
    """Whether a number is one of the public internet, by what it reaches in the end."""
    inner = _inner(number)
    if inner is not None:
        return is_public(inner)
    if isinstance(number, IPv6Address):
        tunnelled = number.sixtofour or number.teredo
        return number.is_global and number in _GLOBAL_IPV6 and not tunnelled
    return number.is_global and not number.is_multicast and not number.is_reserved


def is_private(number: Number) -> bool:
    """Whether it is a host of an intranet or this machine; link-local services are neither."""
    inner = _inner(number)
    if inner is not None:
        return is_private(inner)
    if isinstance(number, IPv6Address):
        return number.is_loopback or number in _PRIVATE_IPV6
    unusable = (
        number.is_link_local or number.is_unspecified or number.is_multicast or number.is_reserved
    )
    return not unusable and not number.is_global and int(number) >> 24 != 0


def _inner(number: Number) -> IPv4Address | None:
    """The IPv4 number that an IPv6 number stands for."""
    if isinstance(number, IPv4Address):
        return None
    if number in _NAT64 or (int(number) >> 32 == 0 and int(number) > 1):
        return IPv4Address(int(number) & 0xFFFFFFFF)
    return number.ipv4_mapped


def resolve(host: str, port: int) -> list[str]:
    """The numbers of a host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class CheckedNetwork(httpcore.NetworkBackend):
    """Connects to public hosts only.

    :param seconds: for all connections and answers together.
    :param allow_private: whether hosts of an intranet and this machine are public enough; no longer
        after a public one has answered, since its redirects are not this person's.
    """

    def __init__(
        self, seconds: float, *, allow_private: bool = False, resolve: Resolve = resolve
    ) -> None:
        self._deadline = time.monotonic() + seconds
        self._seconds = seconds
        self._allow_private = allow_private
        self._resolve = resolve
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first number of a host that answers.

        :raises RefusedHostError: one of its numbers is not public.
        """
        numbers = self._checked(host.strip("[]"), port)
        for left, number in reversed(list(enumerate(reversed(numbers)))):
            try:
                stream = self._sockets.connect_tcp(
                    number, port, self.seconds_left(), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if not left:
                    raise
            else:
                return _LimitedStream(stream, self)
        raise AssertionError  # mypy does not see that the last try returns or raises

    def seconds_left(self) -> float:
        """How long the next step may take.

        :raises DocumentError: the time is over.
        """
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise DocumentError(f"the server took more than {self._seconds:.0f} seconds")
        return min(left, _SILENT)

    def _checked(self, host: str, port: int) -> list[str]:
        try:
            numbers = [ip_address(each.partition("%")[0]) for each in self._resolve(host, port)]
        except (OSError, UnicodeError) as error:
            raise DocumentError(f"there is no host {host}; check the address") from error
        publicly = all(map(is_public, numbers))
        if not numbers or not (publicly or (self._allow_private and all(map(is_private, numbers)))):
            raise RefusedHostError(
                f"{host} is not on the public internet, so it is not read"
                + (
                    "; `citespan ingest --allow-private-addresses`, or ingest(…, "
                    "allow_private_addresses=True), reads an intranet"
                    if all(map(is_private, numbers))
                    else ""
                )
            )
        self._allow_private = self._allow_private and not publicly
        return [str(number) for number in numbers]


class _LimitedStream(httpcore.NetworkStream):
    """A connection whose every step takes from the time that is left."""

    def __init__(self, stream: httpcore.NetworkStream, network: CheckedNetwork) -> None:
        self._stream = stream
        self._network = network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._network.seconds_left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._network.seconds_left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        seconds = self._network.seconds_left()
        stream = self._stream.start_tls(ssl_context, server_hostname, seconds)
        return _LimitedStream(stream, self._network)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
