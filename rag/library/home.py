"""The home: the folder of a library, and the small files in it. Importing this loads nothing."""

import os
from contextlib import suppress
from pathlib import Path

from rag.errors import LibraryError
from rag.files import write_whole

CATALOG = "catalog.sqlite"
CALIBRATION = "calibration.json"


def nothing_ingested(place: Path | str) -> str:
    return f"nothing has been ingested into {place} yet; run `citespan ingest PATH…` first"


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
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(
            f"cannot make the folder {home} ({error.strerror}); choose another one with --home or "
            "CITESPAN_HOME"
        ) from error


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
        write_whole(path, text)
    except OSError as error:
        raise LibraryError(f"cannot write {path}: {error.strerror}") from error
    return path
