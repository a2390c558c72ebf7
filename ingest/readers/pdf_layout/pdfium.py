"""Reads the lines of a PDF page with PDFium."""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

from ingest.readers.pdf_layout.axes import find_axes
from ingest.readers.pdf_layout.forms import fields_of, write_fields
from ingest.readers.pdf_layout.lines import Box, Cell, Line, join_pieces, set_upright, turn
from ingest.readers.pdf_layout.marks import order_ligatures, set_apart_digits
from ingest.readers.pdf_layout.rows import WIDE, join_rows, mark_pairs, stack_headlines
from ingest.readers.shared.pdf_visibility import Visibility

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_SEGMENT = re.compile("[^\r\n\ufffe]+\ufffe?")
"""What PDFium takes for a line; U+FFFE stands for a hyphen at its end."""
_LEAST = 0.1
"""Points of a line that a font gives no width or height."""
_WORD = re.compile(r"\S+")
_BOLD = re.compile(rb"bold|black|heavy|medi(?!um)|cmbx|sfbx|-B$", re.I)
_SAMPLE = 5
"""Long lines of a page that are checked for a gap between columns."""
_GAP = 1.15
"""Line heights between two cells; the space after a heading in the line of its text is smaller."""


def lines_of(page: PdfPage) -> list[Line]:
    """Read the page's lines in the order of its content."""
    import pypdfium2.raw as pdfium

    text_page = page.get_textpage()
    try:
        reading = _Reading(pdfium, text_page.raw, Visibility(pdfium, page, text_page.raw))
        lines = reading.lines()
        fields = fields_of(page, reading.quarters)
        return write_fields(lines, fields, reading.words_of) if fields else lines
    finally:
        text_page.close()


class _Reading:
    """PDFium's functions on one page, with the structures that they fill."""

    def __init__(self, pdfium: Any, page: Any, visibility: Visibility) -> None:
        self._pdfium = pdfium
        self._visibility = visibility
        self._page = page
        self._rect = pdfium.FS_RECTF()
        self._font = ctypes.create_string_buffer(100)
        self._flags = ctypes.c_int()
        count = max(0, pdfium.FPDFText_CountChars(page))
        buffer = (ctypes.c_ushort * (count + 1))()
        written = pdfium.FPDFText_GetText(page, 0, count, buffer)
        units = bytes(buffer)[: 2 * max(0, written - 1)]
        self._text = units.decode("utf-16-le", "replace")
        self.quarters = 0
        """Quarter turns of the page's lines, once they are read."""
        self._units = [0]
        """UTF-16 units before each character, where these are not as many as the characters."""
        self._index_of = self._same_index
        if len(self._text) != count:
            self._index_of = self._look_up_index
            self._units += accumulate(1 + (char > "\uffff") for char in self._text)

    def lines(self) -> list[Line]:
        turned: list[tuple[int, Line]] = []
        for match in _SEGMENT.finditer(self._text):
            seen = self._visibility.find_seen(self._text, *match.span(), self._index_of, self._box)
            for start, end in (part for span in seen for part in self._split(*span)):
                turned.append((self._direction(start), self._line(start, end)))
        if not turned:
            return []
        letters: Counter[int] = Counter()
        for direction, line in turned:
            letters[direction] += len(line.text)
        (upright, _), *_ = letters.most_common(1)
        for direction, line in turned:
            line.turned = direction != upright
        self.quarters = upright
        found = join_pieces([set_upright(line, upright) for _, line in turned])
        for line in find_axes(found):
            line.on_axis = True
        found = join_rows(found)
        self._find_rows(found)
        mark_pairs(found)
        return stack_headlines(found)

    def _split(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The segment without white space at its ends; in lines, where PDFium joined several."""
        text = self._text
        while start < end and text[start].isspace():
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        if start >= end:
            return
        turns = self._direction(start)
        left, bottom, _, top = turn(self._box(start), turns)
        _, last_bottom, right, _ = turn(self._box(end - 1), turns)
        height = max(top - bottom, 1.0)
        tight = right - left < 0.2 * height * (end - start)
        if end - start < 2 or not (tight or abs(last_bottom - bottom) > 0.8 * height):
            yield start, end
            return
        begin, stop, previous = start, start, None
        for place in range(start, end):
            if text[place].isspace():
                continue
            box = turn(self._box(place), turns)
            below = previous is not None and abs(box[1] - previous[1]) > 0.5 * height
            if previous is not None and below and box[0] < previous[0] + 0.2 * height:
                yield begin, stop
                begin = place
            previous, stop = box, place + 1
        yield begin, end

    def _line(self, start: int, end: int) -> Line:
        left, bottom, first_right, top = self._box(start)
        last_left, last_bottom, right, last_top = self._box(end - 1)
        text = self._text[start:end]
        if text.endswith("\ufffe"):
            text = text[:-1] + "\u00ad"
        left, right = min(left, last_left), max(first_right, right)
        if self._direction(start):
            bottom, top = min(bottom, last_bottom), max(top, last_top)
        # The taller of both ends, since a line may begin with a mark or a sign from a small font.
        elif last_top - last_bottom > top - bottom:
            bottom, top = last_bottom, last_top
        if not math.isfinite(left + right + bottom + top):
            left = right = bottom = top = 0.0
        right, top = max(right, left + _LEAST), max(top, bottom + _LEAST)
        fonts = self._font_of(start), self._font_of(max(start, end - 2))
        if not self._direction(start):
            text = set_apart_digits(text, lambda place: self._box(start + place))
        text, swapped = order_ligatures(text, lambda place: self._box(start + place))
        runs = self._runs(start, end, swapped)
        return Line(text, runs, left, right, bottom, top, all(map(_BOLD.search, fonts)), fonts)

    def _runs(self, start: int, end: int, swapped: list[int]) -> list[tuple[int, int, int]]:
        """The runs of ``text[start:end]``; a character of two units has two places on the page.

        :param swapped: the first ones of neighbours that changed places.
        """
        text = self._text[start:end]
        cuts = {place + 1 for place, char in enumerate(text) if char > "\uffff"}
        cuts.update(place + n for place in swapped for n in range(3))
        order = {place: place + 1 for place in swapped} | {place + 1: place for place in swapped}
        return [
            (begin, self._index_of(start + order.get(begin, begin)), stop - begin)
            for begin, stop in pairwise(sorted(cuts | {0, len(text)}))
        ]

    def _box(self, offset: int) -> Box:
        return self._box_of(self._index_of(offset))

    def _box_of(self, index: int) -> Box:
        rect = self._rect
        self._pdfium.FPDFText_GetLooseCharBox(self._page, index, rect)
        return rect.left, rect.bottom, rect.right, rect.top

    def _same_index(self, offset: int) -> int:
        return offset

    def _look_up_index(self, offset: int) -> int:
        """The index of a character if others before it are missing or take two units."""
        index = self._pdfium.FPDFText_GetCharIndexFromTextIndex(self._page, self._units[offset])
        return max(0, int(index))

    def _direction(self, offset: int) -> int:
        """Quarter turns of a character against the page, counterclockwise; PDFium's are not."""
        angle = self._pdfium.FPDFText_GetCharAngle(self._page, self._index_of(offset))
        return round(-angle / (math.pi / 2)) % 4 if angle >= 0 else 0

    def _font_of(self, offset: int) -> bytes:
        """The font's name without the letters that a subset's name begins with."""
        size = self._pdfium.FPDFText_GetFontInfo(
            self._page, self._index_of(offset), self._font, 100, self._flags
        )
        return self._font.raw[: size - 1].rpartition(b"+")[2] if 0 < size <= 100 else b""

    def _find_rows(self, lines: list[Line]) -> None:
        """Cells of the lines that look like rows, and of their neighbours."""
        looked: set[int] = set()
        waiting = [
            place
            for place, line in enumerate(lines)
            if len(line.text) > 3 and line.width > WIDE * line.height * len(line.text)
        ]
        # Two columns may have been drawn row by row: some long lines tell whether they hold both.
        longest = max((line.width for line in lines), default=0.0)
        long = [place for place, line in enumerate(lines) if line.width > 0.8 * longest]
        sample = long[:: max(1, len(long) // _SAMPLE)]
        if sum(len(self._cells(lines[place])) == 2 for place in sample) * 2 > len(sample):
            waiting += long
        while waiting:
            place = waiting.pop()
            if place in looked or not 0 <= place < len(lines):
                continue
            looked.add(place)
            line = lines[place]
            line.cells = self._cells(line)
            line.words = self.words_of(line) if line.cells else []
            if len(line.cells) > 2:
                waiting += [place - 1, place + 1]

    def words_of(self, line: Line) -> list[Cell]:
        """The words of an upright line with their places."""
        words = []
        for match in _WORD.finditer(line.text):
            first, last = self._box_at(line, match.start()), self._box_at(line, match.end() - 1)
            words.append(Cell(*match.span(), min(first[0], last[0]), max(first[2], last[2])))
        return words

    def _cells(self, line: Line) -> list[Cell]:
        cells: list[Cell] = []
        for word in self.words_of(line):
            if cells and word.left - cells[-1].right < _GAP * line.height:
                cells[-1] = cells[-1]._replace(end=word.end, right=word.right)
            else:
                cells.append(word)
        return cells if len(cells) > 1 else []

    def _box_at(self, line: Line, offset: int) -> Box:
        """The box of a character of a line, upright as the line is."""
        at, index, _ = line.runs[0]
        if len(line.runs) > 1:
            at, index, _ = next(run for run in reversed(line.runs) if run[0] <= offset)
        return turn(self._box_of(index + offset - at), self.quarters)
