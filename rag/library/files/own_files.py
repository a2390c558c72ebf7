"""Files that a home holds for its documents: uploads, copies of web pages, removed ones.

Names of sources come from the catalog, and a catalog may have been imported. So none of them is
used as a path: only its last parts are read, and what they name must be a plain file of the home.
"""

import hashlib
import os
import re
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path, PureWindowsPath

from rag.names import is_address

ListNames = Callable[[], Iterable[str]]
UPLOADS = "uploads"
REMOVED = "removed"
_COPIES = "web"
_DIGEST = re.compile(r"[0-9a-f]{16}")
_SEPARATORS = re.compile(r"[/\\]")


def upload_place(home: Path, name: str, data: bytes) -> Path:
    """Where an upload is kept: in a folder named by its content, so that names may repeat."""
    return home / UPLOADS / hashlib.sha256(data).hexdigest()[:16] / name


def copies_folder(home: Path, address: str) -> Path:
    """The folder with the copy of what is in no file here."""
    return home / _COPIES / hashlib.sha256(address.encode()).hexdigest()[:32]


def find_upload(home: Path, source: str) -> Path | None:
    """Find the upload that a source names; None when it names none of this home.

    The home may have been moved since, so the folders above ``uploads`` do not count.
    """
    if UPLOADS not in source:
        return None
    parts = _SEPARATORS.split(source)[-3:]
    if len(parts) < 3 or parts[0] != UPLOADS or not _DIGEST.fullmatch(parts[1]):
        return None
    if parts[2] in {"", ".", ".."} or "\0" in parts[2]:
        return None
    path = home / UPLOADS / parts[1] / parts[2]
    folders = (path.parent.parent, path.parent)
    is_plain = all(map(_is_real_folder, folders)) and _is_real_file(path)
    return path if is_plain else None


def is_copied(source: str) -> bool:
    """Whether a source is in no file here: an address, or a name that was given with bytes."""
    in_a_file = Path(source).is_absolute() or PureWindowsPath(source).is_absolute()
    return is_address(source) or not in_a_file


def find_own_files(home: Path, source: str) -> list[Path]:
    """Find what this home holds of a source: its upload, and the copy of its web page."""
    upload = find_upload(home, source)
    if upload is not None:
        return [upload]
    if not is_copied(source):
        return []
    folder = copies_folder(home, source)
    if not _is_real_folder(folder.parent) or not _is_real_folder(folder):
        return []
    return [path for path in sorted(folder.iterdir()) if _is_real_file(path)]


def delete_own_files(home: Path, gone: Iterable[str], list_kept: ListNames) -> None:
    """Delete what this home holds of sources that were removed, unless another source has it.

    :param list_kept: lists the names of the other sources; called when there is something.
    """
    found = {path for source in gone for path in find_own_files(home, source)}
    if not found:
        return
    needed = {path for source in list_kept() for path in find_own_files(home, source)}
    for path in sorted(found - needed):
        delete_file(path)


def delete_file(path: Path) -> None:
    """Delete a file, and its folder if that is then empty."""
    path.unlink(missing_ok=True)
    with suppress(OSError):
        path.parent.rmdir()


def find_unnamed(home: Path, sources: Iterable[str]) -> Iterator[Path]:
    """Find uploads and copies that no source names: a removal or an upload was interrupted."""
    needed = {path for source in sources for path in find_own_files(home, source)}
    for base in (home / UPLOADS, home / _COPIES):
        if not _is_real_folder(base):
            continue
        for folder in sorted(base.iterdir()):
            inside = sorted(folder.iterdir()) if _is_real_folder(folder) else []
            yield from (path for path in inside if path not in needed)
            if not inside:
                yield folder


def delete_whole(path: Path) -> None:
    """Delete a file, or a folder with all that is in it; a link is not followed.

    :raises OSError: it cannot be deleted.
    """
    if _is_real_folder(path):
        shutil.rmtree(path)
    else:
        delete_file(path)


def _is_real_folder(path: Path) -> bool:
    return _has_mode(path, stat.S_ISDIR)


def _is_real_file(path: Path) -> bool:
    return _has_mode(path, stat.S_ISREG)


def _has_mode(path: Path, check: object) -> bool:
    """Whether a path is of a kind, itself and not what a link leads to."""
    try:
        return bool(check(os.lstat(path).st_mode))  # type: ignore[operator]
    except (OSError, ValueError):
        return False
