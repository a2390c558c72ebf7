"""Picture files: read by the real models, every word with its place; each fault is a sentence."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from craft import INVOICE, LETTER, picture, saved_picture, set_lines
from PIL import Image
from rapidfuzz.distance import Levenshtein

from ingest.pages import draw
from ingest.readers import Source, format_of, formats
from ingest.readers.ocr import pictures
from ingest.reading.load import load
from ingest.reading.workers import Workers
from rag.errors import DocumentError

PAGE = picture(set_lines(LETTER), (1100, 320))
WANTED = " ".join(LETTER)
GREY = np.asarray(PAGE.convert("L"))
ON_ITS_SIDE = PAGE.transpose(Image.Transpose.ROTATE_90)
ASKEW = PAGE.rotate(2, Image.Resampling.BICUBIC, expand=True, fillcolor="white")
SMALL = PAGE.resize((550, 160), Image.Resampling.BICUBIC)
BLANK = Image.new("RGB", (300, 300), "white")
HUGE = Image.new("1", (20_000, 10_000))


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    """One process with the limits that an ingest has."""
    with Workers(1) as one:
        yield one


def right(text: str, wanted: str = WANTED) -> float:
    """Share of the characters that are right."""
    return 1 - Levenshtein.distance(" ".join(text.split()), wanted) / len(wanted)


def boxes(workers: Workers, path: str, data: bytes, source: Source, quote: str) -> Image.Image:
    """The part of a drawn page that is in the boxes of a quote, black elsewhere than in them."""
    assert source.layout is not None
    start = source.text.index(quote)
    runs = [
        (part.index, source.text[part.start : part.start + part.length])
        for part in source.layout.places(start, start + len(quote))
    ]
    number = source.layout.page(start) or 0
    image = draw(path, data, number, runs, workers=workers)
    assert image.boxes
    page = Image.open(io.BytesIO(image.png)).convert("L")
    inside = Image.new("L", page.size, 255)
    for left, top, right_, bottom in image.boxes:
        sides = (left * page.width, top * page.height, right_ * page.width, bottom * page.height)
        box = tuple(map(round, sides))
        inside.paste(page.crop(box), box[:2])
    return inside


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.png", lambda: saved_picture(PAGE, "PNG")),
        ("a.jpg", lambda: saved_picture(PAGE, "JPEG", quality=60)),
        ("a.tiff", lambda: saved_picture(PAGE.convert("1"), "TIFF", compression="group4")),
        ("a.webp", lambda: saved_picture(PAGE, "WEBP")),
        ("a.bmp", lambda: saved_picture(PAGE, "BMP")),
        ("turned.jpg", lambda: saved_picture(ON_ITS_SIDE, "JPEG", exif=turned())),
        ("grey16.png", lambda: saved_picture(Image.fromarray(GREY.astype(np.uint16) * 200), "PNG")),
        ("clear.png", lambda: saved_picture(without_paper(), "PNG")),
        ("small.png", lambda: saved_picture(SMALL, "PNG")),
        ("90.png", lambda: saved_picture(ON_ITS_SIDE, "PNG")),
        ("180.png", lambda: saved_picture(PAGE.transpose(Image.Transpose.ROTATE_180), "PNG")),
        ("270.png", lambda: saved_picture(PAGE.transpose(Image.Transpose.ROTATE_270), "PNG")),
        ("askew.png", lambda: saved_picture(ASKEW, "PNG")),
    ],
)  # fmt: skip
def test_a_picture_is_read_whatever_its_format_and_direction(
    workers: Workers, name: str, make: Callable[[], bytes]
) -> None:
    data = make()
    source = load(name, data, workers)
    assert right(source.text) > 0.98
    assert source.layout is not None
    assert source.warning.startswith("read by OCR: 1 of 1 pages; ")
    assert (source.layout.least_confidence(0, len(source.text)) or 0) > 0.3
    # What is in the boxes of the second line is all that it has, and nothing of the other lines.
    inside = boxes(workers, name, data, source, "same place every year. The nests are built")
    ink = np.asarray(inside) < 128
    whole = boxes(workers, name, data, source, source.text.strip())
    assert 0.18 < ink.sum() / (np.asarray(whole) < 128).sum() < 0.35


def turned() -> Image.Exif:
    """What a camera notes when it was held on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


def without_paper() -> Image.Image:
    """Black letters on nothing."""
    page = PAGE.convert("RGBA")
    page.putalpha(Image.fromarray(255 - GREY))
    return page


def test_every_page_of_a_tiff_is_read_and_told(workers: Workers) -> None:
    pages = [picture(set_lines([line]), (1100, 200)) for line in LETTER]
    data = saved_picture(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    told: list[tuple[int, int]] = []
    source = load("a.tif", data, workers, lambda *page: told.append(page))
    assert source.layout is not None
    starts = [source.text.index(word) for word in ("Herons", "same place", "feed the young")]
    assert [source.layout.page(start) for start in starts] == [1, 2, 3]
    assert told[-1] == (3, 3)
    assert {total for _, total in told} == {3}


def test_an_invoice_keeps_its_rows_and_its_blocks(workers: Workers) -> None:
    text = load("invoice.png", saved_picture(picture(INVOICE), "PNG"), workers).text
    assert (
        "| Item | Quantity | Unit price | Amount |\n| Oak shelf boards | 12 | 18.50 | 222.00 |"
        in text
    )
    assert "Northwind Traders 12 Harbour Street, Bristol" in text
    assert "Invoice number: 2024-1187 Invoice date: 14 March 2024" in text


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: saved_picture(PAGE, "PNG")[:-400], "damaged: it cannot be read as a picture"),
        (lambda: saved_picture(PAGE, "PNG")[:60], "cannot be read as a"),
        (lambda: b"only words", "it cannot be read as a PNG, JPEG, TIFF, WebP or BMP"),
        (lambda: b"%PDF-1.7\n", "it is not a picture but looks like a PDF"),
        (lambda: saved_picture(HUGE, "PNG"), "more than 150,000,000 pixels; save it with fewer"),
        (lambda: saved_picture(BLANK, "PNG"), "there is no text in it"),
        (lambda: saved_picture(Image.new("RGB", (1, 1)), "PNG"), "there is no text in it"),
    ],
    ids=["cut", "head", "words", "pdf", "huge", "blank", "dot"],
)  # fmt: skip
def test_a_picture_that_cannot_be_read_is_a_sentence(
    workers: Workers, make: Callable[[], bytes], reason: str
) -> None:
    with pytest.raises(DocumentError, match=reason):
        load(Path("a.png"), make(), workers)


def test_without_ocr_the_message_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.readers.ocr.engine.find_spec", lambda _: None)
    with pytest.raises(DocumentError, match=r"it is a picture, .*`pip install 'citespan\[ocr\]'"):
        pictures.read(saved_picture(PAGE, "PNG"), lambda *_: None)


def test_pictures_have_a_format() -> None:
    assert {format_of(f"a{suffix}") for suffix in (".PNG", ".jpeg", ".tif")} == {"pictures"}
    assert formats()["pictures"].version != formats()["text"].version  # another one without OCR
