"""Readers: one small file per format. The doors are :func:`format_of` and :func:`formats`.

Each module with a ``FORMAT``, here or in a sub-package, is a format; to add one, add its file.
``shared`` has what several readers use, ``office`` and ``pdf_layout`` what those of Office files
and PDFs use.
"""

import logging
import pkgutil
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

from rag.errors import DocumentError
from rag.text.layout import Layout
from rag.types import Aside

_log = logging.getLogger(__name__)
_GROUP = "citespan.readers"
LARGEST = 512 << 20
"""Bytes; a larger file would not fit in memory."""
LARGEST_TEXT_FILE = 64 << 20
"""Bytes of a file that is nothing but text; a document is committed as a whole, and a larger one
would fill the memory for an hour before anything of it is found."""
LONGEST_TEXT = 64_000_000
"""Characters of text that a document may have, for the same reason."""

Tell = Callable[[int, int], None]
"""Called from time to time with how many pages are read, and how many there are."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a reader extracts from a file.

    :param text: the extracted text that all offsets refer to.
    :param title: the document's own title, or "".
    :param warning: what a person should know about how it was read, or "".
    :param markdown: whether lines that begin with ``#`` are headings.
    :param layout: where the text is on pages, for formats with pages.
    :param asides: what of the text stands beside the rest, in order.
    :param date: that the document gives itself, as ``2024-03-05``, or "".
    """

    text: str
    title: str = ""
    warning: str = ""
    markdown: bool = True
    layout: Layout | None = None
    asides: tuple[Aside, ...] = ()
    date: str = ""


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page as a picture.

    :param png: the picture.
    :param width: of the picture, in pixels.
    :param height: of the picture, in pixels.
    :param boxes: around the requested characters, one for each line that they are on: left, top,
        right and bottom as fractions of the picture's width and height, from its top left corner.
    :param lines: the texts on the page, each with its box; none where only a picture shows them.
    """

    png: bytes
    width: int
    height: int
    boxes: tuple[tuple[float, float, float, float], ...]
    lines: tuple[tuple[float, float, float, float, str], ...] = ()


Drawer = Callable[[bytes, int, float, Sequence[tuple[int, str]]], PageImage]
"""The bytes of a file, a page counted from 1, pixels per point, and runs of characters, each as its
index and its text → the page with the characters boxed."""

Reader = Callable[[bytes, Tell], Source]
"""The bytes of a file → its text.

It raises DocumentError with the reason if the file is the cause. If it raises anything else, or its
process dies, the format's next reader tries.
"""


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file and how it is read.

    :param name: for a person, with its article: "a PDF".
    :param suffixes: in lower case, with the dot.
    :param readers: the first one reads; the next ones take over if it fails unexpectedly.
    :param version: a new number when a reader's result changes, so that its files are read again.
    :param signature: the first bytes of such a file, or all that it may have; b"" if not fixed.
    :param isolated: read in a child process, since the parser can crash or use up memory.
    :param draw: draws a page as a picture, for formats with pages.
    :param names: whole file names, in lower case, that are read without a known suffix.
    :param largest: bytes of such a file, beyond which it is not opened.
    """

    name: str
    suffixes: tuple[str, ...]
    readers: tuple[Reader, ...]
    version: int = 1
    signature: bytes | tuple[bytes, ...] = b""
    isolated: bool = True
    draw: Drawer | None = None
    names: tuple[str, ...] = ()
    largest: int = LARGEST


def too_large_error(largest: int = LARGEST) -> DocumentError:
    """The error of a file that is larger than it may be."""
    return DocumentError(f"larger than {largest >> 20} MB; split it into several files")


def too_long_error() -> DocumentError:
    """The error of a file that has more text than a document may have."""
    return DocumentError(
        f"it has more than {LONGEST_TEXT:,} characters of text; split it into several files"
    )


@cache
def formats() -> dict[str, Format]:
    """Every format by the name of its module, without the packages that it is in.

    Other distributions add formats by entry points of the group ``citespan.readers``, each a
    :class:`Format`; for a suffix that is known already, theirs is taken.
    """
    found: dict[str, Format] = {}
    for listed in pkgutil.walk_packages(__path__, f"{__name__}."):
        format_ = getattr(import_module(listed.name), "FORMAT", None)
        if format_ is not None:
            name = listed.name.rpartition(".")[2]
            assert name not in found, f"two modules of formats are named {name}"
            found[name] = format_
    return found | _find_others(found.keys())


def _find_others(ours: Collection[str]) -> dict[str, Format]:
    """The formats of other distributions; one that cannot be used is left out, with a warning."""
    found: dict[str, Format] = {}
    for entry in entry_points(group=_GROUP):
        try:
            format_ = entry.load()
        except Exception as error:  # noqa: BLE001 - somebody else's module may raise anything
            _log.warning("the reader %s is not used: %s", entry.value, error)
            continue
        if not isinstance(format_, Format) or entry.name in ours:
            why = "its name is taken" if entry.name in ours else "it is no Format"
            _log.warning("the reader %s is not used: %s", entry.value, why)
            continue
        found[entry.name] = format_
    return found


@cache
def _known() -> dict[str, str]:
    """Suffixes and whole names → the name of the format's module."""
    return {
        key: module
        for module, format_ in formats().items()
        for key in (*format_.suffixes, *format_.names)
    }


def format_of(path: str | Path) -> str | None:
    """Which format a file has by its name; None if no reader knows it."""
    name = Path(path).name.lower()
    return _known().get(Path(name).suffix) or _known().get(name)


def known_suffixes() -> list[str]:
    """Every known suffix, in order."""
    return sorted(key for key in _known() if key.startswith("."))
