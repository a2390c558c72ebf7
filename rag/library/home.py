"""The folder of a library. Importing this loads nothing, so it is known at once if there is one."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from rag.errors import LibraryError

CATALOG = "catalog.sqlite"


def nothing_ingested(place: Path | str) -> str:
    """What to say when there is nothing to ask yet."""
    return f"nothing has been ingested into {place} yet; run `citespan ingest PATH…` first"


def own_id(home: Path) -> str:
    """What tells this home from others that share its catalog; made at the first call."""
    file = home / "home.id"
    if not file.exists():
        draft = home / f"home.id.{os.getpid()}"
        draft.write_text(os.urandom(8).hex())
        with suppress(FileExistsError):
            os.link(draft, file)
        draft.unlink()
    return file.read_text()


def make_home(home: Path) -> None:
    """Make the folder where there is none.

    :raises LibraryError: it cannot be made.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(
            f"cannot make the folder {home} ({error.strerror}); choose another with --home or "
            "CITESPAN_HOME"
        ) from error
