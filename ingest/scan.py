"""Files under folders, one by one: what is hidden, ignored or a link to elsewhere stays out."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.decode import decode
from ingest.load import shown, unknown_format
from ingest.readers import format_of
from rag.errors import DocumentError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    _Rules = list[tuple[str, GitIgnoreSpec]]

IGNORE_FILE = ".citespanignore"
_NEVER = frozenset({"__pycache__", "node_modules"})
"""Folders that programs fill with copies of what others wrote."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file that may be ingested.

    :param path: as the file system has it.
    :param name: the same as text, the name of the source.
    :param size: bytes.
    :param modified: nanoseconds since the epoch.
    :param module: the format's, see :func:`ingest.readers.format_of`.
    """

    path: str
    name: str
    size: int
    modified: int
    inode: int
    module: str


@dataclass
class Scan:
    """One walk over files and folders; what is not found to be a document is kept count of.

    :param home: the library's folder, which is never looked into.
    :param include: patterns of a .gitignore; when there are any, a file in a folder must match one.
    :param exclude: patterns of a .gitignore; what matches one is left out, whole folders too.
    """

    paths: Sequence[str]
    home: str = ""
    include: Sequence[str] = ()
    exclude: Sequence[str] = ()
    failed: list[tuple[str, str]] = field(default_factory=list)
    """Name → why it cannot be read."""
    skipped: list[str] = field(default_factory=list)
    """Files in folders whose format no reader knows."""
    unread: list[str] = field(default_factory=list)
    """Folders that could not be looked into."""

    def __post_init__(self) -> None:
        self._included, self._excluded = _spec(self.include), _spec(self.exclude)

    def files(self) -> Iterator[Found]:
        """Every document once, folder by folder, in the order of names."""
        seen: set[str] | None = set() if len(self.paths) > 1 else None
        for path in self.paths:
            for found in self._given(path):
                if seen is None:
                    yield found
                elif found.name not in seen:
                    seen.add(found.name)
                    yield found

    def leaves_alone(self, name: str) -> bool:
        """Whether nothing is known of a source in one of the folders, this scan passing it over."""
        if any(_is_in(name, folder) for folder in self.unread):
            return True
        inside = [os.path.relpath(name, r) for r in map(shown, self.paths) if _is_in(name, r)]
        return any(self._is_left_out(path) or not self._is_wanted(path) for path in inside)

    def _is_wanted(self, inside: str) -> bool:
        return self._included is None or self._included.match_file(inside)

    def _is_left_out(self, inside: str) -> bool:
        return self._excluded is not None and self._excluded.match_file(inside)

    def _given(self, path: str) -> Iterator[Found]:
        try:
            status = Path(path).stat()
        except OSError as error:
            dangling = Path(path).is_symlink()
            gone = "a link to nothing" if dangling else "there is no such file or folder"
            missing = isinstance(error, FileNotFoundError) or dangling
            self._fail(path, gone if missing else f"cannot be read: {error.strerror}")
            return
        if stat.S_ISDIR(status.st_mode):
            yield from self._under(path)
        elif not stat.S_ISREG(status.st_mode):
            self._fail(path, "not a regular file")
        elif (module := format_of(path)) is None:
            self._fail(path, unknown_format(path))
        else:
            yield _found(path, status, module)

    def _under(self, root: str) -> Iterator[Found]:
        real_root = os.path.realpath(root)
        rules = [(root, self._excluded)] if self._excluded is not None else []
        waiting: list[tuple[str, _Rules]] = [(root, rules)]
        while waiting:
            folder, rules = waiting.pop()
            try:
                with os.scandir(folder) as listing:
                    entries = sorted(listing, key=lambda entry: entry.name)
                own = _ignored_in(folder)
            except (DocumentError, OSError, ValueError) as error:
                self._unreadable(folder, error)
                continue
            rules = [*rules, (folder, own)] if own is not None else rules
            subfolders = []
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    if self._is_entered(entry, rules):
                        subfolders.append((entry.path, rules))
                elif not _is_ignored(entry.path, rules):
                    found = self._entry(entry, root, real_root)
                    if found is not None and self._is_wanted(os.path.relpath(entry.path, root)):
                        yield found
            waiting.extend(reversed(subfolders))

    def _is_entered(self, entry: os.DirEntry[str], rules: _Rules) -> bool:
        is_ours = entry.name in _NEVER or entry.path == self.home
        return not is_ours and not _is_ignored(f"{entry.path}/", rules)

    def _entry(self, entry: os.DirEntry[str], root: str, real_root: str) -> Found | None:
        """The entry as a document, or a note why it is none."""
        if entry.is_symlink() and not _is_in(os.path.realpath(entry.path), real_root):
            self._fail(entry.path, f"a link out of {shown(root)}; give its target as a path")
            return None
        try:
            if entry.is_symlink() and entry.is_dir():
                return None  # its files are found where they are
            status = entry.stat()
        except OSError as error:
            gone = "a link to nothing" if entry.is_symlink() else "it has vanished"
            missing = isinstance(error, FileNotFoundError) or entry.is_symlink()
            self._fail(entry.path, gone if missing else f"cannot be read: {error.strerror}")
            return None
        if not stat.S_ISREG(status.st_mode):
            self._fail(entry.path, "not a regular file")
            return None
        module = format_of(entry.name)
        if module is None:
            self.skipped.append(shown(entry.path))
            return None
        return _found(entry.path, status, module)

    def _unreadable(self, folder: str, error: Exception) -> None:
        if isinstance(error, OSError):
            self._fail(folder, f"cannot be read: {error.strerror}")
        else:
            listing = str(Path(folder, IGNORE_FILE))
            self._fail(listing, f"cannot be used, so its folder is left out: {error}")
        self.unread.append(shown(folder))

    def _fail(self, path: str, reason: str) -> None:
        self.failed.append((shown(path), reason))


def _found(path: str, status: os.stat_result, module: str) -> Found:
    return Found(path, shown(path), status.st_size, status.st_mtime_ns, status.st_ino, module)


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder.rstrip(os.sep)}{os.sep}")


def _spec(patterns: Sequence[str]) -> GitIgnoreSpec | None:
    if not patterns:
        return None
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(patterns)


def _ignored_in(folder: str) -> GitIgnoreSpec | None:
    """What the folder's own ``.citespanignore`` names."""
    listing = Path(folder, IGNORE_FILE)
    if not listing.is_file():
        return None
    return _spec(decode(listing.read_bytes())[0].splitlines())


def _is_ignored(path: str, rules: _Rules) -> bool:
    """Whether one of the rules names a path, each seen from its own folder."""
    return any(
        spec.match_file(path[len(folder.rstrip(os.sep)) + 1 :].replace(os.sep, "/"))
        for folder, spec in rules
    )
