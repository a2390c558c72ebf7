"""A quote on the picture of its page: boxed where it is drawn, only when the file is the same."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from craft import lines, pdf, words
from PIL import Image

from ingest import ingest
from ingest.pages import draw, page_image, pages_of
from ingest.reading.workers import Workers
from rag import Embedder, Rag
from rag.errors import DocumentError

QUOTE = "Storks nest on roofs, and on poles as well."


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(1) as one:
        yield one


@pytest.fixture
def file(tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PDF of two pages in the default library; the quote is on the second, on two lines."""
    monkeypatch.setattr("ingest.index.Embedder", lambda **_: embedder)
    path = tmp_path / "birds.pdf"
    second = lines(["Storks nest on roofs, and", "on poles as well."], 100, 500)
    path.write_bytes(pdf([words("Herons nest in trees.", 100, 700)], second))
    ingest(path)
    return path


def dark(image: Image.Image, box: tuple[float, float, float, float]) -> int:
    """How many pixels of a part of a picture are black or nearly so."""
    left, top, right, bottom = box
    part = image.convert("L").crop(
        (
            int(left * image.width),
            int(top * image.height),
            int(right * image.width),
            int(bottom * image.height),
        )
    )
    return sum(pixel < 128 for pixel in part.tobytes())


def test_every_dark_pixel_of_the_page_is_in_a_box_of_its_quote(
    file: Path, workers: Workers
) -> None:
    with Rag() as bot:
        (document,) = bot.documents()
        text = bot.source_text(document.document_id)
        start = text.index(QUOTE)
        catalog = bot.library.catalog
        assert catalog.place_of(document.document_id, start, start + 1) == (2, "", None)
        layout = catalog.layout(document.document_id)
        assert layout is not None
        assert pages_of(layout, 0, len(text)) == [1, 2]
        view = page_image(catalog, document.document_id, start, start + len(QUOTE), workers=workers)
    image = Image.open(io.BytesIO(view.png))
    assert (image.width, image.height) == (view.width, view.height) == (1200, 1600)
    assert len(view.boxes) == 2
    whole = dark(image, (0, 0, 1, 1))
    assert whole == sum(dark(image, box) for box in view.boxes) > 100


def test_a_file_that_has_changed_is_not_shown(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"\n")
    with Rag() as bot:
        (document,) = bot.documents()
        with pytest.raises(DocumentError, match="gone or has changed since it was read"):
            page_image(bot.library.catalog, document.document_id, 0, 5)


def test_characters_that_are_not_the_pages_get_no_boxes(workers: Workers) -> None:
    data = pdf([words("Herons nest in trees.", 100, 700)])
    assert draw("a.pdf", data, 1, [(0, "Herons")], workers=workers).boxes
    assert not draw("a.pdf", data, 1, [(0, "Storks")], workers=workers).boxes
    with pytest.raises(DocumentError, match="page 9 cannot be drawn"):
        draw("a.pdf", data, 9, [], workers=workers)
    with pytest.raises(DocumentError, match="no pages"):
        draw("a.txt", b"text", 1, [])


def test_a_turned_page_is_boxed_as_it_is_shown(workers: Workers) -> None:
    data = pdf([words("Herons", 100, 700)]).replace(b"/Type /Page /", b"/Rotate 90 /Type /Page /")
    view = draw("a.pdf", data, 1, [(0, "Herons")], workers=workers)
    image = Image.open(io.BytesIO(view.png))
    assert image.width > image.height
    assert dark(image, view.boxes[0]) == dark(image, (0, 0, 1, 1)) > 50


def test_a_page_has_its_lines_where_they_are_drawn(file: Path, workers: Workers) -> None:
    image = draw(file, file.read_bytes(), 2, [], workers=workers)
    texts = [text for *_, text in image.lines]
    assert texts == ["Storks nest on roofs, and", "on poles as well."]
    picture = Image.open(io.BytesIO(image.png))
    assert sum(dark(picture, (*box,)) for *box, _ in image.lines) == dark(picture, (0, 0, 1, 1))
