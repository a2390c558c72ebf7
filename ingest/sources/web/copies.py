"""Keeps a copy of what was fetched, if its pages are drawn with a box around the quote.

A page is drawn when somebody opens a citation, and then no server must be asked.
"""

import shutil
from pathlib import Path

from rag.library.files.own_files import copies_folder


def keep_copy(home: Path, name: str, file: Path) -> None:
    """Keep a file as the copy of an address; an older one is replaced."""
    own = copies_folder(home, name)
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir(parents=True, mode=0o700)
    shutil.copyfile(file, own / file.name)
