"""Finds files under folders; hidden files, ignored files and links to elsewhere are left out."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.readers import format_of, formats, too_large_error
from ingest.readers.shared.decode import decode
from ingest.reading.load import unknown_format
from ingest.sources import s3
from ingest.sources.files import read_at_rest, reason_of
from ingest.sources.ignore import LARGEST, make_spec
from ingest.sources.web.address import is_web_address
from ingest.sources.web.found import WebPage, WebPages
from rag.errors import DocumentError
from rag.names import list_names, name_as_text

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    _Entry = os.DirEntry[str] | s3.Entry
    _Rules = list[tuple[str, GitIgnoreSpec]]

IGNORE_FILE = ".citespanignore"
HIDDEN = (".", "~$")
"""How the names of files that are left out begin: hidden files, and the lock files of Office."""
_NEVER = frozenset({"__pycache__", "node_modules"})
"""Folders that programs fill with copies of other people's files."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that may be ingested.

    :param path: as the file system has it, or an s3:// address; of a web page, the file that it was
        fetched into.
    :param name: the name of the source: the same as text, or the web page's address.
    :param size: bytes.
    :param modified: nanoseconds since the epoch; 0 for an object, which has a mark.
    :param inode: the file's, or the mark of an object or a web page.
    :param module: the format's, see :func:`ingest.readers.format_of`.
    :param data: its bytes, where they were given and are in no file.
    :param metadata: to store with it, encoded; None: what the library has of it already.
    """

    path: str
    name: str
    size: int
    modified: int
    inode: int
    module: str
    etag: str = ""
    data: bytes | None = None
    metadata: str | None = None

    def read(self) -> bytes:
        """Read its bytes; see :func:`ingest.sources.files.read_at_rest`."""
        largest = formats()[self.module].largest
        if self.data is None:
            return read_at_rest(self.path, largest)
        if len(self.data) > largest:
            raise too_large_error(largest)
        return self.data


@dataclass
class Scan:
    """One walk over files and folders; it also lists what is no document, and why.

    :param home: the library's folder, which is never entered.
    :param include: patterns of a .gitignore; if there are any, a file in a folder must match one.
    :param exclude: patterns of a .gitignore; matching files and whole folders are left out.
    :param pages: what came of the web addresses among the paths.
    :param given: documents that were given, and are in no file.
    """

    paths: Sequence[str]
    home: str = ""
    include: Sequence[str] | str = ()
    exclude: Sequence[str] | str = ()
    pages: WebPages = field(default_factory=WebPages)
    given: Sequence[FoundFile] = ()
    failed: list[tuple[str, str]] = field(default_factory=list)
    """Name → why it cannot be read."""
    skipped: list[str] = field(default_factory=list)
    """Files in folders whose format no reader knows."""
    folders: list[str] = field(default_factory=list)
    """Those of the paths that are folders."""
    unread: list[str] = field(default_factory=list)
    """Folders that could not be listed."""

    def __post_init__(self) -> None:
        self._included = make_spec(list_names(self.include, "include"))
        self._excluded = make_spec(list_names(self.exclude, "exclude"))
        self._home_status: os.stat_result | None = None
        if self.home:
            with suppress(OSError):
                self._home_status = Path(self.home).stat()

    def files(self) -> Iterator[FoundFile]:
        """Every document once, folder by folder, in the order of names."""
        yield from self.given
        seen: set[str] = set()
        for path in self.paths:
            for found in self._walk(path):
                if found.name not in seen:
                    seen.add(found.name)
                    yield found

    def leaves_alone(self, name: str) -> bool:
        """Whether this scan says nothing about a source in one of the folders."""
        if any(is_in(name, folder) for folder in self.unread):
            return True
        inside = [_inside(name, root) for root in self.folders if is_in(name, root)]
        return any(self._is_left_out(path) or not self._is_wanted(path) for path in inside)

    def _is_wanted(self, inside: str) -> bool:
        return self._included is None or self._included.match_file(inside)

    def _is_left_out(self, inside: str) -> bool:
        return self._excluded is not None and self._excluded.match_file(inside)

    def _walk(self, path: str) -> Iterator[FoundFile]:
        if is_web_address(path):
            yield from self._walk_page(path)
            return
        if s3.is_address(path):
            yield from self._walk_address(path)
            return
        try:
            status = Path(path).stat()
        except OSError as error:
            dangling = Path(path).is_symlink()
            gone = "a link to nothing" if dangling else "there is no such file or folder"
            missing = isinstance(error, FileNotFoundError) or dangling
            self._fail(path, gone if missing else f"cannot be read: {error.strerror}")
            return
        if self._home_status is not None and os.path.samestat(status, self._home_status):
            self._fail(path, "the library's own folder")
        elif stat.S_ISDIR(status.st_mode):
            self.folders.append(name_as_text(path))
            yield from self._walk_folder(path)
        elif not stat.S_ISREG(status.st_mode):
            self._fail(path, "not a regular file")
        elif (module := format_of(path)) is None:
            self._fail(path, unknown_format(path))
        else:
            yield _make_found(path, status, module)

    def _walk_address(self, address: str) -> Iterator[FoundFile]:
        try:
            entry = s3.find(address)
        except DocumentError as error:
            self._fail(address, str(error))
            return
        if entry is None:
            self._fail(address, "there is no such object or folder")
        elif entry.is_dir():
            self.folders.append(entry.path)
            yield from self._walk_folder(entry.path)
        elif (module := format_of(entry.name)) is None:
            self._fail(address, unknown_format(entry.name))
        else:
            yield _make_found_object(entry, module)

    def _walk_page(self, address: str) -> Iterator[FoundFile]:
        if address in self.pages.found:
            yield _make_found_page(self.pages.found[address])
        elif address not in self.pages.gone:
            self._fail(address, self.pages.failed[address])

    def _walk_folder(self, root: str) -> Iterator[FoundFile]:
        real_root = os.path.realpath(root)
        rules = [(root, self._excluded)] if self._excluded is not None else []
        waiting: list[tuple[str, _Rules]] = [(root, rules)]
        while waiting:
            folder, rules = waiting.pop()
            try:
                entries = s3.list_folder(folder) if s3.is_address(folder) else _list_folder(folder)
            except (DocumentError, OSError) as error:
                self._skip_folder(folder, folder, reason_of(error))
                continue
            try:
                own = _load_ignore_file(entries)
            except (DocumentError, OSError, ValueError) as error:
                reason = f"cannot be used, so its folder is left out: {reason_of(error)}"
                self._skip_folder(folder, f"{folder}/{IGNORE_FILE}", reason)
                continue
            rules = [*rules, (folder, own)] if own is not None else rules
            subfolders = []
            for entry in entries:
                if entry.name.startswith(HIDDEN):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    if self._is_entered(entry, rules):
                        subfolders.append((entry.path, rules))
                elif not _is_ignored(entry.path, rules):
                    found = self._check_entry(entry, root, real_root)
                    if found is not None and self._is_wanted(_inside(entry.path, root)):
                        yield found
            waiting.extend(reversed(subfolders))

    def _is_entered(self, entry: _Entry, rules: _Rules) -> bool:
        is_ours = entry.name in _NEVER or self._is_home(entry)
        return not is_ours and not _is_ignored(f"{entry.path}/", rules)

    def _is_home(self, entry: _Entry) -> bool:
        """Whether a folder is the library's, also by another path to it."""
        if isinstance(entry, s3.Entry) or self._home_status is None:
            return False
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError:
            return False
        return os.path.samestat(status, self._home_status)

    def _check_entry(self, entry: _Entry, root: str, real_root: str) -> FoundFile | None:
        """The entry as a document; None if it is none, with a note why."""
        if isinstance(entry, s3.Entry):
            module = format_of(entry.name)
            if module is None:
                self.skipped.append(entry.path)
            return _make_found_object(entry, module) if module else None
        if entry.is_symlink() and not is_in(os.path.realpath(entry.path), real_root):
            self._fail(entry.path, f"a link out of {name_as_text(root)}; give its target as a path")
            return None
        try:
            if entry.is_symlink() and entry.is_dir():
                return None  # its files are found at their own place
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
            self.skipped.append(name_as_text(entry.path))
            return None
        return _make_found(entry.path, status, module)

    def _skip_folder(self, folder: str, failed: str, reason: str) -> None:
        self._fail(failed, reason)
        self.unread.append(name_as_text(folder))

    def _fail(self, path: str, reason: str) -> None:
        self.failed.append((name_as_text(path), reason))


def _make_found(path: str, status: os.stat_result, module: str) -> FoundFile:
    return FoundFile(
        path, name_as_text(path), status.st_size, status.st_mtime_ns, status.st_ino, module
    )


def _make_found_object(entry: s3.Entry, module: str) -> FoundFile:
    return FoundFile(entry.path, name_as_text(entry.path), entry.size, 0, entry.mark, module)


def _make_found_page(page: WebPage) -> FoundFile:
    return FoundFile(
        page.path, page.name, page.size, page.modified, page.mark, page.module, page.etag
    )


def is_in(path: str, folder: str) -> bool:
    """Whether a path is a folder or something in it."""
    end = "/" if s3.is_address(folder) else os.sep
    return path == folder or path.startswith(f"{folder.rstrip(end)}{end}")


def _inside(path: str, folder: str) -> str:
    """A path relative to a folder that it is in, with slashes."""
    return path[len(folder.rstrip("/" + os.sep)) + 1 :].replace(os.sep, "/")


def _list_folder(folder: str) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as listing:
        return sorted(listing, key=lambda entry: entry.name)


def _load_ignore_file(entries: Sequence[_Entry]) -> GitIgnoreSpec | None:
    for entry in entries:
        if entry.name != IGNORE_FILE:
            continue
        read: Callable[[], bytes]
        if isinstance(entry, s3.Entry):
            size, read = entry.size, partial(s3.read, entry.path)
        elif entry.is_file():
            size, read = entry.stat().st_size, Path(entry.path).read_bytes
        else:
            continue
        if size > LARGEST:
            raise DocumentError(f"it is larger than {LARGEST // 1000} kB")
        return make_spec(decode(read())[0].splitlines())
    return None


def _is_ignored(path: str, rules: _Rules) -> bool:
    """Whether one of the rules names a path, relative to the rule's own folder."""
    return any(spec.match_file(_inside(path, folder)) for folder, spec in rules)
