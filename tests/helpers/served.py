"""The served app on a real loopback socket."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from rag import Rag
from ui.web.server import create_server_app, make_config, open_listener


@contextmanager
def served(rag: Rag, port: int = 0, **options: Any) -> Iterator[str]:
    """Its address while it is served from a thread of this process; port 0 takes any."""
    with open_listener("127.0.0.1", port) as listener:
        server = uvicorn.Server(make_config(create_server_app(rag, **options)))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
