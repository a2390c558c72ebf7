"""Reads the bytes of a file or an object."""

from pathlib import Path

from ingest.readers import LARGEST, too_large_error
from ingest.sources import s3
from rag.errors import DocumentError

_TRIES = 3
"""Times that a changing file is read."""


def read_at_rest(name: str, largest: int = LARGEST) -> bytes:
    """Read a regular file or an S3 object; anything else could block for ever.

    A file that changes while it is read is read again, so that no half of an edit is stored.

    :param largest: bytes, beyond which it is not opened.
    :raises DocumentError: it is no file, is too large, or keeps changing.
    """
    if s3.is_address(name):
        return s3.read(name, largest)
    file = Path(name)
    if not file.exists():
        raise DocumentError("a link to nothing" if file.is_symlink() else "it has vanished")
    if not file.is_file():
        raise DocumentError("not a regular file")
    for _ in range(_TRIES):
        before = file.stat()
        if before.st_size > largest:
            raise too_large_error(largest)
        data = file.read_bytes()
        after = file.stat()
        if (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, len(data)):
            return data
    raise DocumentError("it keeps changing while it is read; ingest it again when it is at rest")


def reason_of(error: Exception) -> str:
    """Why a file cannot be read, as a sentence."""
    return (
        f"cannot be read: {error.strerror or error}" if isinstance(error, OSError) else str(error)
    )
