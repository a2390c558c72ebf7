"""Keeps a copy of what is in no file here, if its pages are drawn with a box around the quote.

A page is drawn when somebody opens a citation, and then no server must be asked.
"""

import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path, PureWindowsPath

from ingest.sources import s3
from ingest.sources.web.address import is_web_address


def is_kept(name: str) -> bool:
    """Whether a source is in no file: a web address, or a name that was given with bytes."""
    in_a_file = Path(name).is_absolute() or PureWindowsPath(name).is_absolute()
    return is_web_address(name) or not (in_a_file or s3.is_address(name))


def keep_copy(home: Path, name: str, file: str, data: bytes) -> None:
    """Keep bytes as the copy of a source; an older one is replaced.

    :param file: their file name, which gives the format.
    """
    own = _folder(home, name)
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir(parents=True)
    (own / file).write_bytes(data)


def find_copy(home: Path, name: str) -> Path | None:
    """Find the copy of a source."""
    return next(_folder(home, name).glob("*"), None) if is_kept(name) else None


def delete_copies(home: Path, names: Iterable[str]) -> None:
    """Delete the copies of these sources, where there are any."""
    for name in filter(is_kept, names):
        shutil.rmtree(_folder(home, name), ignore_errors=True)


def _folder(home: Path, name: str) -> Path:
    return home / "web" / hashlib.sha256(name.encode()).hexdigest()[:32]
