"""The vector index on a Chroma server, or in Chroma Cloud, shared by many machines."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import LibraryError, ServiceError
from rag.library.catalog import Catalog
from rag.library.chroma_client import connect
from rag.library.chroma_index import ChromaIndex
from rag.library.index_check import compare_with_catalog
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.library.chroma_client import ClientAPI


@dataclass(frozen=True, slots=True)
class ChromaServer:
    """The address of a Chroma server, and the access to it.

    :param headers: sent with every request.
    """

    url: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    tenant: str
    database: str

    @classmethod
    def of(cls, settings: Settings) -> ChromaServer | None:
        """The server that the settings name."""
        if settings.chroma is None:
            return None
        headers: tuple[tuple[str, str], ...] = ()
        if settings.chroma_token is not None:
            header, token = settings.chroma_token_header, settings.chroma_token.get_secret_value()
            bearer = header.lower() == "authorization"
            headers = ((header, f"Bearer {token}" if bearer else token),)
        return cls(settings.chroma, headers, settings.chroma_tenant, settings.chroma_database)


class ChromaServerIndex(ChromaIndex):
    """The vector index in a collection on a Chroma server."""

    def __init__(self, server: ChromaServer, collection: str) -> None:
        super().__init__(Path(collection))
        self._server = server
        self._name = collection

    def close(self) -> None:
        """Look the collection up again at the next use; the process keeps its connections."""
        self._client = self._collection = None

    def delete(self) -> None:
        self._open_client().delete_collection(self._name)

    def list_collections(self) -> list[str]:
        return [collection.name for collection in self._open_client().list_collections()]

    def _open_client(self) -> ClientAPI:
        if self._client is None:
            server = self._server
            self._client = connect(server.url, server.headers, server.tenant, server.database)
        return self._client


class CollectionStore:
    """Vector indexes in collections of a Chroma server: an ``index_protocols.IndexStore``.

    :param library: the id of the library, since several may use one server.
    """

    def __init__(self, server: ChromaServer, library: str) -> None:
        self.name = f"chroma {server.url} {server.tenant} {server.database}"
        self._own = f"citespan-{library}-"
        self.prefix = f"{self._own}v{ChromaIndex.version}-"
        self._server = server

    def is_version(self, folder: str) -> bool:
        return folder.startswith(self.prefix)

    def open(self, folder: str) -> ChromaServerIndex:
        return ChromaServerIndex(self._server, folder)

    def describe_files(self, folder: str) -> str:
        return "served"

    def find_defect(self, folder: str, catalog: Catalog, generation: int) -> str:
        try:
            with closing(self.open(folder)) as index:
                return compare_with_catalog(index, catalog, generation)
        except Exception as error:
            raise self.explain(error) or error from error

    def has_room(self) -> bool:
        return True

    def delete(self, folder: str) -> None:
        with closing(self.open(folder)) as index:
            index.delete()

    def list_others(self, folder: str) -> list[str]:
        with closing(self.open(folder)) as index:
            names = index.list_collections()
        return [name for name in names if name.startswith(self._own) and name != folder]

    def explain(self, error: Exception) -> LibraryError | None:
        """Every failure is the server's, unless another process replaced the collection."""
        if type(error).__name__ == "NotFoundError":
            return None
        return ServiceError(
            f"the Chroma server at {self._server.url} fails ({error}); check that it is running, "
            "and that CITESPAN_CHROMA and CITESPAN_CHROMA_TOKEN are right"
        )
