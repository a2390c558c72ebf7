"""Keeps a copy of what was fetched, if its pages are drawn with a box around the quote.

A page is drawn when somebody opens a citation, and then no server must be asked.
"""

import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from ingest.sources.web.address import is_web_address


def keep_copy(home: Path, name: str, file: Path) -> None:
    """Keep a file as the copy of an address; an older one is replaced."""
    own = _folder(home, name)
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir(parents=True)
    shutil.copyfile(file, own / file.name)


def find_copy(home: Path, name: str) -> Path | None:
    """Find the copy of an address."""
    return next(_folder(home, name).glob("*"), None) if is_web_address(name) else None


def delete_copies(home: Path, names: Iterable[str]) -> None:
    """Delete the copies of these sources, where there are any."""
    for name in filter(is_web_address, names):
        shutil.rmtree(_folder(home, name), ignore_errors=True)


def _folder(home: Path, name: str) -> Path:
    return home / "web" / hashlib.sha256(name.encode()).hexdigest()[:32]
