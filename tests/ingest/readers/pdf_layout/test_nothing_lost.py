"""What a PDF's pages hold and its text does not: only kinds that docs/formats.md names.

The files are those of this folder's tests and, with ``CITESPAN_BENCH_DATA``, all below it.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from craft import lines, pdf, words

from ingest.readers import Source
from ingest.readers.pdf import read

CASES = Path(__file__).parents[3] / "cases"
DATA = os.environ.get("CITESPAN_BENCH_DATA", "")
FILES = sorted([*CASES.rglob("*.pdf"), *(Path(DATA).rglob("*.pdf") if DATA else ())])
PAGE_NUMBER = re.compile(r"\W*(page |p\. ?)?(\d{1,4}|[ivxlc]{1,7})( ?(of|/|\|) ?\d{1,4})?\W*", re.I)
TIDIED = "ﬀﬁﬂﬃﬄﬅﬆ`´ˆ˜¨˚ˇ¸¯˘˙˝"
"""Ligatures, and accents before their letters."""
MARKS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "0123456789" * 2)


def left_out(source: Source, data: bytes) -> Iterator[str]:
    """The stretches of the pages' own characters, line by line, that no run of the text covers."""
    assert source.layout is not None
    covered = {(run.page, run.index + n) for run in source.layout.runs for n in range(run.length)}
    document = pypdfium2.PdfDocument(data)
    for number in range(1, len(document) + 1):
        page = document[number - 1].get_textpage()
        stretch = ""
        for index in range(page.count_chars()):
            char = chr(pdfium.FPDFText_GetUnicode(page.raw, index) or 0xFFFE)
            if char in "\r\n" or ((number, index) in covered and not char.isspace()):
                yield stretch.strip()
                stretch = ""
            else:
                stretch += char
        yield stretch.strip()
    document.close()


def mask(text: str) -> str:
    return re.sub(r"\d+", "#", "".join(text.split()))


def kind_of(stretch: str, beside: str) -> str:
    """Name the kind of what was left out.

    :param beside: the running heads that the text keeps at its end, once each.
    """
    if not any(map(str.isalnum, stretch)):
        return "signs"
    if PAGE_NUMBER.fullmatch(stretch):
        return "page number"
    if mask(stretch) in beside:
        return "running head"
    if stretch in {"i", "ı"}:
        return "letter below its accent"
    return ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_is_left_out_is_of_a_kind_that_has_a_name(path: Path) -> None:
    data = path.read_bytes()
    source = read(data, lambda *_: None)
    footers = [source.text[a.start : a.end] for a in source.asides if a.kind == "footer"]
    beside = "".join(map(mask, footers))
    unnamed = [text for text in left_out(source, data) if text and not kind_of(text, beside)]
    assert unnamed == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_placed_character_is_the_pages_own(path: Path) -> None:
    data = path.read_bytes()
    source = read(data, lambda *_: None)
    assert source.layout is not None
    document = pypdfium2.PdfDocument(data)
    texts = [page.get_textpage() for page in document]
    other = []
    for run in source.layout.runs:
        for n in range(run.length if run.index >= 0 else 0):
            char = source.text[run.start + n]
            own = chr(pdfium.FPDFText_GetUnicode(texts[run.page - 1].raw, run.index + n))
            tidied = own.isspace() or own in "-\u00ad\u2010\ufffe\x02" or own in TIDIED
            if char.translate(MARKS) != own and not tidied and own < "\ud800":
                other.append((char, own))
    assert other == []


@pytest.mark.parametrize("path", [p for p in FILES if CASES in p.parents], ids=lambda p: p.name)
def test_the_second_librarys_numbers_are_in_the_text(path: Path) -> None:
    data = path.read_bytes()
    text = "".join(read(data, lambda *_: None).text.translate(MARKS).split())
    for page in pypdf.PdfReader(io.BytesIO(data)).pages:
        for number in re.findall(r"\d[\d.,]*\d", page.extract_text()):
            assert number in text


def test_dates_and_sums_that_stand_alone_are_text() -> None:
    source = read(
        pdf(
            [
                *lines(["Founded in the town.", "By two sisters."], 50, 700),
                words("14/08/1967", 50, 600),
            ]
        ),
        lambda *_: None,
    )
    assert "14/08/1967" in source.text
    assert source.asides == ()


def test_the_numbers_of_an_axis_stand_at_the_end_and_other_numbers_in_their_place() -> None:
    axis = [words(f"{10 * n}%", 80, 300 + 20 * n, 7) for n in range(6)]
    bars = [words("17%", 120, 411, 7), words("42%", 160, 333, 7)]
    text = lines(["A sentence about what the chart shows, for comparison."] * 6, 50, 700)
    source = read(pdf([*text, *bars, *axis]), lambda *_: None)
    kinds = {source.text[a.start : a.end]: a.kind for a in source.asides}
    assert kinds == {"17% 42%": "figure", "0% 10% 20% 30% 40% 50%": "figure"}
    assert source.text.endswith("0% 10% 20% 30% 40% 50%\n")


def test_a_running_head_is_kept_once_and_page_numbers_are_not() -> None:
    body = lines(["Herons nest in tall trees near the water."] * 5, 50, 600)
    pages = [
        [words(f"Journal of Waders 7, {n + 30}", 50, 780), *body, words(f"{n + 30}", 300, 20)]
        for n in range(4)
    ]
    source = read(pdf(*pages), lambda *_: None)
    assert source.text.count("Journal of Waders") == 1
    (head,) = source.asides
    assert source.text[head.start : head.end] == "Journal of Waders 7, 30"
    assert "33" not in source.text


def test_lines_with_other_sums_at_the_same_place_are_no_running_head() -> None:
    pages = [
        [
            *lines(["One invoice of several in a file."] * 3, 50, 700),
            words(f"Total {sum_}.50", 50, 60),
        ]
        for sum_ in (112, 930, 85, 401)
    ]
    text = read(pdf(*pages), lambda *_: None).text
    assert all(f"Total {sum_}.50" in text for sum_ in (112, 930, 85, 401))
