"""The home: the folder of a library, and the small files in it. Importing this loads nothing."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rag.errors import DamagedError, EmptyLibraryError, LibraryError
from rag.files import write_whole

CATALOG = "catalog.sqlite"
CALIBRATION = "calibration.json"
DAMAGED = "catalog-damaged-"
"""How the names of catalogs begin that a repair kept aside."""
IMPORTING = "import-"
"""How the folder begins in which an export is read."""
CANNOT_LOCK = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP}
"""The errors of a file system without locks."""

_TRACES = (f"{DAMAGED}*.sqlite", "chroma-*", "lexical-*", "uploads/*")
"""What is only in a home into which something was ingested."""


def nothing_ingested(place: Path | str) -> str:
    return f"nothing has been ingested into {place} yet; run `citespan ingest PATH…` first"


def missing_catalog_error(home: Path) -> LibraryError | EmptyLibraryError:
    """Make the error of a home without a catalog: nothing was ingested yet, or it is gone."""
    left = sorted(path.name for pattern in _TRACES for path in home.glob(pattern))
    if not left:
        return EmptyLibraryError(nothing_ingested(home))
    remedy = (
        "run `citespan doctor --repair`"
        if any(name.startswith(DAMAGED) for name in left)
        else "import an export, restore it from a backup, or ingest again"
    )
    return DamagedError(f"the catalog of {home} is gone, though {left[0]} is there; {remedy}")


def read_id(home: Path) -> str:
    """Read the id that tells homes with one catalog apart; the first call makes it."""
    file = home / "home.id"
    if not file.exists():
        draft = home / f"home.id.{os.getpid()}"
        draft.write_text(os.urandom(8).hex())
        with suppress(FileExistsError):
            os.link(draft, file)
        draft.unlink()
    return file.read_text()


def make_home(home: Path) -> None:
    """Make the folder unless it is there.

    :raises LibraryError: it cannot be made.
    """
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise LibraryError(
            f"cannot make the folder {home} ({error.strerror}); choose another one with --home or "
            "CITESPAN_HOME"
        ) from error


@contextmanager
def explain_failures(home: Path) -> Iterator[None]:
    """Raise a sentence when the system refuses to write something in a home.

    :raises LibraryError: it did.
    """
    try:
        yield
    except OSError as error:
        is_ours = str(error.filename or "").startswith(str(home))
        if not is_ours and error.errno not in CANNOT_LOCK:  # of a lock, no file is told
            raise
        raise LibraryError(explain_unwritable(home, error)) from error


def explain_unwritable(home: Path, error: OSError) -> str:
    """Say why a home cannot be written to, and what to do."""
    if error.errno == errno.ENOSPC:
        return f"the disk of {home} is full; free some space and run the same command again"
    if error.errno in CANNOT_LOCK:
        return (
            f"the file system of {home} cannot lock files, which keeps two writers apart; choose a "
            "folder on a local disk with --home or CITESPAN_HOME"
        )
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return (
            f"{home} is read-only for you, so its library can be asked and not changed; change "
            "the permissions of the folder, or choose another one with --home or CITESPAN_HOME"
        )
    return f"{home} cannot be written ({error.strerror or error}); check the disk"


def read_kept(home: Path, name: str) -> str | None:
    """Read a small file of the home, such as :data:`CALIBRATION`; None when it is not there."""
    path = home / name
    return path.read_text(encoding="utf-8") if path.exists() else None


def write_kept(home: Path, name: str, text: str) -> Path:
    """Write a small file of the home, whole or not at all; whoever reads it checks its content.

    :raises LibraryError: it cannot be written.
    """
    path = home / name
    try:
        write_whole(path, text, private=True)
    except OSError as error:
        raise LibraryError(explain_unwritable(home, error)) from error
    return path
