"""The versions of an index in folders of the home.

:mod:`rag.library.chroma_server` has the other store: collections of a Chroma server.
"""

import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Generic, TypeVar

from rag.errors import LibraryError
from rag.library import index_check
from rag.library.catalog import Catalog
from rag.library.index_protocols import StoredIndex

_RESERVE = 32_000_000
"""Bytes that must be free before an index is written, so that the present one stays whole."""

_VERSION = re.compile(r"\d+-[0-9a-f]{8}")
"""What follows the prefix: the generation, and something random."""

Index = TypeVar("Index", bound=StoredIndex)


class FolderStore(Generic[Index]):
    """Indexes in folders of a home: an ``index_protocols.IndexStore``.

    :param name: the name of the index in the catalog.
    """

    def __init__(self, kind: type[Index], home: Path, name: str) -> None:
        self.name = name
        self.prefix = f"{kind.name}-v{kind.version}-"
        self._kind = kind
        self._home = home

    def is_version(self, folder: str) -> bool:
        """Whether it names a version of this index; the catalog's word is not believed."""
        is_plain = _VERSION.fullmatch(folder.removeprefix(self.prefix)) is not None
        own = folder.startswith(self.prefix) and is_plain
        return own and not (self._home / folder).is_symlink()

    def open(self, folder: str) -> Index:
        return self._kind(self._home / folder)

    def describe_files(self, folder: str) -> str:
        return index_check.describe_files(self._home / folder)

    def find_defect(self, folder: str, catalog: Catalog, generation: int) -> str:
        return index_check.find_defect(self._kind.name, self._home / folder, catalog, generation)

    def has_room(self) -> bool:
        return shutil.disk_usage(self._home).free > _RESERVE

    def delete(self, folder: str) -> None:
        shutil.rmtree(self._home / folder, ignore_errors=True)

    def list_others(self, folder: str) -> Iterable[str]:
        return [f.name for f in self._home.glob(f"{self._kind.name}-*") if f.name != folder]

    def explain(self, error: Exception) -> LibraryError | None:
        return None
