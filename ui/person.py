"""Who sends a request, as far as limits for each person need to know: an address."""

import ipaddress
from typing import Protocol

_NETWORK = 64
"""Bits of an IPv6 address that name a network; one machine may use all addresses in it."""


class _Client(Protocol):
    @property
    def host(self) -> str: ...


class _Request(Protocol):
    @property
    def client(self) -> _Client | None: ...


def person_of(request: _Request) -> str:
    """Return the address of a request's sender, of IPv6 its network; "" if it is not known."""
    return group_address(request.client.host) if request.client else ""


def group_address(host: str) -> str:
    """Return what stands for an address and all those that its machine may have as well."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if address.version == 6 and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    if address.version == 6:
        return str(ipaddress.ip_network((address, _NETWORK), strict=False))
    return str(address)
