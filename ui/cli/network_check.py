"""Checks that citespan starts without a network, in a child process that has none.

An audit hook sees every connection and every name lookup that Python code makes. It refuses and
reports all of them, except those to this machine and to the servers that the settings name. It does
not see what a library does below Python.
"""

import multiprocessing
import socket
import sys
import traceback
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rag import Rag, RagError, Settings

_HOST_OF: dict[str, Callable[[tuple[Any, ...]], Any]] = {
    "socket.connect": lambda given: given[1][0] if isinstance(given[1], tuple) else None,
    "socket.sendto": lambda given: given[1][0] if isinstance(given[1], tuple) else None,
    "socket.getaddrinfo": lambda given: given[0],
    "socket.gethostbyname": lambda given: given[0],
}
"""Audit event → the host that is asked for, if there is one."""
_OURS = {"rag", "ingest", "eval", "ui"}


def find_connections(settings: Settings) -> list[str]:
    """List the other hosts that are contacted while citespan starts, each with the package.

    :raises RagError: citespan does not start at all.
    """
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as child:
        try:
            return child.submit(_run_child, settings).result()
        except BrokenProcessPool as error:
            text = f"citespan cannot be started in a process of its own ({error})"
            raise RagError(text) from error


def _run_child(settings: Settings) -> list[str]:
    """Answer a question and make the page; runs in the child process."""
    allowed = _configured_hosts(settings)
    found: list[str] = []

    def refuse(event: str, given: tuple[Any, ...]) -> None:
        host = _HOST_OF[event](given) if event in _HOST_OF else None
        host = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        if host and host not in allowed and not _is_local(host):
            found.append(f"{host}, contacted by {_find_caller()}")
            raise OSError(
                f"no connection to {host}: citespan checks that it starts without a network"
            )

    sys.addaudithook(refuse)
    from ui.web.server import create_server_app  # the hook sees what the imports contact

    with Rag(settings) as rag, suppress(RagError):  # other checks report these
        rag.embedder.embed(["probe"])
        create_server_app(rag)
        rag.search("probe")
    return list(dict.fromkeys(found))


def _configured_hosts(settings: Settings) -> set[str]:
    """The servers that the settings name, as names and as IP addresses."""
    found: set[str] = set()
    for url in (settings.catalog, settings.chroma):
        host = urlsplit(url or "").hostname
        if host:
            found.add(host)
            with suppress(OSError):
                found |= {str(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
    return found


def _is_local(host: str) -> bool:
    if host in {"localhost", socket.gethostname()}:
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _find_caller() -> str:
    """The package that asked: the outermost one on the stack that is not ours."""
    for frame in traceback.extract_stack():
        parts = Path(frame.filename).parts
        if "site-packages" in parts:
            package = Path(parts[parts.index("site-packages") + 1]).stem
            if package not in _OURS:
                return package
    return "citespan"
