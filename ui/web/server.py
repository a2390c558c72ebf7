"""The server of the page: routes, headers, address.

Gradio's chat is mounted at ``/`` under a FastAPI app. The app adds the addresses that the page
reads (``/page/…``), its style and scripts, the interfaces for programs (docs/reference/api.md), and
a Content-Security-Policy: the page contacts only this server and runs only scripts that it sent.
"""

import asyncio
import errno
import logging
import socket
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import gradio as gr
import uvicorn
from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.staticfiles import StaticFiles
from starlette.applications import Starlette

from ingest.reading.workers import Workers
from rag import Rag
from rag.types import EVERYTHING, Filter
from ui.answering import Answering
from ui.api.gradio_endpoints import add_endpoints
from ui.api.openai_protocol import openai_routes
from ui.web.chat.chat_page import create_chat_page
from ui.web.documents.document_changes import DocumentChanges
from ui.web.routes.about import about_routes
from ui.web.routes.documents import document_routes
from ui.web.routes.feedback import feedback_routes
from ui.web.routes.operations import HEALTH, operation_routes
from ui.web.routes.source import source_routes
from ui.web.routes.suggestions import suggestion_routes
from ui.web.security.browser_policy import BrowserPolicy
from ui.web.security.hosts import HostCheck, is_loopback, list_hosts
from ui.web.security.http_protocol import TimedProtocol
from ui.web.security.login import BasicAuth, Login
from ui.web.security.person_limits import PersonLimits
from ui.web.theme import THEME

_ASSETS = Path(__file__).parent / "assets"
_SHEETS = (
    "base", "icons", "layout", "side", "chat", "answer", "citation", "start", "question",
    "reader", "source", "sources", "dialog", "print",
)  # fmt: skip
_HEAD = (
    "".join(f'<link rel="stylesheet" href="./page/assets/css/{sheet}.css">' for sheet in _SHEETS)
    + '<link rel="icon" type="image/svg+xml" href="./page/assets/icon.svg">'
    + '<script src="./page/assets/js/main.js" type="module"></script>'
)
_PORTS_TRIED = 100


def create_server_app(
    rag: Rag,
    *,
    host: str = "127.0.0.1",
    hosts: Iterable[str] = (),
    part: Filter = EVERYTHING,
    auth: Login | None = None,
    read_only: bool = False,
) -> FastAPI:
    """Create the page with everything it needs, as an ASGI app.

    :param host: the address it will listen on.
    :param hosts: further names that requests may call this server by; see :class:`HostCheck`. They
        are not checked beyond this machine with a login, which no other site can send.
    :param part: the part of the library that is asked.
    :param auth: the name and password that every request must give; None lets everybody in.
    :param read_only: whether the page can neither add nor remove documents.
    """
    answering, workers, changes = Answering(rag, part=part), Workers(2), DocumentChanges(rag)
    if not read_only:
        changes.delete_left_overs()
    tools = _create_tools(answering)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with tools.router.lifespan_context(tools):
            yield
        await run_in_threadpool(workers.close)
        await run_in_threadpool(changes.close)

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.include_router(source_routes(rag, workers))
    app.include_router(document_routes(rag, changes, read_only=read_only))
    app.include_router(about_routes(rag))
    app.include_router(feedback_routes(rag, read_only=read_only))
    app.include_router(suggestion_routes(answering))
    app.include_router(openai_routes(answering))
    app.include_router(operation_routes(answering))
    app.router.routes.extend(tools.routes)
    app.mount("/page/assets", StaticFiles(directory=_ASSETS))
    largest = rag.settings.upload_megabytes * 1_000_000
    app.add_middleware(PersonLimits, largest=largest)
    app.add_middleware(BrowserPolicy, head=_HEAD, largest=largest)
    if auth is not None:
        app.add_middleware(BasicAuth, login=auth, open_to_all=(HEALTH,))
    further = list(hosts)
    if auth is None or further or is_loopback(host):
        app.add_middleware(HostCheck, hosts=list_hosts([*further, host]))
    _call_in_event_loop(lambda: _mount_page(app, answering))
    return app


def _create_tools(answering: Answering) -> Starlette:
    """Create the tools for assistants at ``/mcp``; none if the extra is not installed."""
    if find_spec("mcp") is None:
        return Starlette()
    from ui.api.mcp_server import create_mcp_app

    return create_mcp_app(answering)


def _mount_page(app: FastAPI, answering: Answering) -> None:
    page = create_chat_page(answering)
    with page:
        add_endpoints(answering)
    off = {"show_error", "run_history", "ssr_mode", "enable_monitoring", "pwa", "mcp_server"}
    settings: dict[str, Any] = dict.fromkeys(off, False)
    gr.mount_gradio_app(app, page, path="/", theme=THEME, footer_links=[], **settings)


def _call_in_event_loop(build: Callable[[], None]) -> None:
    """Call a function while an event loop runs; without one, Gradio leaves its own open."""

    async def build_async() -> None:
        build()

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(build_async())
    else:
        build()


def serve(
    rag: Rag,
    host: str,
    port: int,
    *,
    hosts: Iterable[str] = (),
    part: Filter = EVERYTHING,
    auth: Login | None,
    read_only: bool,
    ready: Callable[[str], None],
) -> None:
    """Serve the page until interrupted.

    :param host: the address to listen on.
    :param port: the first port to try; when it is taken, the next free one is used.
    :param auth: see :func:`create_server_app`, as for ``hosts``, ``part`` and
        ``read_only``.
    :param ready: called once with the page's address when the page can be opened.
    :raises OSError: if no port can be used, or the host is not an address of this machine.
    """
    with open_listener(host, port) as listener:
        taken = listener.getsockname()[1]
        name = f"[{host}]" if ":" in host else host
        app = create_server_app(
            rag, host=host, hosts=hosts, part=part, auth=auth, read_only=read_only
        )
        server = _Server(make_config(app), lambda: ready(f"http://{name}:{taken}"))
        server.run(sockets=[listener])


def make_config(app: FastAPI) -> uvicorn.Config:
    """Make uvicorn's settings for the app."""
    level = logging.getLogger(__name__).getEffectiveLevel()
    return uvicorn.Config(
        app,
        http=TimedProtocol,
        # without its own handlers, so that all is logged in one form; access at the level "info"
        log_config=None,
        log_level=level,
        access_log=level <= logging.INFO,
        timeout_graceful_shutdown=2,
        server_header=False,
    )


def open_listener(host: str, port: int) -> socket.socket:
    """Listen on the first free port from ``port`` on; port 0 is any."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, min(port + _PORTS_TRIED, 65536)):
        listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, candidate))
            listener.listen(2048)
        except OSError as error:
            listener.close()
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
        else:
            return listener
    message = f"no port from {port} on is free; choose another one with --port"
    raise OSError(errno.EADDRINUSE, message)


class _Server(uvicorn.Server):
    """Uvicorn's server; it reports when it has started."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then report it."""
        await super().startup(sockets)
        if not self.should_exit:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the connections, then stop: an open page's event stream never ends by itself."""
        for connection in list(self.server_state.connections):
            connection.transport.close()
        await super().shutdown(sockets)
