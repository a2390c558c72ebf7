"""Finds where characters are on the picture of a PDF page."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_GRID = 1_000_000
"""PDFium gives places on a picture in whole pixels; on one of this size they are exact enough."""
_SAME = 0.8
"""Share of the characters that must be those that were read; otherwise no boxes are drawn."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom as parts of the page's width and height, from its top left corner."""


def boxes_of(page: PdfPage, runs: Sequence[tuple[int, str]]) -> tuple[Box, ...]:
    """A box for each line that the characters are on.

    Empty if the page has other characters at these indices, as it may in another version of PDFium.

    :param runs: the index of the first character among the page's, and the text from there on.
    """
    import pypdfium2.raw as pdfium

    text_page = page.get_textpage()
    try:
        wanted = [(index + n, char) for index, text in runs for n, char in enumerate(text)]
        same = sum(
            pdfium.FPDFText_GetUnicode(text_page.raw, index) == ord(char) for index, char in wanted
        )
        if same < _SAME * len(wanted):
            return ()
        rect = pdfium.FS_RECTF()
        drawn = [
            (rect.left, rect.bottom, rect.right, rect.top)
            for index, char in wanted
            if not char.isspace() and pdfium.FPDFText_GetLooseCharBox(text_page.raw, index, rect)
        ]
        return tuple(_to_picture(page, line) for line in _join_lines(drawn))
    finally:
        text_page.close()


def lines_on(page: PdfPage) -> tuple[tuple[float, float, float, float, str], ...]:
    """The texts of the page, each with its box, so that they can be selected on its picture."""
    import pypdfium2.raw as pdfium

    text_page = page.get_textpage()
    try:
        rect = pdfium.FS_RECTF()
        lines: list[tuple[Box, str]] = []
        for index in range(text_page.count_chars()):
            char = chr(pdfium.FPDFText_GetUnicode(text_page.raw, index))
            if char.isspace() and lines:
                lines[-1] = (lines[-1][0], f"{lines[-1][1]} ")
            if char.isspace() or not pdfium.FPDFText_GetLooseCharBox(text_page.raw, index, rect):
                continue
            box = (rect.left, rect.bottom, rect.right, rect.top)
            if lines and _on_one_line(lines[-1][0], box, widest=1):
                before, text = lines[-1]
                around = (*map(min, before[:2], box[:2]), *map(max, before[2:], box[2:]))
                lines[-1] = (around, text + char)
            else:
                lines.append((box, char))
        return tuple((*_to_picture(page, box), text.strip()) for box, text in lines)
    finally:
        text_page.close()


def _to_picture(page: PdfPage, drawn: Box) -> Box:
    """A box in points from the page's bottom left corner as parts of the picture."""
    import pypdfium2.raw as pdfium

    across, down = ctypes.c_int(), ctypes.c_int()
    places = []
    for x, y in (drawn[:2], drawn[2:]):
        pdfium.FPDF_PageToDevice(page.raw, 0, 0, _GRID, _GRID, 0, x, y, across, down)
        places.append((across.value / _GRID, down.value / _GRID))
    (a, b), (c, d) = places
    return min(a, c), min(b, d), max(a, c), max(b, d)


def _join_lines(characters: Sequence[Box]) -> list[Box]:
    lines: list[Box] = []
    for box in characters:
        if lines and _on_one_line(lines[-1], box):
            (left, bottom, right, top), (a, b, c, d) = lines[-1], box
            lines[-1] = min(left, a), min(bottom, b), max(right, c), max(top, d)
        else:
            lines.append(box)
    return lines


def _on_one_line(line: Box, box: Box, widest: float = 6) -> bool:
    """Whether a character is beside the one before it, and not below it or in another column.

    :param widest: gap between them, in heights.
    """
    shared = min(line[3], box[3]) - max(line[1], box[1])
    height = min(line[3] - line[1], box[3] - box[1])
    return shared > 0.4 * height and -height < box[0] - line[2] < widest * height
