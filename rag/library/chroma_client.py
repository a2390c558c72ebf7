"""Chroma's clients, of a folder and of a server: the only module that imports Chroma."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

if TYPE_CHECKING:
    # For the annotations of other modules too.
    from chromadb import Collection as Collection, Where as Where  # noqa: PLC0414
    from chromadb.api import ClientAPI as ClientAPI  # noqa: PLC0414
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.config import Settings as ChromaSettings

_HNSW: CreateHNSWConfiguration = {
    "space": "cosine",
    "ef_construction": 200,
    "ef_search": 200,
    "max_neighbors": 24,
}
_paths_in_use: set[str] = set()


def open_folder(folder: Path) -> tuple[ClientAPI, str]:
    """Open the store in a folder, which is made when it is missing.

    Chroma shares one store between all clients of a process that spell its path alike: after one
    of two is closed and opened again, it still answers from the past. So each client here spells
    the path in a way of its own.

    :return: the client, and its path for :func:`close_folder`.
    """
    chromadb, settings = _import_chroma()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = str(folder)
    while path in _paths_in_use:
        path += f"{os.sep}."
    _paths_in_use.add(path)
    return chromadb.PersistentClient(path, settings), path


def close_folder(client: ClientAPI, path: str) -> None:
    """Close the files of a store; :func:`open_folder` then sees what others wrote."""
    cast("Client", client).close()  # declared as the interface, which has no `close`
    _paths_in_use.discard(path)


@lru_cache
def connect(
    url: str, headers: tuple[tuple[str, str], ...], tenant: str, database: str
) -> ClientAPI:
    """Connect to a server: one client for the process, since closing one leaks connections."""
    chromadb, settings = _import_chroma()
    parts = urlsplit(url)
    assert parts.hostname
    secure = parts.scheme == "https"
    client: ClientAPI = chromadb.HttpClient(
        parts.hostname,
        parts.port or (443 if secure else 8000),
        ssl=secure,
        headers=dict(headers),
        settings=settings,
        tenant=tenant,
        database=database,
    )
    return client


def open_collection(client: ClientAPI, name: str) -> Collection:
    """Open a collection for cosine similarity, which is made when it is missing."""
    return client.get_or_create_collection(
        name,
        embedding_function=None,  # the default one would download a model
        configuration={"hnsw": _HNSW},
    )


def _import_chroma() -> tuple[Any, ChromaSettings]:
    """Import Chroma; its settings read no file and send no telemetry."""
    with _without_dotenv():
        import chromadb
        from chromadb.config import Settings as ChromaSettings

    options: dict[str, Any] = {"_env_file": None, "anonymized_telemetry": False}
    return chromadb, ChromaSettings(**options)


@contextmanager
def _without_dotenv() -> Iterator[None]:
    """Change to a folder without a ``.env``, which ``import chromadb`` would read."""
    here = os.open(".", os.O_RDONLY)
    try:
        os.chdir(Path(__file__).parent)
        yield
    finally:
        os.fchdir(here)
        os.close(here)
