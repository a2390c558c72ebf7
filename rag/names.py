"""Names of documents: as callers give them, and as a library keeps them."""

import os
import re
from collections.abc import Iterable
from pathlib import PurePath, PurePosixPath

Names = str | PurePath | Iterable[str | PurePath]
"""One name, or several."""
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def list_names(given: Names, what: str = "names") -> tuple[str, ...]:
    """List names as text; a single one is a list of one, and never a list of its letters.

    :param what: what they are called, for the message.
    :raises TypeError: something else was given.
    """
    if isinstance(given, str | PurePath):
        return (name_as_text(given),)
    listed: tuple[object, ...] = tuple(given) if hasattr(given, "__iter__") else (given,)
    if wrong := [name for name in listed if not isinstance(name, str | PurePath)]:
        raise TypeError(f"{what} are texts or paths, not {wrong[0]!r}")
    return tuple(name_as_text(name) for name in listed if isinstance(name, str | PurePath))


def check_texts(texts: object) -> None:
    """Refuse one text in the place of a list, which would be read letter by letter.

    :raises TypeError: it is a text.
    """
    if isinstance(texts, str | bytes):
        raise TypeError("texts are a list, such as [text], not one text")


def name_as_text(name: str | PurePath) -> str:
    """A file's name as text; bytes that are not UTF-8 are escaped."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def path_of(source: str) -> PurePosixPath:
    """Return a document's name as a path, also where it has the form of Windows."""
    return PurePosixPath(source.replace("\\", "/"))


def is_address(name: str | PurePath) -> bool:
    """Whether it is an address, such as ``s3://bucket/key``, and no path."""
    return _ADDRESS.match(str(name)) is not None


def make_absolute(name: str) -> str:
    """Make a path absolute, as ingest does; an address stays as it is."""
    return name if is_address(name) else os.path.abspath(name)
