"""Tells which words of a PDF page a person sees.

A page can hold text for machines alone: white on white, a hundredth of a point high, without
opacity, drawn with no ink, beyond the page's edge. Such words are no part of what the page says.
Words without ink above a picture are: that is how the text of a scan lies on it.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points."""

_WORD = re.compile(r"\S+")
_SMALLEST = 0.6
"""Points; smaller letters are smaller than the dots of a printer."""
_WHITE = 245
"""Of 255, for each color; paler ones are white."""
_MOST_OBJECTS = 20_000
"""Of a page, that are looked at for what lies behind white words."""


class Visibility:
    """What can be seen of one page.

    :param text_page: PDFium's, of the page.
    """

    def __init__(self, pdfium: Any, page: PdfPage, text_page: Any) -> None:
        self._pdfium = pdfium
        self._page = page
        self._text_page = text_page
        self._bounds: Box = page.get_bbox()
        self._inks: dict[int, str] = {}

    def find_seen(
        self, text: str, start: int, end: int, index: Any, box: Any
    ) -> Iterator[tuple[int, int]]:
        """Yield the runs of ``text[start:end]`` that are seen; mostly one, all of it.

        :param index: an offset → PDFium's index of the character.
        :param box: an offset → the box around the character.
        """
        begin: int | None = None
        stop = start
        for word in _WORD.finditer(text, start, end):
            if self._is_seen(index(word.start()), box(word.start())):
                begin = word.start() if begin is None else begin
                stop = word.end()
            elif begin is not None:
                yield begin, stop
                begin = None
        if begin is not None:
            yield begin, stop

    def _is_seen(self, index: int, box: Box) -> bool:
        """Tell whether a character is seen, which stands for its word."""
        across, up = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        left, bottom, right, top = self._bounds
        if not (left <= across <= right and bottom <= up <= top):
            return False
        if box[3] - box[1] < _SMALLEST and self._height(index) < _SMALLEST:
            return False
        ink = self._find_ink(index)
        if ink == "none":
            return self._lies_on(across, up, self._pictures)
        return ink != "white" or self._lies_on(across, up, self._grounds)

    def _height(self, index: int) -> float:
        """Return the size of a character's font in points."""
        matrix = self._pdfium.FS_MATRIX()
        if not self._pdfium.FPDFText_GetMatrix(self._text_page, index, matrix):
            return _SMALLEST
        size = self._pdfium.FPDFText_GetFontSize(self._text_page, index)
        return abs(float(size)) * float((matrix.c**2 + matrix.d**2) ** 0.5)

    def _find_ink(self, index: int) -> str:
        """Return what a character is drawn with: ``none``, ``white``, or ``""`` for any other."""
        drawn = self._pdfium.FPDFText_GetTextObject(self._text_page, index)
        if not drawn:
            return ""
        key = ctypes.cast(drawn, ctypes.c_void_p).value or 0
        if key not in self._inks:
            self._inks[key] = self._read_ink(drawn)
        return self._inks[key]

    def _read_ink(self, drawn: Any) -> str:
        mode = self._pdfium.FPDFTextObj_GetTextRenderMode(drawn)
        if mode in (
            self._pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, self._pdfium.FPDF_TEXTRENDERMODE_CLIP,
        ):  # fmt: skip
            return "none"
        if mode not in (
            self._pdfium.FPDF_TEXTRENDERMODE_FILL, self._pdfium.FPDF_TEXTRENDERMODE_FILL_CLIP,
        ):  # fmt: skip
            return ""
        color = self._read_fill(drawn)
        if color is None:
            return ""
        if not color[3]:
            return "none"
        return "white" if min(color[:3]) >= _WHITE else ""

    def _read_fill(self, drawn: Any) -> tuple[int, int, int, int] | None:
        """Return red, green, blue and opacity, each of 255; None where they are not told."""
        color = [ctypes.c_uint() for _ in range(4)]
        if not self._pdfium.FPDFPageObj_GetFillColor(drawn, *color):
            return None
        red, green, blue, opacity = (part.value for part in color)
        return red, green, blue, opacity

    @cached_property
    def _pictures(self) -> list[Box]:
        return [box for kind, box in self._objects if kind == "picture"]

    @cached_property
    def _grounds(self) -> list[Box]:
        """What white words can be seen on."""
        return [box for _, box in self._objects]

    @cached_property
    def _objects(self) -> list[tuple[str, Box]]:
        """The pictures and the colored areas of the page; what a form draws may be both."""
        pdfium, found = self._pdfium, []
        count = pdfium.FPDFPage_CountObjects(self._page.raw)
        for place in range(min(count, _MOST_OBJECTS)):
            drawn = pdfium.FPDFPage_GetObject(self._page.raw, place)
            kind = pdfium.FPDFPageObj_GetType(drawn)
            if kind == pdfium.FPDF_PAGEOBJ_PATH:
                color = self._read_fill(drawn)
                if color is None or not color[3] or min(color[:3]) >= _WHITE:
                    continue
            if kind != pdfium.FPDF_PAGEOBJ_TEXT and (box := self._box(drawn)) is not None:
                is_area = kind in (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_SHADING)
                found.append(("area" if is_area else "picture", box))
        return found

    def _box(self, drawn: Any) -> Box | None:
        sides = [ctypes.c_float() for _ in range(4)]
        if not self._pdfium.FPDFPageObj_GetBounds(drawn, *sides):
            return None
        left, bottom, right, top = (side.value for side in sides)
        return left, bottom, right, top

    @staticmethod
    def _lies_on(across: float, up: float, boxes: list[Box]) -> bool:
        return any(
            left <= across <= right and bottom <= up <= top for left, bottom, right, top in boxes
        )
