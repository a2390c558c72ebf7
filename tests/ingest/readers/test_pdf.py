"""PDFs: text in a person's order, the place of every character, and a sentence for each fault."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from craft import lines, pdf, pdf_of, stream, words
from hypothesis import given, strategies as st

from ingest.readers import Source, formats
from ingest.readers.pdf_layout.flow import compose_flow
from ingest.readers.pdf_layout.lines import Line
from ingest.reading.load import load
from ingest.reading.workers import Workers
from rag.errors import DocumentError

FIRST, SECOND = formats()["pdf"].readers
LINE = "Herons nest in tall trees near the water."


def read(data: bytes) -> Source:
    return FIRST(data, lambda *_: None)


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    """One process with little memory, so that a bomb bursts soon."""
    with Workers(1, silence=30, memory=400 << 20) as one:
        yield one


def article(note: str = "The grey heron only.", number: int = 1) -> list[str]:
    """A page of two columns with everything that stands in the way of reading."""
    left = lines(
        [
            "Herons nest in tall trees near the water, and they re-",
            "turn to the same place every year. The nests are built",
            "of sticks. Both parents feed the young, which stay in",
            "a nest for about two months before they learn to fly",
        ],
        50,
        680,
    )
    right = lines(["and to fish alone.", "", "Their numbers have grown."], 320, 700)
    return [
        words("Journal of Waders", 250, 780, 9),
        words("1 Where they nest", 50, 700, 12, bold=True),
        *left,
        words("1", 50, 63, 6),
        words(note, 55, 60, 8),
        *right,
        words(str(number), 300, 20, 10),
        words("arXiv:1234.5678", 20, 300, 14, turned=True),
    ]


def test_headings_are_those_of_the_documents_own_outline() -> None:
    written = pypdf.PdfWriter(
        clone_from=io.BytesIO(
            pdf(
                [
                    words("Where they nest", 50, 700, 10),
                    *lines([LINE, LINE], 50, 660),
                    words("In tall trees", 50, 600, 10),
                    *lines([LINE, LINE], 50, 560),
                ]
            )
        )
    )
    chapter = written.add_outline_item(title="1. Where they nest", page_number=0)
    written.add_outline_item(title="In tall trees", page_number=0, parent=chapter)
    file = io.BytesIO()
    written.write(file)
    headings = [line for line in read(file.getvalue()).text.splitlines() if line.startswith("#")]
    assert headings == ["## Where they nest", "### In tall trees"]


def test_two_columns_are_read_one_after_the_other_without_what_surrounds_them() -> None:
    title = words("A Study of Herons", 150, 740, 20, bold=True)
    notes = ["The grey heron only.", "Not the white one.", "Nor the night heron."]
    pages = [article(note, number) for number, note in enumerate(notes, 1)]
    source = read(pdf([title, *pages[0]], *pages[1:]))
    column = (
        "Herons nest in tall trees near the water, and they return to the same place every year. "
        "The nests are built of sticks. Both parents feed the young, which stay in a nest for "
        "about two months before they learn to fly and to fish alone.\n\n"
        "¹ {}\n\nTheir numbers have grown.\n"
    )
    read_pages = [f"\n## 1 Where they nest\n\n{column.format(note)}" for note in notes]
    aside = "\nJournal of Waders\n\narXiv:1234.5678\n"
    assert source.text == "# A Study of Herons\n" + "".join(read_pages) + aside
    assert source.title == "A Study of Herons"
    assert source.layout is not None
    starts = [place for place in range(len(source.text)) if source.text.startswith("Herons", place)]
    assert [source.layout.page(start) for start in starts] == [1, 1, 2, 3]


def test_a_sentence_goes_on_over_pages_figures_and_notes() -> None:
    first = [
        words("The grey heron stands in shallow water for a long time and", 50, 100),
        words("waits for a fish until one comes near, and then it is very", 50, 88),
    ]
    second = [
        words("0.5", 100, 700, 6),
        words("Figure 1: A heron.", 50, 600, 9),
        words("quick to catch it with its long bill and swallows it whole.", 50, 500),
    ]
    text = read(pdf(first, second)).text
    assert "and then it is very quick to catch it" in text
    assert text.index("Figure 1") > text.index("swallows it whole")


def test_notes_and_words_of_figures_stand_beside_the_text() -> None:
    body = [
        words(
            f"Line {n} of the text says that herons stand in shallow water and wait.",
            50,
            700 - 13 * n,
        )
        for n in range(20)
    ]
    axis = words("Herons per lake", 120, 400, 6)
    note = words("* Both counted the same herons.", 50, 60, 7)
    source = read(pdf([*body, axis, note]))
    beside = {kind: source.text[start:end].strip() for start, end, kind in source.asides}
    assert beside == {"figure": "Herons per lake", "note": "* Both counted the same herons."}


def test_a_form_whose_words_all_stand_apart_is_no_figure() -> None:
    form = [
        words(f"Field {n}", 50 + 90 * (n % 4), 700 - 60 * (n // 4), 7 + n % 3) for n in range(20)
    ]
    assert not [kind for *_, kind in read(pdf(form)).asides if kind == "figure"]


@pytest.mark.parametrize(
    ("above", "below", "joined"),
    [
        ("a heron re-", "turns", "returns"),
        ("the well-", "known heron", "well-known heron"),
        ("the Grey-", "Heron", "Grey-Heron"),
        ("pages 10–", "12", "pages 10–12"),
        ("see http://herons.org/", "nests.html", "http://herons.org/nests.html"),
    ],
)
def test_what_the_end_of_a_line_cut_is_whole_again(above: str, below: str, joined: str) -> None:
    known = "It is well known and a well-known fact that a heron returns."
    text = read(pdf(lines([known, above, below], 50, 700))).text
    assert joined in text.replace("\n", " ")


@pytest.mark.fault(52)
def test_a_table_becomes_rows_with_its_heading_line() -> None:
    rows = [("Bird", "Nests", "Eggs"), ("heron", "80", "4"), ("stork", "12", "3")]
    drawn = [
        words(cell, 50 + 150 * column, 600 - 14 * row)
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
    ]
    caption = words("Table 1: Birds.", 50, 540)
    text = read(pdf([*lines([LINE, LINE], 50, 700), *drawn, caption])).text
    table = "| Bird | Nests | Eggs |\n| heron | 80 | 4 |\n| stork | 12 | 3 |"
    assert f"{table}\n\nTable 1: Birds." in text


def test_columns_drawn_row_by_row_come_apart() -> None:
    left = [f"This is line {n} of the left column of text," for n in range(8)]
    right = [f"and here is line {n} of the right column." for n in range(8)]
    drawn = [
        words(text, x, 700 - 12 * n)
        for n, pair in enumerate(zip(left, right, strict=True))
        for text, x in zip(pair, (50, 330), strict=True)
    ]
    text = read(pdf(drawn)).text.replace("\n", " ")
    assert text.index("line 7 of the left") < text.index("line 0 of the right")


@pytest.mark.fault(43)
def test_ligatures_soft_hyphens_and_loose_accents_are_ordinary_letters() -> None:
    found = compose_flow([[line("the ﬁrst o\u00adﬃce of T¨om Ko´s", 0)]], {})
    assert found.text == "the first office of Töm Koś\n"


def line(text: str, index: int, *, left: float = 50, bottom: float = 500) -> Line:
    """A line whose characters are the page's from ``index`` on."""
    runs = [(0, index, len(text))]
    return Line(text, runs, left, left + 5 * len(text), bottom, bottom + 9, fonts=(b"F", b"F"))


@given(
    st.lists(
        st.lists(
            st.text(alphabet="abC1 .-ﬁ\u00ad¨|#", min_size=1, max_size=40).filter(str.strip),
            max_size=12,
        ),
        max_size=4,
    )
)
def test_every_placed_character_is_the_pages_own(texts: list[list[str]]) -> None:
    pages, whole = [], []
    for words_of_page in texts:
        page, index = [], 0
        for number, text in enumerate(words_of_page):
            page.append(line(text, index, bottom=700 - 12 * number))
            index += len(text)
        pages.append(page)
        whole.append("".join(words_of_page))
    found = compose_flow(pages, {})
    for run in found.layout.runs:
        written = found.text[run.start : run.start + run.length]
        assert len(written) == run.length
        for offset, char in enumerate(written):
            page_text = whole[run.page - 1]
            own = page_text[run.index + offset]
            changed = own in "ﬁ¨ \u00ad" or page_text[run.index + offset - 1] == "¨"
            assert char == own or changed


def test_the_places_of_words_are_where_they_stand_on_the_page() -> None:
    data = pdf(article(), article(number=2))
    source = read(data)
    assert source.layout is not None
    document = pypdfium2.PdfDocument(data)
    for word in ("Herons", "return", "months", "numbers"):
        start = source.text.rindex(word)
        parts = list(source.layout.places(start, start + len(word)))
        drawn = "".join(
            document[part.page - 1].get_textpage().get_text_range(part.index, part.length)
            for part in parts
        )
        assert drawn == word
        assert {part.page for part in parts} == {2}
    document.close()


GOOD = pdf(lines([LINE], 50, 700))


def locked(user: str, owner: str) -> bytes:
    writer = pypdf.PdfWriter(io.BytesIO(GOOD))
    writer.encrypt(user, owner, algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


CATALOG = "<< /Type /Catalog /Pages 2 0 R >>"
ONE_PAGE = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"


def page_of(content: bytes, filters: str = "", resources: str = "", *more: bytes) -> bytes:
    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R {resources} >>"
    return pdf_of([CATALOG, ONE_PAGE, page, stream(content, filters), *more], "/Root 1 0 R")


@cache
def bomb(levels: int) -> bytes:
    """400 MB of spaces, packed so many times over."""
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(400)) + packer.flush()
    for _ in range(levels - 1):
        packed = zlib.compress(packed, 9)
    return page_of(packed, f"[{' /FlateDecode' * levels}]")


def loop() -> bytes:
    resources = "/Resources << /XObject << /X 5 0 R >> >>"
    form = f"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] {resources} /Length 5 >>"
    return page_of(b"/X Do", "", resources, f"{form}\nstream\n/X Do\nendstream".encode())


def tree_loop() -> bytes:
    pages = "<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 >>"
    return pdf_of([CATALOG, pages, "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"], "/Root 1 0 R")


@pytest.mark.fault(31)
@pytest.mark.fault(32)
@pytest.mark.fault(33)
@pytest.mark.fault(34)
@pytest.mark.fault(36)
@pytest.mark.fault(37)
@pytest.mark.fault(38)
@pytest.mark.fault(39)
@pytest.mark.fault(41)
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: GOOD[: len(GOOD) // 2], "damaged: it cannot be read as a PDF"),
        (lambda: b"", "empty"),
        (lambda: b"%PDF-1.7\n", "damaged: it cannot be read as a PDF"),
        (lambda: b"only words", "not a PDF; the file is damaged, or its suffix is wrong"),
        (lambda: b"PK\x03\x04", "not a PDF but looks like a zip archive or an Office file"),
        (lambda: locked("secret", "owner"), "encrypted: it opens only with a password"),
        (lambda: bomb(1), "no text|needs too much memory|crashed|damaged"),
        (lambda: bomb(2), "no text|needs too much memory|crashed|damaged"),
        (loop, "there is no text in it"),
        (tree_loop, "damaged"),
        (lambda: pdf(["0 0 99 99 re f"]), "there is no text in it"),
    ],
)
def test_a_pdf_that_cannot_be_read_is_a_sentence_and_the_next_one_is_read(
    workers: Workers, make: Callable[[], bytes], reason: str
) -> None:
    with pytest.raises(DocumentError, match=reason):
        load(Path("a.pdf"), make(), workers)
    assert load(Path("b.pdf"), GOOD, workers).text == f"{LINE}\n"


@pytest.mark.fault(35)
def test_a_pdf_with_an_owners_password_alone_is_read() -> None:
    assert read(locked("", "owner")).text == f"{LINE}\n"


@pytest.mark.fault(40)
def test_a_claimed_number_of_pages_is_not_believed(workers: Workers) -> None:
    data = GOOD.replace(b"/Count 1", b"/Count 2000000000")
    assert load(Path("a.pdf"), data, workers).text == f"{LINE}\n"


@pytest.mark.fault(41)
def test_pages_without_text_are_counted_in_a_warning() -> None:
    source = read(pdf(lines([LINE], 50, 700), ["0 0 99 99 re f"]))
    assert source.warning.startswith("1 of 2 pages have no text")


@pytest.mark.fault(42)
def test_every_page_of_a_long_pdf_is_told() -> None:
    told: list[tuple[int, int]] = []
    pages = [[words(f"Page {n} of the book.", 50, 500)] for n in range(300)]
    FIRST(pdf(*pages), lambda *page: told.append(page))
    assert told == [(n, 300) for n in range(1, 301)]


def test_the_second_reader_knows_the_pages() -> None:
    pages = [lines(["Herons re-", "turn."], 50, 700), lines(["Storks too."], 50, 700)]
    source = SECOND(pdf(*pages), lambda *_: None)
    assert source.text == "Herons return.\n\nStorks too.\n"
    assert source.layout is not None
    assert source.layout.page(source.text.index("Storks")) == 2
    assert "second reader" in source.warning


def test_a_declared_title_is_taken_unless_a_program_filled_it_in() -> None:
    assert read(pdf(lines([LINE], 50, 700), title="Birds")).title == "Birds"
    assert read(pdf(lines([LINE], 50, 700), title="Microsoft Word - birds.doc")).title == ""
