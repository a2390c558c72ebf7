"""Write a file whole or not at all."""

import os
from contextlib import suppress
from pathlib import Path
from uuid import uuid4


def write_whole(path: Path, content: str | bytes, *, private: bool = False) -> None:
    """Write a file: all of it or nothing, even when the process is killed or the power fails.

    :param content: bytes, or a text that becomes UTF-8.
    :param private: only its owner may read it.
    :raises OSError: it cannot be written; an older file stays.
    """
    draft = draft_of(path)
    data = content.encode() if isinstance(content, str) else content
    mode = 0o600 if private else 0o666
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:  # a full disk is told without a name when the file is flushed
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def draft_of(path: Path) -> Path:
    """A new name beside a file; :func:`is_draft` knows it when a killed process left it."""
    return path.with_name(f".{uuid4().hex}.draft")


def is_draft(name: str) -> bool:
    return name.startswith(".") and name.endswith(".draft")


def sync_folder(folder: Path) -> None:
    """Have the disk keep what was renamed in a folder; where it cannot, nothing happens."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
