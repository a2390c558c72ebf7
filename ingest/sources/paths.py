"""The paths and addresses that are given to ingest, in one spelling."""

import os
from collections.abc import Iterable
from pathlib import Path

from ingest.sources import s3
from ingest.sources.web.address import is_web_address, normalize
from rag.errors import DocumentError

Paths = str | Path | Iterable[str | Path]


def as_list(paths: Paths) -> list[str | Path]:
    return [paths] if isinstance(paths, str | Path) else list(paths)


def make_absolute(paths: Paths) -> list[str]:
    """Make paths absolute, with their links; an s3:// address stays as it is."""
    return [
        str(p)
        if s3.is_address(p)
        else _one_spelling(str(p))
        if is_web_address(p)
        else os.path.abspath(p)
        for p in as_list(paths)
    ]


def _one_spelling(address: str) -> str:
    """A web address as the library has it; one that is not taken stays as it is."""
    try:
        return normalize(address)
    except DocumentError:
        return address
