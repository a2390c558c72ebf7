"""Which hosts are connected to; nothing here leaves the machine."""

from __future__ import annotations

from ipaddress import ip_address

import httpcore
import pytest

from ingest.sources.web.network import CheckedNetwork, RefusedHostError, is_private, is_public
from rag.errors import DocumentError

PUBLIC = ["93.184.216.34", "1.1.1.1", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"]
INTRANET = [
    "127.0.0.1",
    "127.8.8.8",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "::1",
    "fc00::1",
    "fd00:ec2::254",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
]
NEVER = [
    "0.0.0.0",
    "0.1.2.3",
    "169.254.169.254",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
    "100::1",
]


@pytest.mark.parametrize("number", PUBLIC)
def test_hosts_of_the_internet_are_public(number: str) -> None:
    assert is_public(ip_address(number))
    assert not is_private(ip_address(number))


@pytest.mark.parametrize("number", INTRANET)
def test_hosts_of_an_intranet_are_private(number: str) -> None:
    assert not is_public(ip_address(number))
    assert is_private(ip_address(number))


@pytest.mark.parametrize("number", NEVER)
def test_services_of_machines_and_groups_are_neither(number: str) -> None:
    assert not is_public(ip_address(number))
    assert not is_private(ip_address(number))


class Sockets(httpcore.NetworkBackend):
    """Notes what is connected to."""

    def __init__(self) -> None:
        self.connected: list[str] = []

    def connect_tcp(self, host: str, *_: object, **__: object) -> httpcore.NetworkStream:
        self.connected.append(host)
        return httpcore.MockStream([])


@pytest.fixture
def sockets(monkeypatch: pytest.MonkeyPatch) -> Sockets:
    made = Sockets()
    monkeypatch.setattr(httpcore, "SyncBackend", lambda: made)
    return made


@pytest.mark.fault(105)
@pytest.mark.parametrize("number", [*INTRANET, *NEVER])
def test_a_name_that_leads_inside_is_not_connected_to(sockets: Sockets, number: str) -> None:
    network = CheckedNetwork(10, resolve=lambda *_: ["93.184.216.34", number])
    with pytest.raises(RefusedHostError, match="not on the public internet"):
        network.connect_tcp("example.org", 443)
    assert sockets.connected == []


@pytest.mark.fault(105)
def test_what_was_checked_is_connected_to_and_the_name_is_not_asked_again(sockets: Sockets) -> None:
    answers = [["93.184.216.34"], ["127.0.0.1"]]  # DNS rebinding
    network = CheckedNetwork(10, resolve=lambda *_: answers.pop(0))
    network.connect_tcp("example.org", 443)
    assert sockets.connected == ["93.184.216.34"]
    with pytest.raises(RefusedHostError):
        network.connect_tcp("example.org", 443)
    assert sockets.connected == ["93.184.216.34"]


@pytest.mark.fault(105)
@pytest.mark.parametrize("number", NEVER)
def test_an_intranet_can_be_allowed_and_such_services_cannot(sockets: Sockets, number: str) -> None:
    CheckedNetwork(10, allow_private=True, resolve=lambda *_: ["10.0.0.1"]).connect_tcp("wiki", 80)
    assert sockets.connected == ["10.0.0.1"]
    network = CheckedNetwork(10, allow_private=True, resolve=lambda *_: [number])
    with pytest.raises(RefusedHostError):
        network.connect_tcp("wiki", 80)


@pytest.mark.fault(105)
def test_a_public_host_cannot_lead_into_an_allowed_intranet(sockets: Sockets) -> None:
    answers = {"example.org": ["93.184.216.34"], "wiki": ["10.0.0.1"]}
    network = CheckedNetwork(10, allow_private=True, resolve=lambda host, _: answers[host])
    network.connect_tcp("wiki", 80)
    network.connect_tcp("example.org", 80)
    with pytest.raises(RefusedHostError):
        network.connect_tcp("wiki", 80)


def test_a_host_without_a_number_is_a_sentence(sockets: Sockets) -> None:
    def resolve(*_: object) -> list[str]:
        raise OSError("no such host")

    with pytest.raises(DocumentError, match=r"there is no host nobody\.example"):
        CheckedNetwork(10, resolve=resolve).connect_tcp("nobody.example", 80)


@pytest.mark.fault(106)
def test_when_the_time_is_over_nothing_more_is_waited_for(sockets: Sockets) -> None:
    network = CheckedNetwork(0, resolve=lambda *_: ["93.184.216.34"])
    with pytest.raises(DocumentError, match="took more than 0 seconds"):
        network.connect_tcp("example.org", 80)
    assert sockets.connected == []
