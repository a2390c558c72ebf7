"""Keeps a copy of what is in no file here, if its pages are drawn with a box around the quote.

A page is drawn when somebody opens a citation, and then no server must be asked.
"""

import shutil
from pathlib import Path

from ingest.sources import s3
from rag.library.files.own_files import copies_folder, is_copied


def is_kept(name: str) -> bool:
    """Whether a source is in no file: a web address, or a name that was given with bytes."""
    return is_copied(name) and not s3.is_address(name)


def keep_copy(home: Path, name: str, file: str, data: bytes) -> None:
    """Keep bytes as the copy of a source; an older one is replaced.

    :param file: their file name, which gives the format.
    """
    own = copies_folder(home, name)
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir(parents=True, mode=0o700)
    (own / file).write_bytes(data)
