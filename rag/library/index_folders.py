"""Where an index is: what keeping it in step needs of such a place, and folders of a home as one.

The other one is :mod:`rag.library.chroma_server`: collections of a Chroma server.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar, Generic, Protocol, TypeVar

from rag.errors import LibraryError
from rag.library import index_check as inspection
from rag.library.catalog import Catalog, StoredChunk

_RESERVE = 32_000_000
"""Bytes that must be free before an index is touched, so that the one that is there stays whole."""


class StoredIndex(Protocol):
    """What keeping an index in step needs of it."""

    name: ClassVar[str]
    version: ClassVar[int]

    def __init__(self, folder: Path) -> None: ...
    def warm(self) -> None: ...
    def count(self) -> int: ...
    def remove(self, ids: Sequence[str]) -> None: ...
    def add(self, chunks: Sequence[StoredChunk]) -> None: ...
    def defect(self, expected: Iterable[Sequence[StoredChunk]]) -> str: ...
    def close(self) -> None: ...


Index = TypeVar("Index", bound=StoredIndex)
Index_co = TypeVar("Index_co", bound=StoredIndex, covariant=True)


class Storage(Protocol[Index_co]):
    """The versions of one index, each under a name of its own."""

    name: str
    prefix: str

    def open(self, folder: str) -> Index_co: ...
    def fingerprint(self, folder: str) -> str: ...
    def defect(self, folder: str, catalog: Catalog, generation: int) -> str: ...
    def has_room(self) -> bool: ...
    def drop(self, folder: str) -> None: ...
    def others(self, folder: str) -> Iterable[str]: ...
    def explained(self, error: Exception) -> LibraryError | None: ...


class Folders(Generic[Index]):
    """Indexes in folders of a home.

    :param name: under which the catalog knows the index.
    """

    def __init__(self, kind: type[Index], home: Path, name: str) -> None:
        self.name = name
        self.prefix = f"{kind.name}-v{kind.version}-"
        self._kind = kind
        self._home = home

    def open(self, folder: str) -> Index:
        """The index in a folder; made when it is missing."""
        return self._kind(self._home / folder)

    def fingerprint(self, folder: str) -> str:
        """How its files look."""
        return inspection.fingerprint(self._home / folder)

    def defect(self, folder: str, catalog: Catalog, generation: int) -> str:
        """What a look at all of it finds wrong, or ""."""
        return inspection.defect(self._kind.name, self._home / folder, catalog, generation)

    def has_room(self) -> bool:
        """Whether the disk has some space left."""
        return shutil.disk_usage(self._home).free > _RESERVE

    def drop(self, folder: str) -> None:
        """Delete it."""
        shutil.rmtree(self._home / folder, ignore_errors=True)

    def others(self, folder: str) -> Iterable[str]:
        """The folders of this kind that are not this one."""
        return [f.name for f in self._home.glob(f"{self._kind.name}-*") if f.name != folder]

    def explained(self, error: Exception) -> LibraryError | None:
        """A failure that is not the index's own, as a sentence; here there is none."""
        return None
