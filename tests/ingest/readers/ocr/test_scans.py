"""Scanned pages of a PDF: read by OCR where the page has no text that can be read."""

from __future__ import annotations

import io

import pypdf
import pytest
from craft import LETTER, lines, pdf, picture, saved_picture, set_lines
from PIL import Image

from ingest.readers import Source, formats
from ingest.readers.ocr import engine
from ingest.reading.load import load
from ingest.reading.workers import Workers
from rag.errors import DocumentError

READ = formats()["pdf"].readers[0]
WANTED = " ".join(LETTER)
SCAN = picture(set_lines(LETTER), (1100, 1500))
OTHER = "Storks nest on roofs and on poles, and in spring they come back from Africa."


def read(data: bytes) -> Source:
    return READ(data, lambda *_: None)


def scan(resolution: int = 130) -> bytes:
    """A page that is a picture."""
    return saved_picture(SCAN, "PDF", resolution=resolution)


def joined(*files: bytes) -> bytes:
    writer = pypdf.PdfWriter()
    for file in files:
        writer.append(io.BytesIO(file))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def over(below: bytes, above: bytes) -> bytes:
    """One page drawn over another one."""
    writer = pypdf.PdfWriter(io.BytesIO(below))
    writer.pages[0].merge_page(pypdf.PdfReader(io.BytesIO(above)).pages[0])
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def same_words(text: str, wanted: str) -> bool:
    return len(set(wanted.split()) - set(text.split())) <= 2


def test_a_scanned_page_among_others_is_read_with_its_places() -> None:
    source = read(joined(pdf(lines([OTHER], 50, 700)), scan()))
    assert source.text.startswith(OTHER)
    assert same_words(source.text, WANTED)
    assert source.warning.startswith("read by OCR: 1 of 2 pages; ")
    assert source.layout is not None
    assert source.layout.least_confidence(0, len(OTHER)) is None
    start = source.text.index("Herons")
    assert source.layout.page(start) == 2
    assert source.layout.least_confidence(start, start + 20) is not None


def test_a_quote_of_a_scanned_page_is_boxed() -> None:
    data = scan()
    source = read(data)
    assert source.layout is not None
    start = source.text.index("same place")
    runs = [(part.index, "") for part in source.layout.places(start, start + 22)]
    image = formats()["pdf"].draw(data, 1, 1.0, runs)  # type: ignore[misc]
    ((left, top, right, bottom),) = image.boxes
    page = Image.open(io.BytesIO(image.png)).convert("L")
    assert (page.width, page.height) == (image.width, image.height)
    # The line is the second one, 40 pixels of 1,500 below the first one at 100, from 100 of 1,100.
    assert abs(left - 100 / 1100) < 0.01
    assert 130 / 1500 < top < 145 / 1500 < 160 / 1500 < bottom < 180 / 1500
    assert 0.2 < right < 0.5


def test_the_mark_of_a_scanner_does_not_hide_a_scan() -> None:
    size = (1100 * 72 // 130, 1500 * 72 // 130)
    stamp = pdf(lines(["Scanned by a telephone"], 200, 20), size=size)
    source = read(over(scan(), stamp))
    assert same_words(source.text, WANTED)


def test_a_text_layer_that_is_garbage_is_replaced() -> None:
    size = (1100 * 72 // 130, 1500 * 72 // 130)
    garbage = "".join(c if c == " " else chr(ord(c) + 3) for c in f"{WANTED} {WANTED}")
    layer = pdf(["3 Tr", *lines([garbage[:180], garbage[180:]], 20, 600, 6)], size=size)
    source = read(over(scan(), layer))
    assert same_words(source.text, WANTED)
    assert "Khurqv" not in source.text


def test_a_page_with_its_own_text_is_not_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_load_engine", lambda: pytest.fail("OCR was started"))
    assert read(pdf(lines([OTHER], 50, 700), [])).warning == "1 of 2 pages have no text"


def test_without_ocr_a_scan_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "find_spec", lambda _: None)
    with pytest.raises(DocumentError, match=r"its pages are pictures, .*citespan\[ocr\]"):
        read(scan())
    source = read(joined(pdf(lines([OTHER], 50, 700)), scan()))
    assert source.text.strip() == OTHER
    assert source.warning.startswith("1 of 2 pages have no text that can be read; they may be pic")
    assert engine.version_with_ocr(1) == 1


def test_a_page_on_which_ocr_fails_leaves_the_others() -> None:
    data = joined(pdf(lines([OTHER], 50, 700)), scan())
    with Workers(1, memory=700 << 20) as little:
        source = load("a.pdf", data, little)
    assert source.text.strip() == OTHER
    assert "OCR failed on 1 of 2 pages" in source.warning
    assert source.layout is not None
    assert source.layout.runs[0].index == 0  # by the first reader, which knows the places


def test_models_that_are_not_there_are_not_downloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(engine._MODELS, "Rec", "another.onnx")
    engine._load_engine.cache_clear()
    with pytest.raises(DocumentError, match=r"lacks another\.onnx"):
        read(scan())
    engine._load_engine.cache_clear()
    from rapidocr.utils.download_file import DownloadFile, DownloadFileInput

    monkeypatch.undo()
    engine._load_engine()
    wanted = DownloadFileInput("https://example.org/x.onnx", "x.onnx", logger=None)  # type: ignore[arg-type]
    with pytest.raises(DocumentError, match="nothing is downloaded"):
        DownloadFile.run(wanted)
