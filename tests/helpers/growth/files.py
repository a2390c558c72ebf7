"""Whole files of the formats that are packed or laid out, around a bait."""

import json
import re
from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape

from craft import archive, book, open_document, paragraph, pdf, presentation, shape, word, words

from ingest.readers import docx, epub, pdf as pdf_reader, pptx
from ingest.readers.open import notebook, odp, odt
from ingest.readers.tabular import opendocument

_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_LINE = 90
_LINES = 60
"""Of a page."""


def _tell(_done: int, _total: int) -> None:
    """Nobody is told."""


def _in(make: Callable[[str], bytes], read: Callable[..., object]) -> Callable[[str], object]:
    """Read a file that is made around a bait; making it takes a small share of the time."""
    return lambda bait: read(make(escape(_NO_XML.sub(" ", bait))), _tell)


def _paragraphs(text: str) -> str:
    return "".join(map(paragraph, text.split("\n")))


def _cells(text: str) -> str:
    cells = "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in text.split("\n"))
    return f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"


def _sheet(text: str) -> bytes:
    rows = "".join(
        f"<table:table-row><table:table-cell><text:p>{row}</text:p></table:table-cell>"
        "</table:table-row>"
        for row in text.split("\n")
    )
    return open_document(f'<table:table table:name="S">{rows}</table:table>')


def _pages(text: str) -> bytes:
    plain = text.encode("cp1252", "replace").decode("cp1252").replace("\n", " ")
    # A page without a word would be read as a scan is.
    rows = [f"a {plain[start : start + _LINE]}" for start in range(0, len(plain), _LINE)]
    return pdf(*(
        [words(row, 40, 760 - 12 * line) for line, row in enumerate(rows[start : start + _LINES])]
        for start in range(0, len(rows), _LINES)
    ))  # fmt: skip


def _read_notebook(bait: str) -> object:
    cells = [{"cell_type": "markdown", "source": bait}, {"cell_type": "code", "source": bait}]
    return notebook.read(json.dumps({"cells": cells}).encode(), _tell)


FILES: Mapping[str, Callable[[str], object]] = {
    "Word": _in(lambda text: word(_paragraphs(text)), docx.read),
    "Word table": _in(lambda text: word(_cells(text)), docx.read),
    "slides": _in(lambda text: presentation([shape("body", *text.split("\n"))]), pptx.read),
    "book": _in(lambda text: book({"a.xhtml": f"<h1>One</h1><p>{text}</p>"}), epub.read),
    "OpenDocument text": _in(
        lambda text: archive(
            {"content.xml": f"<d><h outline-level='1'>{text}</h><p>{text}</p></d>"}
        ),
        odt.read,
    ),
    "OpenDocument slides": _in(
        lambda text: archive({"content.xml": f"<d><page><p>{text}</p></page></d>"}), odp.read
    ),
    "OpenDocument sheet": _in(_sheet, opendocument.read),
    "notebook": _read_notebook,
    "PDF": _in(_pages, pdf_reader.read),
}
