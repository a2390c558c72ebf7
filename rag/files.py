"""Write a file whole or not at all."""

from pathlib import Path
from uuid import uuid4


def write_whole(path: Path, text: str) -> None:
    """Write a UTF-8 file: all of the text or nothing of it, even when the process is killed.

    :raises OSError: it cannot be written; an older file stays.
    """
    draft = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
