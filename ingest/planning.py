"""Plans an ingest: compares files with what the library knows of them.

A file whose size, modification time and inode are the known ones is unchanged and is not opened. A
file that was touched is hashed; the rest has to be read. An object with another mark is not hashed
first, since that would fetch it twice: if it is the same, that is found when it is read.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import islice

from ingest.passages.splitter import Splitter
from ingest.readers import formats
from ingest.sources import s3
from ingest.sources.files import reason_of
from ingest.sources.scan import FoundFile, Scan
from rag.errors import DocumentError
from rag.library.catalog import Catalog, FileState

_RECIPE = "10"
"""A new number when splitting changes, so that unchanged files are ingested again; each format has
its own version for its reader."""
_YOUNG = 2_000_000_000
"""Nanoseconds: a file that changed so shortly before it was read may change again with the same
time, so its time is not trusted."""
_AT_ONCE = 500
"""Files compared with the library in one query."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an ingest of these paths would do, by source name.

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
    """How the files of each format are read, split and embedded.

    :param model: the embedding model's identity.
    :param tokens: of the longest chunk.
    :param splitter: of somebody's own.
    """

    model: str
    tokens: int
    splitter: Splitter | None = None

    def of(self, module: str) -> str:
        """The recipe of a format, as one text that changes when any part of it changes."""
        own = f" {self.splitter.identity}" if self.splitter else ""
        return f"{_RECIPE} {self.model} {self.tokens} {module} {formats()[module].version}{own}"

    def find_module(self, recipe: str) -> str | None:
        """The format that a recipe is now the one of; None for an older recipe."""
        return next((module for module in formats() if self.of(module) == recipe), None)


@dataclass
class Todo:
    """A plan in progress, with what only the ingest itself needs."""

    files: list[FoundFile] = field(default_factory=list)
    """The new and the changed files, in the order of the scan."""
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    touched: list[FileState] = field(default_factory=list)
    """Files with another time or inode and the same content."""
    refused: list[tuple[str, str]] = field(default_factory=list)
    """Files that could not be read before and have not changed since."""
    scan: Scan = field(default_factory=lambda: Scan(()))

    @property
    def failed(self) -> list[tuple[str, str]]:
        """Source name → why it cannot be read."""
        return [*self.scan.failed, *self.refused]

    def plan(self) -> Plan:
        """The plan for a person to see."""
        return Plan(
            tuple(self.new),
            tuple(self.changed),
            tuple(self.unchanged),
            tuple(self.gone),
            tuple(self.failed),
            tuple(self.scan.skipped),
        )


def compare_files(
    scan: Scan,
    catalog: Catalog | None,
    recipes: Recipes,
    *,
    checksum: bool = False,
    metadata: Callable[[str], str] | None = None,
) -> Todo:
    """Compare the files of a scan with the library.

    :param catalog: None if there is no library yet.
    :param checksum: hash every file, whatever its size and time.
    :param metadata: gives the metadata of a file by its name, encoded; without it, files keep
        what they have.
    """
    todo = Todo(scan=scan)
    seen: set[str] = set()
    files = scan.files()
    while group := list(islice(files, _AT_ONCE)):
        names = [found.name for found in group]
        seen.update(names)
        known = catalog.files(names) if catalog else {}
        stored = catalog.find_sources(names) if catalog else {}
        held = catalog.find_metadata(names) if catalog else {}
        for found in group:
            has = held.get(found.name, "")
            if found.metadata is None:
                found = replace(found, metadata=has if metadata is None else metadata(found.name))
            state = known.get(found.name) if found.metadata == has else None
            try:
                _compare(found, state, stored, recipes, todo, checksum=checksum)
            except (DocumentError, OSError) as error:
                scan.failed.append((found.name, reason_of(error)))
    if catalog:
        sources = catalog.sources_under(scan.folders)
        todo.gone = [name for name in sources if name not in seen and not scan.leaves_alone(name)]
    _note_gone_pages(scan, catalog, todo)
    return todo


def _note_gone_pages(scan: Scan, catalog: Catalog | None, todo: Todo) -> None:
    """A page that has gone is told like a file that has; one that never was there has failed."""
    for given, names in scan.pages.gone.items():
        stored = catalog.find_sources(names) if catalog else {}
        todo.gone += [name for name in stored if name not in todo.gone]
        if not stored:
            scan.failed.append((given, scan.pages.failed[given]))


def _compare(
    found: FoundFile,
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
        elif (checksum or not s3.is_address(found.path)) and _has_bytes_of(found, state):
            todo.touched.append(stamp(state, found))
            todo.unchanged.append(found.name)
        else:
            todo.changed.append(found.name)
            todo.files.append(found)
    else:
        (todo.changed if found.name in stored else todo.new).append(found.name)
        todo.files.append(found)


def _has_bytes_of(found: FoundFile, state: FileState) -> bool:
    """Tell whether a file has the bytes that were read; one that cannot be read is told of then."""
    try:
        data = found.read()
    except (DocumentError, OSError):
        return False
    return hashlib.sha256(data).hexdigest() == state.digest


def _looks_same(found: FoundFile, state: FileState) -> bool:
    return (found.size, found.modified, found.inode) == (state.size, state.modified, state.inode)


def stamp(state: FileState, found: FoundFile) -> FileState:
    """Stamp what is known of a file with its present size, time and inode."""
    is_old = time.time_ns() - found.modified > _YOUNG
    return replace(
        state,
        size=found.size,
        modified=found.modified if is_old else 0,
        inode=found.inode,
        etag=found.etag,
    )
