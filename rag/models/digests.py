"""SHA-256 of large files; a file that has not changed is not read again."""

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path

from rag.files import write_whole


def file_digest(path: Path, records: Path) -> str:
    """Digest a file by SHA-256, in hex, or take the digest from its record.

    :param records: the folder of the records. A file is not read when its size, times and inode are
        those of its record. A folder that cannot be written to gets no record.
    :raises OSError: the file cannot be read.
    """
    whole = os.path.abspath(path)
    record = records / f"{hashlib.sha256(os.fsencode(whole)).hexdigest()[:32]}.json"
    state = _state(path)
    with suppress(OSError, ValueError, KeyError, TypeError):
        known = json.loads(record.read_text("utf-8"))
        if known["state"] == state:
            return str(known["sha256"])
    digest = sha256(path)
    if _state(path) == state:  # else it changed while it was read
        with suppress(OSError):
            records.mkdir(parents=True, exist_ok=True)
            write_whole(record, json.dumps({"file": whole, "state": state, "sha256": digest}))
    return digest


def sha256(path: Path) -> str:
    """Read a file and digest it by SHA-256, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _state(path: Path) -> list[int]:
    """Numbers that change when a file is written; the change time cannot be set back."""
    found = path.stat()
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]
