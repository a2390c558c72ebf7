"""Reads the pages of a document that are pictures, and counts what is doubtful."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import TYPE_CHECKING

from ingest.readers.ocr.engine import OcrError, is_installed, missing_ocr, recognise_lines
from ingest.readers.ocr.garbage import is_garbage
from ingest.readers.ocr.page import page_lines
from ingest.readers.pdf_layout.lines import Line
from rag.types import SURE_WORD

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfPage

_POINTS = 72
"""Of an inch."""
_SIDE = 2200
"""Pixels of a page's longer side, which are 200 dots an inch of a usual page …"""
_LEAST_DOTS, _MOST_DOTS = 150, 300
"""… within these limits, in dots an inch …"""
_LONGEST_SIDE = 4000
"""… and this one, in pixels."""
_STAMP = 300
"""Characters of text that a scanned page may have, such as the mark of a scanner or an archive."""
_COVERED = 0.6
"""Share of a page that one picture covers when the page is a scan."""
_PLAIN = 24
"""Difference between the lightest and the darkest grey of a page that is blank."""


class Scans:
    """The pages of a document that OCR reads, with what is to be said about them."""

    def __init__(self) -> None:
        self._confidences: dict[int, list[float]] = {}
        """Page → the confidence of each of its words."""
        self._unread = 0
        self._empty = 0
        self._failed = 0
        self._missing = 0
        self._pages = 0

    @property
    def why_empty(self) -> str:
        """What to say about a document in which no text was found."""
        if self._missing:
            return f"there is no text in it: its pages are pictures, and {missing_ocr()}"
        if self._failed:
            return "there is no text in it that can be read: OCR failed on its pages"
        return "there is no text in it"

    @property
    def warning(self) -> str:
        """How many pages OCR read, or could not read, and how many words are doubtful."""
        said = []
        if self._missing:
            said.append(
                f"{self._missing} of {self._pages} pages have no text that can be read; "
                f"they may be pictures, and {missing_ocr()}"
            )
        words = [sure for page in self._confidences.values() for sure in page]
        if words:
            doubtful = sum(sure < SURE_WORD for sure in words)
            worst = min(self._confidences, key=self._mean)
            said.append(
                f"read by OCR: {len(self._confidences)} of {self._pages} pages; {doubtful:,} of "
                f"{len(words):,} words are doubtful; the least sure page is {worst} "
                f"({self._mean(worst):.0%})"
            )
        if self._empty:
            said.append(f"{self._empty} of {self._pages} pages have no text")
        if self._failed:
            said.append(f"OCR failed on {self._failed} of {self._pages} pages")
        if self._unread:
            said.append(f"lines that OCR could not read: {self._unread:,}")
        return "; ".join(said)

    def read_pdf_page(
        self, page: PdfPage, lines: list[Line], beat: Callable[[], None]
    ) -> list[Line]:
        """Return the page's lines, read by OCR if it is a picture or its text is garbage.

        :param lines: of the page's own text.
        :param beat: called while OCR is reading.
        """
        self._pages += 1
        text = " ".join(line.text for line in lines)
        garbage = is_garbage(text)
        if lines and not garbage and not (len(text) < _STAMP and _is_covered(page)):
            return lines
        if not is_installed():
            self._missing += garbage or not lines
            return lines
        picture, points = _render(page)
        read = [] if _is_blank(picture) else self._recognise(picture, points, beat)
        if garbage and self._mean(self._pages) < SURE_WORD:
            self._confidences.pop(self._pages, None)
            read = []
        self._empty += not (read or lines)
        return read or lines

    def read_picture(self, picture: Image, beat: Callable[[], None]) -> list[Line]:
        """Return the lines of a page that is nothing but a picture."""
        self._pages += 1
        read = self._recognise(picture, None, beat)
        self._empty += not read
        return read

    def _recognise(
        self, picture: Image, points: float | None, beat: Callable[[], None]
    ) -> list[Line]:
        try:
            found = recognise_lines(picture, beat)
        except OcrError:
            self._failed += 1
            return []
        self._unread += found.unread
        if found.lines:
            words = (word for line in found.lines for word in line.words)
            self._confidences[self._pages] = [word.confidence for word in words]
        return page_lines(found, points)

    def _mean(self, page: int) -> float:
        return statistics.mean(self._confidences.get(page, [0.0]))


def _render(page: PdfPage) -> tuple[Image, float]:
    """A page as a picture, and how many points a pixel is wide."""
    side = max(1.0, *page.get_size())
    scale = min(max(_SIDE / side, _LEAST_DOTS / _POINTS), _MOST_DOTS / _POINTS)
    scale = min(scale, _LONGEST_SIDE / side)
    return page.render(scale=scale).to_pil().convert("RGB"), 1 / scale


def _is_blank(picture: Image) -> bool:
    grey = picture.convert("L").tobytes()
    return max(grey) - min(grey) < _PLAIN


def _is_covered(page: PdfPage) -> bool:
    """Whether one picture covers most of a page."""
    import pypdfium2.raw as pdfium

    left, bottom, right, top = page.get_bbox()
    whole = max(1.0, (right - left) * (top - bottom))
    for image in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        a, b, c, d = image.get_bounds()
        width, height = min(c, right) - max(a, left), min(d, top) - max(b, bottom)
        if min(width, height) > 0 and width * height > _COVERED * whole:
            return True
    return False
