"""The vector index on a Chroma server, or in Chroma Cloud, shared by many machines."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rag.errors import LibraryError, ServiceError
from rag.library.catalog import Catalog
from rag.library.chroma_index import VectorIndex, imported
from rag.library.index_check import compared
from rag.settings import Settings

if TYPE_CHECKING:
    from chromadb.api import ClientAPI


@dataclass(frozen=True, slots=True)
class ChromaServer:
    """Where a Chroma server is, and how it is entered.

    :param headers: sent with every request.
    """

    url: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    tenant: str
    database: str

    @classmethod
    def of(cls, settings: Settings) -> ChromaServer | None:
        """The one that the settings name."""
        if settings.chroma is None:
            return None
        headers: tuple[tuple[str, str], ...] = ()
        if settings.chroma_token is not None:
            header, token = settings.chroma_token_header, settings.chroma_token.get_secret_value()
            bearer = header.lower() == "authorization"
            headers = ((header, f"Bearer {token}" if bearer else token),)
        return cls(settings.chroma, headers, settings.chroma_tenant, settings.chroma_database)


class ServedVectorIndex(VectorIndex):
    """The same in a collection on a Chroma server."""

    def __init__(self, server: ChromaServer, collection: str) -> None:
        super().__init__(Path(collection))
        self._server = server
        self._name = collection

    def close(self) -> None:
        """Look the collection up again at the next use; the connections stay for all of them."""
        self._open_client = self._opened = None

    def drop(self) -> None:
        """Delete the collection."""
        self._client().delete_collection(self._name)

    def collections(self) -> list[str]:
        """The names of all collections there."""
        return [collection.name for collection in self._client().list_collections()]

    def _connected(self) -> ClientAPI:
        return connected(self._server)


@lru_cache
def connected(server: ChromaServer) -> ClientAPI:
    """The client of a server: one for the process, since closing one leaves connections behind."""
    chromadb, settings = imported()
    parts = urlsplit(server.url)
    assert parts.hostname
    secure = parts.scheme == "https"
    client: ClientAPI = chromadb.HttpClient(
        parts.hostname,
        parts.port or (443 if secure else 8000),
        ssl=secure,
        headers=dict(server.headers),
        settings=settings,
        tenant=server.tenant,
        database=server.database,
    )
    return client


class Collections:
    """Vector indexes in collections of a Chroma server, as ``index_folders.Storage``.

    :param library: the id of the library, since several may use one server.
    """

    def __init__(self, server: ChromaServer, library: str) -> None:
        self.name = f"chroma {server.url} {server.tenant} {server.database}"
        self._mine = f"citespan-{library}-"
        self.prefix = f"{self._mine}v{VectorIndex.version}-"
        self._server = server

    def open(self, folder: str) -> VectorIndex:
        """The index in a collection; made when it is missing."""
        return ServedVectorIndex(self._server, folder)

    def fingerprint(self, folder: str) -> str:
        """The server looks after its files."""
        return "served"

    def defect(self, folder: str, catalog: Catalog, generation: int) -> str:
        """What a look at all of it finds wrong, or ""."""
        try:
            with closing(self.open(folder)) as index:
                return compared(index, catalog, generation)
        except Exception as error:
            raise self.explained(error) or error from error

    def has_room(self) -> bool:
        """Only the server knows."""
        return True

    def drop(self, folder: str) -> None:
        """Delete it."""
        with closing(ServedVectorIndex(self._server, folder)) as index:
            index.drop()

    def others(self, folder: str) -> list[str]:
        """The collections of this library that are not this one."""
        with closing(ServedVectorIndex(self._server, folder)) as index:
            names = index.collections()
        return [name for name in names if name.startswith(self._mine) and name != folder]

    def explained(self, error: Exception) -> LibraryError | None:
        """All failures are the server's, but for a collection that another process replaced."""
        if type(error).__name__ == "NotFoundError":
            return None
        return ServiceError(
            f"the Chroma server at {self._server.url} fails ({error}); is it running, and are "
            "CITESPAN_CHROMA and CITESPAN_CHROMA_TOKEN right?"
        )
