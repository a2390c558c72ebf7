"""Reads the parts without which an Office file still has its text, each at most once."""

from collections.abc import Callable
from typing import TypeVar

from ingest.readers.shared.archive import Archive
from rag.errors import DocumentError

_Content = TypeVar("_Content")
_MOST_TOLD = 3
"""Parts that a warning names."""


class Parts:
    """Reads further parts of an archive; what cannot be read is left out and named."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self._seen: set[str] = set()
        self._left_out: list[str] = []

    def read(self, name: str, interpret: Callable[[bytes], _Content]) -> _Content | None:
        """What a part holds; None if it was read before, or is damaged or too large.

        A part that is named a million times would make a long text of a short file.
        """
        if name in self._seen:
            return None
        self._seen.add(name)
        try:
            return interpret(self.archive.read(name))
        except DocumentError as error:
            self._left_out.append(f"its part {name} is left out ({error})")
            return None

    def leave_out(self, what: str) -> None:
        """Note that something is left out, for the warning."""
        self._left_out.append(what)

    @property
    def warning(self) -> str:
        """What was left out, in a sentence; "" when nothing was."""
        told = self._left_out[:_MOST_TOLD]
        more = len(self._left_out) - len(told)
        return "; ".join([*told, f"{more} more"] if more else told)
