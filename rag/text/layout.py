"""Maps the characters of a document's text to its pages.

A reader that knows pages gives runs: ``length`` characters of the text from one offset on are the
characters of a page from one index on. A character that the reader inserted, such as the space for
a line break, is in no run. The runs of a page are stored in a few hundred bytes.

The text of a table has no pages: its runs give the sheet and the row. The text of a mail has named
parts, its attachments.
"""

from __future__ import annotations

import json
import zlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from rag.errors import LibraryError
from rag.text.picture_words import unpack

_LONGEST = 64_000_000
"""Bytes of the runs of one document; a book of 5,000 pages has some 100,000."""


@dataclass(frozen=True, slots=True)
class Run:
    """``text[start:start + length]`` is ``page``'s characters from ``index`` on.

    :param start: offset into the extracted text.
    :param page: counting from 1.
    :param index: of the first character among the page's own, as the reader's library counts them,
        or as :mod:`rag.text.picture_words` has it; −1 when only the page is known.
    """

    start: int
    length: int
    page: int
    index: int


@dataclass(frozen=True)
class Layout:
    """The runs of a document, by offset, without overlap. Pages may come in any order.

    :param sheets: the names of a workbook's sheets; ("",) for a file that is one table. With it, a
        run's page is the number of its sheet, and its index the row of its first paragraph, 0 where
        it is in none; each further paragraph is the next row. Such a document has no pages.
    :param parts: the names of parts, such as a mail's attachments. With them, a run's index is the
        number of its part, counting from 0; −1 where it is in none, and its page may be 0 for none.
    """

    runs: tuple[Run, ...]
    sheets: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()

    @cached_property
    def _starts(self) -> list[int]:
        return [run.start for run in self.runs]

    def page(self, offset: int) -> int | None:
        """Return the page of the character at an offset, or of the nearest one before it."""
        run = None if self.sheets else self.run(offset)
        return (run.page or None) if run else None

    def run(self, offset: int) -> Run | None:
        """Return the run of the character at an offset, or the nearest one before it."""
        if not self.runs:
            return None
        return self.runs[max(0, bisect_right(self._starts, offset) - 1)]

    def name_part(self, run: Run) -> str:
        """Name the part of a run, such as ``attachment report.pdf, page 2``; "" outside of them."""
        return self.parts[run.index] if 0 <= run.index < len(self.parts) else ""

    def name_row(self, run: Run, before: str) -> str:
        """Name the sheet and the row of a character of a run: ``sheet Costs, row 7``.

        :param before: the text from the run's start to the character.
        """
        row = run.index + before.count("\n\n") if run.index > 0 else 0
        sheet = self.sheets[run.page - 1] if 0 < run.page <= len(self.sheets) else ""
        return ", ".join(filter(None, [sheet and f"sheet {sheet}", f"row {row}" if row else ""]))

    def places(self, start: int, end: int) -> Iterator[Run]:
        """Yield the parts of the runs that ``text[start:end]`` covers, by offset."""
        for run in self.runs[max(0, bisect_right(self._starts, start) - 1) :]:
            if run.start >= end:
                return
            first, last = max(start, run.start), min(end, run.start + run.length)
            if first < last:
                fixed = run.index < 0 or self.parts
                index = run.index if fixed else run.index + first - run.start
                yield Run(first, last - first, run.page, index)

    def least_confidence(self, start: int, end: int) -> float | None:
        """Return how sure OCR is of its least certain word in ``text[start:end]``, in [0, 1].

        None when OCR read none of it.
        """
        if self.parts:
            return None
        words = (unpack(part.index) for part in self.places(start, end))
        return min((word.confidence for word in words if word is not None), default=None)

    def encode(self) -> bytes:
        """Encode the runs as compressed bytes; :meth:`decode` reads them."""
        packed = bytearray()
        end = page = index = 0
        for run in self.runs:
            for number in (run.start - end, run.length, run.page - page, run.index - index):
                _append(packed, number)
            end, page = run.start + run.length, run.page
            index = run.index + (run.length if run.index >= 0 else 0)
        names: object = {"parts": self.parts} if self.parts else self.sheets
        return zlib.compress(bytes(packed)) + (json.dumps(names).encode() if names else b"")

    @classmethod
    def decode(cls, data: bytes) -> Layout:
        """Decode what :meth:`encode` wrote.

        :raises LibraryError: the bytes are something else.
        """
        try:
            stream = zlib.decompressobj()
            numbers = _numbers(stream.decompress(data, _LONGEST))
            if not stream.eof:
                raise ValueError("the end is missing, or it is too long")
            if len(numbers) % 4:
                raise ValueError("a run is incomplete")
            names = json.loads(stream.unused_data or b"[]")
            parts = tuple(map(str, names["parts"])) if isinstance(names, dict) else ()
            sheets = () if isinstance(names, dict) else tuple(map(str, names))
        except (zlib.error, LookupError, TypeError, ValueError, RecursionError) as error:
            raise LibraryError(
                "where a document stands on its pages cannot be read; ingest it again"
            ) from error
        runs, end, page, index = [], 0, 0, 0
        for gap, length, pages, ahead in zip(*[iter(numbers)] * 4, strict=True):
            run = Run(end + gap, length, page + pages, index + ahead)
            runs.append(run)
            end, page = run.start + length, run.page
            index = run.index + (length if run.index >= 0 else 0)
        return cls(tuple(runs), sheets, parts)


def _append(packed: bytearray, number: int) -> None:
    """Append a number, seven bits to a byte, lowest first, its sign in the lowest bit."""
    number = number << 1 if number >= 0 else (-number << 1) - 1
    while number > 0x7F:
        packed.append(number & 0x7F | 0x80)
        number >>= 7
    packed.append(number)


def _numbers(packed: bytes) -> Sequence[int]:
    numbers, value, shift = [], 0, 0
    for byte in packed:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            numbers.append(-((value + 1) >> 1) if value & 1 else value >> 1)
            value, shift = 0, 0
    return numbers
