"""Where a LangChain ``TextSplitter`` cuts a text.

A splitter returns pieces without their places, which may overlap and are often stripped. Passages
tile a document, so only where each piece begins is taken from it: a passage goes on to where the
next piece begins, and its text is the document's own.
"""

import hashlib
import json
from array import array
from collections.abc import Mapping
from functools import cached_property, partial
from typing import Any

from rag.errors import DocumentError
from rag.interfaces.writing import TextSplitter, check_splitter

_SHOWN = 60
"""Characters of a piece in a message."""


class Splitter:
    """A splitter, with a name for what its cuts depend on.

    :raises TypeError: it cannot split a text.
    """

    def __init__(self, splitter: TextSplitter) -> None:
        check_splitter(splitter)
        self._splitter = splitter

    @cached_property
    def identity(self) -> str:
        """Its class and a digest of its fields, the same in every process."""
        told = json.dumps(_describe(vars(self._splitter)), sort_keys=True)
        return f"{type(self._splitter).__name__}:{hashlib.sha256(told.encode()).hexdigest()[:16]}"

    def find_cuts(self, text: str) -> list[int]:
        """Find where its pieces begin, from the second one on.

        White space is not compared, since splitters strip it, drop it or put it between sentences.

        :raises DocumentError: it fails, or a piece is not in the text.
        """
        try:
            pieces = self._splitter.split_text(text)
        except Exception as error:
            raise DocumentError(
                f"cannot be cut into passages: {type(self._splitter).__name__} raised "
                f"{type(error).__name__}: {error}"
            ) from error
        solid = "".join(text.split())
        places = array("L", (place for place, char in enumerate(text) if not char.isspace()))
        cuts: list[int] = []
        start, end = -1, 0
        for piece in pieces:
            wanted = "".join(piece.split())
            if not wanted:
                continue
            # where the last piece ends, or within it if they overlap; otherwise behind it
            found = solid.rfind(wanted, start + 1, end + len(wanted))
            found = solid.find(wanted, end) if found < 0 else found
            if found >= 0:
                start, end = found, found + len(wanted)
                cuts.append(places[start])
            elif wanted not in solid:
                raise DocumentError(
                    f"cannot be cut into passages: {type(self._splitter).__name__} returns "
                    f"“{piece.strip()[:_SHOWN]}”, which is not in the text; take a splitter that "
                    "leaves the words as they are"
                )
        return cuts[1:]


def _describe(value: Any) -> Any:
    """Describe a value as JSON that does not depend on the process: an object by its names."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): _describe(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_describe(each) for each in value]
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    if isinstance(value, partial):
        return [_describe(each) for each in (value.func, value.args, value.keywords)]
    names = [getattr(value, name, None) for name in ("__qualname__", "name", "name_or_path")]
    inside = [_describe(_read_cell(cell)) for cell in getattr(value, "__closure__", None) or ()]
    return [type(value).__qualname__, *(name for name in names if isinstance(name, str)), *inside]


def _read_cell(cell: Any) -> object:
    try:
        return cell.cell_contents
    except ValueError:  # not set yet
        return None
