"""What keeping an index in step needs: of an index, and of the place where its versions are."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar, Protocol, TypeVar

from rag.errors import LibraryError
from rag.library.catalog import Catalog, StoredChunk

Hits = list[tuple[str, float]]
"""Ids of chunks and their scores, best first."""


class MemoryIndex(Protocol):
    """An index in memory."""

    def add(self, chunks: Sequence[StoredChunk]) -> None: ...
    def remove(self, ids: Sequence[str]) -> None: ...


class StoredIndex(MemoryIndex, Protocol):
    """An index on a disk or on a server."""

    name: ClassVar[str]
    version: ClassVar[int]

    def __init__(self, folder: Path) -> None: ...
    def warm_up(self) -> None: ...
    def count(self) -> int: ...
    def find_defect(self, expected: Iterable[Sequence[StoredChunk]]) -> str: ...
    def close(self) -> None: ...


Index_co = TypeVar("Index_co", bound=StoredIndex, covariant=True)


class IndexStore(Protocol[Index_co]):
    """The versions of one index, each in a folder or collection of its own.

    ``open`` makes what is missing. ``describe_files`` tells whether somebody else has written.
    ``find_defect`` compares the whole index with the catalog and returns what differs, or "".
    ``explain`` returns a failure that is not the index's own, as an error to raise, or None.
    """

    name: str
    prefix: str

    def is_version(self, folder: str) -> bool: ...

    def open(self, folder: str) -> Index_co: ...
    def describe_files(self, folder: str) -> str: ...
    def find_defect(self, folder: str, catalog: Catalog, generation: int) -> str: ...
    def has_room(self) -> bool: ...
    def delete(self, folder: str) -> None: ...
    def list_others(self, folder: str) -> Iterable[str]: ...
    def explain(self, error: Exception) -> LibraryError | None: ...
