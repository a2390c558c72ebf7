"""Whether citespan starts without a network, found out in a child process that has none.

Every connection and every look for an address that Python code makes is seen by an audit hook; all
but those to this machine, and to the servers that the settings name, are refused and reported. What
a library does below Python is not seen.
"""

from __future__ import annotations

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
"""What Python tells of a socket → the host that is asked for, where there is one."""
_OURS = {"rag", "ingest", "eval", "ui"}


def reached(settings: Settings) -> list[str]:
    """What was asked for beyond this machine while citespan started, each with who asked.

    :raises RagError: it does not start at all.
    """
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as child:
        try:
            return child.submit(_start, settings).result()
        except BrokenProcessPool as error:
            raise RagError(f"a process that starts citespan ends at once ({error})") from error


def _start(settings: Settings) -> list[str]:
    """Be the child: answer a question and make the page, in a process that is not used again."""
    allowed = _addresses(settings)
    found: list[str] = []

    def refuse(event: str, given: tuple[Any, ...]) -> None:
        host = _HOST_OF[event](given) if event in _HOST_OF else None
        host = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        if host and host not in allowed and not _is_here(host):
            found.append(f"{host}, asked for by {_asker()}")
            raise OSError(f"no connection to {host} while citespan looks whether it needs one")

    sys.addaudithook(refuse)
    with Rag(settings) as rag, suppress(RagError):  # what else is wrong, others find
        rag.embedder.embed(["probe"])
        _make_page(rag)
        rag.search("probe")
    return list(dict.fromkeys(found))


def _make_page(rag: Rag) -> None:
    from ui.web.server import create_server_app

    create_server_app(rag)


def _addresses(settings: Settings) -> set[str]:
    """The servers that the settings name, by name and by number."""
    found: set[str] = set()
    for url in (settings.catalog, settings.chroma):
        host = urlsplit(url or "").hostname
        if host:
            found.add(host)
            with suppress(OSError):
                found |= {str(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
    return found


def _is_here(host: str) -> bool:
    if host in {"localhost", socket.gethostname()}:
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _asker() -> str:
    """The package that set off what is going on: the outermost that is not ours."""
    for frame in traceback.extract_stack():
        parts = Path(frame.filename).parts
        if "site-packages" in parts:
            package = Path(parts[parts.index("site-packages") + 1]).stem
            if package not in _OURS:
                return package
    return "citespan"
