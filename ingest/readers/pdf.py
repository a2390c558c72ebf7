"""Reads PDFs: pages as running text, with the place of every character on its page.

PDFium reads, and OCR where a page is a picture (``ocr``). If PDFium crashes, pypdf reads, which
gives the pages but not the places on them. The stages of a page, in ``pdf_layout``: its lines
(``pdfium``), without running heads (``furniture``), in regions (``page``), each of some
kind (``structure``), as paragraphs in reading order (``flow``), as text with the place of every
character (``running``).
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from ingest.readers import Format, PageImage, Source, Tell
from ingest.readers.ocr.boxes import picture_boxes
from ingest.readers.ocr.engine import version_with_ocr
from ingest.readers.ocr.scans import Scans
from ingest.readers.pdf_layout.boxes import boxes_of, lines_on
from ingest.readers.pdf_layout.flow import compose_flow
from ingest.readers.pdf_layout.lines import Line
from ingest.readers.pdf_layout.pdfium import lines_of
from ingest.readers.pdf_layout.structure import fold_heading
from ingest.readers.shared.titles import clean_title
from ingest.readers.shared.writer import Writer
from rag.errors import DocumentError

if TYPE_CHECKING:
    import pypdfium2

_MOST_PAGES = 100_000
_MOST_BOOKMARKS = 5_000
_MOST_PIXELS = 20_000_000
"""Of a drawn page; a larger scale is reduced."""
_PASSWORD = 4
"""PDFium's number for an error of the password."""
_ENCRYPTED = "encrypted: it opens only with a password; save a copy without one"
_NO_TEXT = "there is no text in it"


def read(data: bytes, tell: Tell) -> Source:
    """The document by PDFium."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == _PASSWORD:
            raise DocumentError(_ENCRYPTED) from error
        raise
    try:
        count = len(document)
        _check_count(count)
        _open_form(document)
        pages: list[list[Line]] = []
        scans = Scans()
        for number in range(count):
            page = document[number]
            pages.append(scans.read_pdf_page(page, lines_of(page), partial(tell, number, count)))
            page.close()
            tell(number + 1, count)
        found = compose_flow(pages, _read_outline(document))
        title = clean_title(document.get_metadata_dict().get("Title", ""))
    finally:
        document.close()
    if not found.text.strip():
        raise DocumentError(scans.why_empty)
    return Source(
        found.text, title or found.title, scans.warning, layout=found.layout, asides=found.asides
    )


def read_again(data: bytes, tell: Tell) -> Source:
    """The document by pypdf, line by line."""
    import logging

    import pypdf
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        document = pypdf.PdfReader(io.BytesIO(data))
        if document.is_encrypted and not document.decrypt(""):
            raise DocumentError(_ENCRYPTED)
        count = len(document.pages)
        _check_count(count)
        pages = []
        for number, page in enumerate(document.pages, 1):
            pages.append(page.extract_text())
            tell(number, count)
    except PyPdfError as error:
        raise DocumentError(f"damaged: it cannot be read as a PDF ({error})") from error
    writer = Writer()
    for number, text in enumerate(pages, 1):
        writer.page(number)
        for block in re.split(r"\n\s*\n", text):
            writer.paragraph(_rejoin_lines(block))
    if not writer.text.strip():
        raise DocumentError(_NO_TEXT)
    title = str(document.metadata.title or "") if document.metadata else ""
    warning = "read by the second reader: the places of words on the pages are not known"
    return Source(writer.text, clean_title(title), warning, layout=writer.layout)


def draw(data: bytes, number: int, scale: float, runs: Sequence[tuple[int, str]]) -> PageImage:
    """A page with boxes around runs of its characters, by PDFium."""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    try:
        page = document[number - 1]
        width, height = page.get_size()
        most = _MOST_PIXELS / max(1.0, width * height)
        picture = page.render(scale=min(scale, most**0.5)).to_pil()
        file = io.BytesIO()
        picture.save(file, "PNG")
        boxes = picture_boxes(runs, page.get_width() / page.get_height()) or boxes_of(page, runs)
        return PageImage(file.getvalue(), picture.width, picture.height, boxes, lines_on(page))
    finally:
        document.close()


def _check_count(count: int) -> None:
    if count > _MOST_PAGES:
        raise DocumentError(f"refused: it claims to have {count:,} pages")
    if count < 1:
        raise DocumentError("empty: it has no pages")


def _open_form(document: pypdfium2.PdfDocument) -> None:
    """Make what is typed into the document's form readable."""
    import logging

    logging.getLogger("pypdfium2").setLevel(logging.CRITICAL)  # it warns of each XFA form
    document.init_forms()


def _read_outline(document: pypdfium2.PdfDocument) -> dict[str, int]:
    """The headings of the document's outline with their levels, from 1."""
    found: dict[str, int] = {}
    for number, bookmark in enumerate(document.get_toc(max_depth=6)):
        if number > _MOST_BOOKMARKS:
            break
        found.setdefault(fold_heading(bookmark.get_title()), bookmark.level + 1)
    found.pop("", None)
    return found


def _rejoin_lines(block: str) -> str:
    """A block of lines as running text; a word cut by a hyphen is whole again."""
    return re.sub(r"(?<=[a-z])-\n(?=[a-z])", "", block).replace("\n", " ")


FORMAT = Format(
    name="a PDF",
    suffixes=(".pdf",),
    readers=(read, read_again),
    version=version_with_ocr(3),
    signature=b"%PDF-",
    draw=draw,
)
