"""Tells which words of a PDF page a person sees.

A page can hold text for machines alone: white on white, a hundredth of a point high, without
opacity, drawn with no ink, beyond the page's edge, behind a picture. Such words are no part of what
the page says. The hidden text of a scan is: it has the words that the picture shows.

Most words are told by how they are drawn. For the others the page is painted twice, once without
them: they are seen where that makes a difference.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ingest.readers.shared.pdf_painting import Box, Grid, Painting

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_WORD = re.compile(r"\S+")
_SMALLEST = 0.6
"""Points; smaller letters are smaller than the dots of a printer."""
_WHITE = 245
"""Of 255, for each color; paler ones are white."""
_FAINTEST = 8
"""Of 255; nobody notices what is drawn with less opacity."""
_DIFFERENT = 2
"""Of 255; nobody notices that two pixels differ by less."""
_INKED = 40
"""Of 255; the least difference between the paper and the letters of a scan."""
_SCAN = 0.5
"""Of the page; where pictures lie on more of it, they are taken for a scan."""
_FILLED, _STROKED = (0, 2, 4, 6), (1, 2, 5, 6)
"""Modes of a text (ISO 32000-1, table 106); those that are neither draw nothing."""
_THICK = 4.0
"""Points of a line that can hide words."""


@dataclass(frozen=True, slots=True)
class _Text:
    """A text that is drawn.

    :param box: None for one in a form, whose place on the page PDFium does not tell.
    :param before: how much of what can hide words is drawn before it.
    :param ink: ``none``, ``clear`` (no opacity), ``white``, or ``""`` for any other.
    :param doubted: whether it may be hidden wherever it lies.
    """

    drawn: Any
    box: Box | None
    before: int
    ink: str
    doubted: bool


class Visibility:
    """What can be seen of one page.

    :param text_page: PDFium's, of the page.
    """

    def __init__(self, pdfium: Any, page: PdfPage, text_page: Any) -> None:
        self._pdfium = pdfium
        self._page = page
        self._text_page = text_page
        self._bounds: Box = page.get_bbox()
        self._texts: dict[int, _Text] = {}
        """By the addresses of PDFium's objects."""
        self._covers = 0
        """How much can hide words, in the order in which it is drawn."""
        self._last = Grid(self._bounds)
        """The number of the one that is drawn last."""
        self._pictures = Grid(self._bounds)
        self._look_at_objects()

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
            if self._is_seen(index(word.start()), word, box):
                begin = word.start() if begin is None else begin
                stop = word.end()
            elif begin is not None:
                yield begin, stop
                begin = None
        if begin is not None:
            yield begin, stop

    def _is_seen(self, index: int, word: re.Match[str], box_of: Any) -> bool:
        """Tell whether a word is seen; where it lies is told by its first character."""
        box = box_of(word.start())
        across, up = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        left, bottom, right, top = self._bounds
        if not (left <= across <= right and bottom <= up <= top):
            return False
        if box[3] - box[1] < _SMALLEST and self._height(index) < _SMALLEST:
            return False
        drawn = self._pdfium.FPDFText_GetTextObject(self._text_page, index)
        text = self._texts.get(_address_of(drawn)) if drawn else None
        if text is None:
            return True
        if not (text.ink or text.doubted or self._last.get(across, up) > text.before):
            return True
        around = _join(box, box_of(word.end() - 1))
        if text.ink in ("", "white") and self._makes_a_difference(around):
            return True
        may_be_scanned = text.ink == "none" or (not text.ink and self._is_scan)
        return may_be_scanned and self._pictures.get(across, up) > 0 and self._is_on_ink(around)

    def _height(self, index: int) -> float:
        """Return the size of a character's font in points."""
        matrix = self._pdfium.FS_MATRIX()
        if not self._pdfium.FPDFText_GetMatrix(self._text_page, index, matrix):
            return _SMALLEST
        size = self._pdfium.FPDFText_GetFontSize(self._text_page, index)
        return abs(float(size)) * float((matrix.c**2 + matrix.d**2) ** 0.5)

    def _makes_a_difference(self, word: Box) -> bool:
        """Tell whether a doubted word changes what the page looks like."""
        with_it, without = self._painted.cut_out(word), self._without_doubted.cut_out(word)
        if with_it == without:
            return False
        return any(abs(a - b) > _DIFFERENT for a, b in zip(with_it, without, strict=True))

    def _is_on_ink(self, word: Box) -> bool:
        """Tell whether a picture shows something where a word without ink lies on it."""
        shown = self._painted.cut_out(word, around=(word[3] - word[1]) / 2)
        return max(shown, default=0) - min(shown, default=0) > _INKED

    @cached_property
    def _is_scan(self) -> bool:
        return self._pictures.measure_share() > _SCAN

    @cached_property
    def _painted(self) -> Painting:
        return Painting(self._pdfium, self._page)

    @cached_property
    def _without_doubted(self) -> Painting:
        doubted = [text.drawn for text in self._texts.values() if self._may_be_hidden(text)]
        for drawn in doubted:
            self._pdfium.FPDFPageObj_SetIsActive(drawn, False)
        try:
            return Painting(self._pdfium, self._page)
        finally:
            for drawn in doubted:
                self._pdfium.FPDFPageObj_SetIsActive(drawn, True)

    def _may_be_hidden(self, text: _Text) -> bool:
        last = self._covers if text.box is None else self._last.get_last(text.box)
        return bool(text.ink) or text.doubted or last > text.before

    def _look_at_objects(self) -> None:
        pdfium, page = self._pdfium, self._page.raw
        for place in range(pdfium.FPDFPage_CountObjects(page)):
            drawn = pdfium.FPDFPage_GetObject(page, place)
            kind = pdfium.FPDFPageObj_GetType(drawn)
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                self._add_text(drawn, self._box(drawn), doubted=False)
            elif self._can_hide(drawn, kind) and (box := self._box(drawn)) is not None:
                self._covers += 1
                self._last.put(self._covers, box)
                if kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM):
                    self._pictures.put(self._covers, box)
            if kind == pdfium.FPDF_PAGEOBJ_FORM:
                self._look_into(drawn, doubted=False)

    def _look_into(self, form: Any, *, doubted: bool) -> bool:
        """Look at the texts in a form; return whether it can hide words.

        They are doubted when the form can be seen through, or draws something else after them.
        """
        pdfium = self._pdfium
        doubted |= bool(pdfium.FPDFPageObj_HasTransparency(form))
        hides = False
        for place in reversed(range(pdfium.FPDFFormObj_CountObjects(form))):
            drawn = pdfium.FPDFFormObj_GetObject(form, place)
            kind = pdfium.FPDFPageObj_GetType(drawn)
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                self._add_text(drawn, None, doubted=doubted or hides)
            elif kind == pdfium.FPDF_PAGEOBJ_FORM:
                hides |= self._look_into(drawn, doubted=doubted or hides)
            else:
                hides |= self._can_hide(drawn, kind)
        return hides

    def _add_text(self, drawn: Any, box: Box | None, *, doubted: bool) -> None:
        text = _Text(drawn, box, self._covers, self._read_ink(drawn), doubted)
        self._texts[_address_of(drawn)] = text

    def _can_hide(self, drawn: Any, kind: int) -> bool:
        """Tell whether words can be hidden behind it: all but thin lines and clear areas."""
        pdfium = self._pdfium
        fills, strokes, width = ctypes.c_int(), ctypes.c_int(), ctypes.c_float()
        if kind != pdfium.FPDF_PAGEOBJ_PATH:
            return True
        if not pdfium.FPDFPath_GetDrawMode(drawn, fills, strokes):
            return True
        if strokes.value and pdfium.FPDFPageObj_GetStrokeWidth(drawn, width):
            return width.value > _THICK
        color = self._read_color(drawn, pdfium.FPDFPageObj_GetFillColor) if fills.value else None
        return color is not None and color[3] > _FAINTEST

    def _read_ink(self, drawn: Any) -> str:
        pdfium = self._pdfium
        mode = pdfium.FPDFTextObj_GetTextRenderMode(drawn)
        colors = []
        if mode in _FILLED:
            colors.append(self._read_color(drawn, pdfium.FPDFPageObj_GetFillColor))
        if mode in _STROKED:
            colors.append(self._read_color(drawn, pdfium.FPDFPageObj_GetStrokeColor))
        if not colors:
            return "none"
        told = [color for color in colors if color is not None]
        if len(told) < len(colors):
            return ""
        if all(color[3] <= _FAINTEST for color in told):
            return "clear"
        return "white" if all(min(color[:3]) >= _WHITE for color in told) else ""

    def _read_color(self, drawn: Any, get: Any) -> tuple[int, int, int, int] | None:
        """Return red, green, blue and opacity, each of 255; None where they are not told."""
        color = [ctypes.c_uint() for _ in range(4)]
        if not get(drawn, *color):
            return None
        red, green, blue, opacity = (part.value for part in color)
        return red, green, blue, opacity

    def _box(self, drawn: Any) -> Box | None:
        sides = [ctypes.c_float() for _ in range(4)]
        if not self._pdfium.FPDFPageObj_GetBounds(drawn, *sides):
            return None
        left, bottom, right, top = (side.value for side in sides)
        return left, bottom, right, top


def _address_of(drawn: Any) -> int:
    return ctypes.cast(drawn, ctypes.c_void_p).value or 0


def _join(one: Box, other: Box) -> Box:
    return (
        min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])
    )  # fmt: skip
