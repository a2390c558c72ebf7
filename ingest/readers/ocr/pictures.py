"""Reads picture files by OCR: scans and photographs of documents; a TIFF may have many pages."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from ingest.readers import Format, PageImage, Source, Tell
from ingest.readers.ocr.boxes import picture_boxes
from ingest.readers.ocr.engine import is_installed, missing_ocr, version_with_ocr
from ingest.readers.ocr.scans import Scans
from ingest.readers.pdf_layout.flow import compose_flow
from ingest.readers.pdf_layout.lines import Line
from rag.errors import DocumentError

if TYPE_CHECKING:
    from PIL.Image import Image

_NAME = "a picture"
_KINDS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP")
_MOST_PIXELS = 150_000_000
"""Of one page; unpacked, more would not fit in a reader's memory."""
_TOO_LARGE = f"a page has more than {_MOST_PIXELS:,} pixels; save it with fewer"
_MOST_PAGES = 10_000
_LONGEST_SIDE, _SHORTEST_SIDE = 3000, 1000
"""Pixels: a picture with a longer side that is longer is made smaller before it is read, and a
picture whose longer side is shorter is made twice as large."""
_DRAWN_SIDE = 1000
"""Pixels of the longer side of a drawn page for each pixel per point."""


def read(data: bytes, tell: Tell) -> Source:
    """Every page of the file."""
    from PIL import Image

    if not is_installed():
        raise DocumentError(f"it is a picture, and {missing_ocr()}")
    scans = Scans()
    pages: list[list[Line]] = []
    with _refuse_damaged(), Image.open(io.BytesIO(data), formats=_KINDS) as file:
        count = getattr(file, "n_frames", 1) if file.format == "TIFF" else 1
        if count > _MOST_PAGES:
            raise DocumentError(f"refused: it claims to have {count:,} pages")
        for number in range(count):
            page = _fit(_open_page(file, number), _LONGEST_SIDE)
            if max(page.size) < _SHORTEST_SIDE:
                page = page.resize((2 * page.width, 2 * page.height), Image.Resampling.LANCZOS)
            pages.append(scans.read_picture(page, partial(tell, number, count)))
            tell(number + 1, count)
    found = compose_flow(pages, {})
    if not found.text.strip():
        raise DocumentError(scans.why_empty)
    return Source(found.text, found.title, scans.warning, layout=found.layout, asides=found.asides)


def draw(data: bytes, number: int, scale: float, runs: Sequence[tuple[int, str]]) -> PageImage:
    """A page with boxes around words of it."""
    from PIL import Image

    with _refuse_damaged(), Image.open(io.BytesIO(data), formats=_KINDS) as file:
        page = _fit(_open_page(file, number - 1), max(1, round(_DRAWN_SIDE * min(scale, 4.0))))
    png = io.BytesIO()
    page.save(png, "PNG")
    boxes = picture_boxes(runs, page.width / page.height)
    return PageImage(png.getvalue(), page.width, page.height, boxes)


@contextmanager
def _refuse_damaged() -> Iterator[None]:
    """Say in a sentence that a file is no picture or a damaged one."""
    from PIL import Image, UnidentifiedImageError

    try:
        yield
    except UnidentifiedImageError as error:
        raise DocumentError("it cannot be read as a PNG, JPEG, TIFF, WebP or BMP") from error
    except Image.DecompressionBombError as error:
        raise DocumentError(_TOO_LARGE) from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise DocumentError(f"damaged: it cannot be read as a picture ({error})"[:200]) from error


def _open_page(file: Image, number: int) -> Image:
    """A page of the file, upright and on white."""
    import numpy as np
    from PIL import Image, ImageOps

    file.seek(number)
    if file.width * file.height > _MOST_PIXELS:
        raise DocumentError(_TOO_LARGE)
    if file.format == "JPEG":  # unpacked only as large as it is needed
        file.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
    page = ImageOps.exif_transpose(file)
    if page.mode.startswith(("I", "F")):  # 16 bits of grey
        grey = np.asarray(page, np.float32)
        grey = (grey - grey.min()) * (255 / max(1.0, float(np.ptp(grey))))
        page = Image.fromarray(grey.astype(np.uint8))
    if page.has_transparency_data:
        page = page.convert("RGBA")
        white = Image.new("RGBA", page.size, "white")
        page = Image.alpha_composite(white, page)
    return page.convert("L" if page.mode in {"1", "L"} else "RGB")


def _fit(page: Image, side: int) -> Image:
    """The page in RGB, made smaller where it is larger than a square of that side."""
    page.thumbnail((side, side))
    return page.convert("RGB")


FORMAT = Format(
    name=_NAME,
    suffixes=(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".tif", ".tiff", ".webp", ".bmp"),
    readers=(read,),
    version=version_with_ocr(1),
    draw=draw,
)
