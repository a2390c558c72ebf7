"""A request must call the server by a name that is its own."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence

import pytest

from ui.web.security.hosts import HostCheck, is_loopback, list_hosts


def answer(hosts: Sequence[str], *names: str) -> int:
    """The status that a request gets that has these Host headers."""
    statuses: list[int] = []

    async def inner(scope: object, receive: object, send: object) -> None:
        statuses.append(200)

    async def send(message: dict[str, object]) -> None:
        if "status" in message:
            statuses.append(int(str(message["status"])))

    headers = [(b"host", name.encode()) for name in names]
    scope = {"type": "http", "method": "GET", "path": "/", "headers": headers}
    asyncio.run(HostCheck(inner, list_hosts(hosts))(scope, None, send))  # type: ignore[arg-type]
    return statuses[0]


@pytest.mark.fault(113)
@pytest.mark.parametrize(
    ("hosts", "name", "answered"),
    [
        ([], "rebound.example", False),
        ([], "localhost", True),
        ([], "LOCALHOST.:7860", True),
        ([], "localhost.evil.example", False),
        ([], "127.0.0.1.evil.example", False),
        ([], "evil.example:127", False),
        ([], "[::1]:7860", True),
        ([], "[::1", True),
        ([], "[evil.example]", False),
        ([], "192.0.2.7:7860", True),
        ([], "0x7f000001", False),
        ([], "2130706433", False),
        ([], "", False),
        ([], socket.gethostname(), True),
        (["docs.example"], "docs.example:80", True),
        (["docs.example"], "evil.docs.example", False),
        (["Docs.Example."], "docs.example", True),
        (["*"], "any.example", True),
    ],
)
def test_only_known_names_are_answered(hosts: list[str], name: str, answered: bool) -> None:
    assert answer(hosts, name) == (200 if answered else 400)


def test_one_name_is_given() -> None:
    assert answer([]) == 400
    assert answer([], "localhost", "evil.example") == 400


@pytest.mark.parametrize(
    ("host", "is_own"),
    [("127.0.0.2", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False)],
)
def test_loopback_is_this_machine_only(host: str, is_own: bool) -> None:
    assert is_loopback(host) is is_own
