"""How well OCR reads pages whose text is known, upright and turned, sharp and blurred.

``python -m bench.quality.ocr PDF:PAGE …``: each page is drawn as a picture, as a scanner might give
it, and read again. Its own text, as the PDF reader has it, is what should come out.
"""

from __future__ import annotations

import io
import re
import sys
import time
from collections import Counter
from collections.abc import Callable

import pypdfium2
from PIL import Image, ImageFilter
from rapidfuzz.distance import Levenshtein

from bench.machine import describe_machine
from ingest.readers.ocr.engine import recognise_lines
from ingest.readers.ocr.page import page_lines
from ingest.readers.pdf_layout.flow import compose_flow
from ingest.readers.pdf_layout.pdfium import lines_of
from ingest.readers.pdf_layout.running import tidy
from rag.types import SURE_WORD

_DOTS = 200


def _shrink(dots: int) -> Callable[[Image.Image], Image.Image]:
    return lambda page: page.resize(
        (page.width * dots // _DOTS, page.height * dots // _DOTS), Image.Resampling.BILINEAR
    )


def _compress(page: Image.Image) -> Image.Image:
    """A photograph's grain and a strong JPEG."""
    grain = Image.effect_noise(page.size, 40).convert("RGB")
    file = io.BytesIO()
    Image.blend(page, grain, 0.25).save(file, "JPEG", quality=25)
    return Image.open(file).convert("RGB")


SCANS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "200 dpi": lambda page: page,
    "turned by 90°": lambda page: page.transpose(Image.Transpose.ROTATE_90),
    "turned by 180°": lambda page: page.transpose(Image.Transpose.ROTATE_180),
    "askew by 2°": lambda page: page.rotate(2, Image.Resampling.BICUBIC, fillcolor="white"),
    "blurred, radius 1.5 px": lambda page: page.filter(ImageFilter.GaussianBlur(1.5)),
    "blurred, radius 3 px": lambda page: page.filter(ImageFilter.GaussianBlur(3)),
    "grain, JPEG of quality 25": _compress,
    "150 dpi": _shrink(150),
    "100 dpi": _shrink(100),
    "72 dpi": _shrink(72),
}


def main() -> None:
    """Read every page under every condition and print a table."""
    pages = []
    for argument in sys.argv[1:]:
        path, _, number = argument.rpartition(":")
        page = pypdfium2.PdfDocument(path)[int(number) - 1]
        lines = lines_of(page)
        words = {key for line in lines for key in map(_key, tidy(line.text).split()) if key}
        wanted = " ".join(compose_flow([lines], {}).text.split())
        pages.append((wanted, words, page.render(scale=_DOTS / 72).to_pil().convert("RGB")))
    print(describe_machine(), "\n")
    columns = (
        "page", "characters right", "words found", "processor seconds", "doubtful words",
        "wrong of the doubtful", "wrong of the others",
    )  # fmt: skip
    print(f"| {' | '.join(columns)} |\n|{' --- |' * len(columns)}")
    for name, scan in SCANS.items():
        counts = [_read(wanted, words, scan(picture)) for wanted, words, picture in pages]
        print(f"| {name} | {_row(counts)} |", flush=True)


def _read(wanted: str, words: set[str], picture: Image.Image) -> Counter[str]:
    begin = time.process_time()
    found = recognise_lines(picture, lambda: None)
    text = compose_flow([page_lines(found)], {}).text
    counts = Counter(seconds=time.process_time() - begin, pages=1)
    text = " ".join(text.split())
    counts["length"] = len(wanted)
    counts["distance"] = Levenshtein.distance(wanted, text)
    held = Counter(wanted.split())
    counts["words"] = held.total()
    counts["found"] = (held & Counter(text.split())).total()
    for line in found.lines:
        for word in line.words:
            if key := _key(line.text[word.start : word.end]):
                kind = "doubtful" if word.confidence < SURE_WORD else "sure"
                counts[kind] += 1
                counts[f"wrong {kind}"] += key not in words
    return counts


def _key(word: str) -> str:
    """The letters and digits of a word."""
    return re.sub(r"[\W_]", "", word)


def _row(counts: list[Counter[str]]) -> str:
    total: Counter[str] = sum(counts, Counter())
    read = max(1, total["sure"] + total["doubtful"])
    cells = [
        f"{1 - total['distance'] / total['length']:.1%}",
        f"{total['found'] / total['words']:.1%}",
        f"{total['seconds'] / total['pages']:.1f}",
        f"{total['doubtful'] / read:.1%}",
        f"{total['wrong doubtful'] / max(1, total['doubtful']):.0%}",
        f"{total['wrong sure'] / max(1, total['sure']):.1%}",
    ]
    return " | ".join(cells)


if __name__ == "__main__":
    main()
