"""What an ingest has to do: files compared with what the library remembers of them.

A file whose size, time of change and inode are the remembered ones is taken as unchanged without
being opened; one that was touched is hashed; the rest is to be read. An object with another mark
is not hashed first, which would fetch it twice: that it is the same shows when it is read.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from ingest.load import LARGEST, too_large
from ingest.readers import formats
from ingest.sources import s3
from ingest.sources.scan import Found, Scan
from rag.errors import DocumentError
from rag.library.catalog import Catalog, FileState

_RECIPE = "6"
"""Raised when splitting changes, so that unchanged files are done again; each format has its own
version for its reader."""
_READS = 3
"""Times a file is read when it keeps changing."""
_YOUNG = 2_000_000_000
"""Nanoseconds: a file changed so shortly before it was read may change again without its time
showing it, so its time is not trusted."""
_AT_ONCE = 500
"""Files compared with the library in one query."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an ingest of these paths does, by source name.

    :param gone: sources in the folders whose files are no longer there.
    :param failed: source name → why it cannot be read.
    :param skipped: files in the folders whose format no reader knows.
    """

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipes:
    """By what the files of each format are read, cut and embedded.

    :param model: the embedding model's identity.
    :param tokens: of the longest chunk.
    """

    model: str
    tokens: int

    def of(self, module: str) -> str:
        """The recipe of a format."""
        return f"{_RECIPE} {self.model} {self.tokens} {module} {formats()[module].version}"


@dataclass
class Todo:
    """A plan while it is made, with what only the ingest itself needs."""

    files: list[Found] = field(default_factory=list)
    """What is to be read: the new and the changed ones, in the order of the scan."""
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    touched: list[FileState] = field(default_factory=list)
    """Files of another time or place with the content that is known."""
    refused: list[tuple[str, str]] = field(default_factory=list)
    """Files that could not be read before and are the same still."""
    scan: Scan = field(default_factory=lambda: Scan(()))

    def plan(self) -> Plan:
        """The plan as it is shown."""
        return Plan(
            tuple(self.new),
            tuple(self.changed),
            tuple(self.unchanged),
            tuple(self.gone),
            (*self.scan.failed, *self.refused),
            tuple(self.scan.skipped),
        )


def make(scan: Scan, catalog: Catalog | None, recipes: Recipes, *, checksum: bool = False) -> Todo:
    """Compare the files of a scan with the library.

    :param catalog: None when there is no library yet.
    :param checksum: hash every file, whatever its size and time.
    """
    todo = Todo(scan=scan)
    seen: set[str] = set()
    files = scan.files()
    while some := list(islice(files, _AT_ONCE)):
        names = [found.name for found in some]
        seen.update(names)
        known = catalog.files(names) if catalog else {}
        stored = catalog.find_sources(names) if catalog else {}
        for found in some:
            try:
                _compare(found, known.get(found.name), stored, recipes, todo, checksum=checksum)
            except (DocumentError, OSError) as error:
                scan.failed.append((found.name, why(error)))
    if catalog:
        sources = catalog.sources_under(scan.folders)
        todo.gone = [name for name in sources if name not in seen and not scan.leaves_alone(name)]
    return todo


def _compare(
    found: Found,
    state: FileState | None,
    stored: dict[str, str],
    recipes: Recipes,
    todo: Todo,
    *,
    checksum: bool,
) -> None:
    if state is not None and state.recipe != recipes.of(found.module):
        state = None
    same = state is not None and _looks_same(found, state) and not checksum
    if state is not None and same and state.reason:
        todo.refused.append((found.name, state.reason))
    elif state is not None and not state.reason and found.name in stored:
        if same:
            todo.unchanged.append(found.name)
        elif (checksum or not s3.is_address(found.path)) and _digest(found) == state.digest:
            todo.touched.append(stamped(state, found))
            todo.unchanged.append(found.name)
        else:
            todo.changed.append(found.name)
            todo.files.append(found)
    else:
        (todo.changed if found.name in stored else todo.new).append(found.name)
        todo.files.append(found)


def _digest(found: Found) -> str:
    return hashlib.sha256(read_at_rest(found.path)).hexdigest()


def _looks_same(found: Found, state: FileState) -> bool:
    return (found.size, found.modified, found.inode) == (state.size, state.modified, state.inode)


def stamped(state: FileState, found: Found) -> FileState:
    """What is known of a file, with the size, time and place it has now."""
    old = time.time_ns() - found.modified > _YOUNG
    return replace(state, size=found.size, modified=found.modified if old else 0, inode=found.inode)


def why(error: DocumentError | OSError) -> str:
    """Why a file cannot be read, as a sentence."""
    if isinstance(error, OSError):
        return f"cannot be read: {error.strerror or error}"
    return str(error)


def read_at_rest(name: str) -> bytes:
    """The bytes of a regular file or an S3 object; anything else could block for ever.

    A file that changes while it is read is read again, so that no half of an edit is stored.

    :raises DocumentError: it is no file, is too large, or keeps changing.
    """
    if s3.is_address(name):
        return s3.read(name)
    file = Path(name)
    if not file.exists():
        raise DocumentError("a link to nothing" if file.is_symlink() else "it has vanished")
    if not file.is_file():
        raise DocumentError("not a regular file")
    for _ in range(_READS):
        before = file.stat()
        if before.st_size > LARGEST:
            raise too_large()
        data = file.read_bytes()
        after = file.stat()
        if (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, len(data)):
            return data
    raise DocumentError("it keeps changing while it is read; ingest it again when it is at rest")
