"""One small reader per format, behind one table.

Each module of this folder that has a ``FORMAT`` is one format; adding one is adding its file. A
module without it, its name beginning with ``_``, is what several readers share.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

from rag.text.layout import Layout

Tell = Callable[[int, int], None]
"""Called now and then with how many pages are read, and how many there are."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a reader got out of a file.

    :param text: the extracted text that all offsets refer to.
    :param title: the document's own title, or "".
    :param warning: what a person should know about the reading, or "".
    :param markdown: whether lines that begin with ``#`` are headings.
    :param layout: where the text stands on pages, for formats that have them.
    """

    text: str
    title: str = ""
    warning: str = ""
    markdown: bool = True
    layout: Layout | None = None


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page as a picture.

    :param png: the picture.
    :param width: of the picture, in pixels.
    :param height: of the picture, in pixels.
    :param boxes: around the wanted characters, one for each line they stand on: left, top, right
        and bottom as parts of the picture's width and height, counted from its top left corner.
    """

    png: bytes
    width: int
    height: int
    boxes: tuple[tuple[float, float, float, float], ...]


Drawer = Callable[[bytes, int, float, Sequence[tuple[int, str]]], PageImage]
"""The bytes of a file, a page counted from 1, pixels per point, and runs of characters, each as its
index and its text → the page with the characters boxed."""

Reader = Callable[[bytes, Tell], Source]
"""The bytes of a file → its text.

It raises DocumentError with the reason when the file is at fault; anything else that it raises, and
its death, makes the format's next reader try.
"""


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file and how it is read.

    :param name: as a person calls it, with its article: "a PDF".
    :param suffixes: in small letters, with the dot.
    :param readers: the first one reads; the next ones take over when it fails unexpectedly.
    :param version: raised when a reader's result changes, so that its files are read again.
    :param signature: what such a file begins with; b"" where nothing is certain.
    :param isolated: read in a child process, since the parser can crash or be made to swell.
    :param draw: shows a page as a picture, for formats that have pages to see.
    :param names: whole file names, in small letters, that are read without a known suffix.
    """

    name: str
    suffixes: tuple[str, ...]
    readers: tuple[Reader, ...]
    version: int = 1
    signature: bytes = b""
    isolated: bool = True
    draw: Drawer | None = None
    names: tuple[str, ...] = ()


@cache
def formats() -> dict[str, Format]:
    """Every format by the name of its module."""
    found = pkgutil.iter_modules(__path__)
    modules = [m.name for m in found if not m.ispkg and not m.name.startswith("_")]
    return {name: import_module(f"{__name__}.{name}").FORMAT for name in modules}


@cache
def _known() -> dict[str, str]:
    """Suffixes and whole names → the name of the format's module."""
    return {
        key: module
        for module, format_ in formats().items()
        for key in (*format_.suffixes, *format_.names)
    }


def format_of(path: str | Path) -> str | None:
    """Which format a file has by its name; None when no reader knows it."""
    name = Path(path).name.lower()
    return _known().get(Path(name).suffix) or _known().get(name)


def known_suffixes() -> list[str]:
    """Every suffix that is read, in order."""
    return sorted(key for key in _known() if key.startswith("."))
