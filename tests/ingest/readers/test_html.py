"""Web pages: what a person sees becomes text, by either parser; what breaks parsers is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.readers import Reader, Source, formats
from ingest.reading.load import load
from ingest.reading.workers import Workers
from rag.errors import DocumentError

READERS = formats()["html"].readers


@pytest.fixture(params=READERS, ids=["lexbor", "python"])
def reader(request: pytest.FixtureRequest) -> Reader:
    return request.param


def read(reader: Reader, page: str | bytes) -> Source:
    return reader(page.encode() if isinstance(page, str) else page, lambda *_: None)


def test_headings_paragraphs_lists_and_code_keep_their_form(reader: Reader) -> None:
    page = """<!doctype html><title>Cells – a site</title><h1>Cells</h1>
    <p>Stem cells <b>divide</b>,<br>often: H<sub>2</sub>O.<h2>Kinds</h2>
    <ul><li>one<li>two <ul><li>inner</ul></ul><ol start=1><li>first</li><li value="7">seventh</li>
    </ol><pre>\n# no heading\n  run()\n</pre>last"""
    source = read(reader, page)
    assert source.title == "Cells"
    assert source.text == (
        "# Cells\n\nStem cells divide,\noften: H2O.\n\n## Kinds\n\n- one\n- two\n  - inner\n\n"
        "1. first\n7. seventh\n\n```\n# no heading\n  run()\n```\n\nlast\n"
    )


def test_the_foot_of_a_page_stands_beside_its_text_and_that_of_an_article_does_not(
    reader: Reader,
) -> None:
    page = """<article><p>Herons nest.</p><footer>By Ada.</footer></article>
    <footer><p>All rights reserved.</p><ul><li>Imprint</ul></footer><p>The end."""
    source = read(reader, page)
    assert [source.text[start:end].strip() for start, end, _ in source.asides] == [
        "All rights reserved.\n\n- Imprint"
    ]


@pytest.mark.fault(52)
def test_tables_become_rows_and_tables_for_layout_become_text(reader: Reader) -> None:
    page = """<table><tr><th>Name</th><th>Age</th></tr><tr><td><p>Ann</p></td><td>3</td></tr>
    <tr><td></td><td>4</td></tr></table><table><tr><td><h2>Left</h2>A column.</td>
    <td><table><tr><td>a</td><td>b</td></tr></table>Right.</td></tr></table>"""
    assert read(reader, page).text == (
        "| Name | Age |\n| Ann | 3 |\n|  | 4 |\n\n## Left\n\nA column.\n\n| a | b |\n\nRight.\n"
    )


@pytest.mark.fault(21)
@pytest.mark.fault(22)
@pytest.mark.parametrize(
    "unseen",
    [
        "<script>unseen('<p>unseen</p>')</script>",
        "<style>p { content: 'unseen' }</style>",
        "<template><p>unseen</template>",
        "<noscript>unseen</noscript>",
        "<div hidden>unseen <div>unseen</div></div>",
        "<p style='color: red; DISPLAY : none'>unseen</p>",
        "<span style='visibility:hidden'>unseen</span>",
        "<span style='font-size:0'>unseen</span><span style='opacity: 0.0'>unseen</span>",
        "<p aria-hidden=true>unseen</p>",
        "<nav>unseen</nav><div role=navigation>unseen</div>",
        "<!-- unseen --><select><option>unseen</select><textarea>unseen</textarea>",
    ],
)
def test_what_is_not_seen_is_not_text(reader: Reader, unseen: str) -> None:
    text = read(reader, f"<p>Before</p>{unseen}<p style='opacity:0.5'>After</p>").text
    assert text == "Before\n\nAfter\n"


@pytest.mark.fault(26)
@pytest.mark.fault(27)
def test_links_and_images_are_their_words_alone(reader: Reader) -> None:
    page = '<p>See <a href="javascript:evil()">this</a> <img src="http://x/y.png" alt="a heron">.'
    assert read(reader, page).text == "See this a heron .\n"


@pytest.mark.fault(25)
@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("iso-8859-1", "utf-8"), ("nonsense", "utf-8"), ("hex", "utf-8"), ("cp1251", "cp1251")],
)
def test_a_wrong_charset_is_not_believed(reader: Reader, declared: str, encoding: str) -> None:
    page = f"<meta charset='{declared}'><p>Клетки делятся.".encode(encoding)
    assert read(reader, page).text == "Клетки делятся.\n"


@pytest.mark.fault(23)
@pytest.mark.fault(24)
@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("<div>" * 200_000 + "text", "nested more than 2,000 deep"),
        ("<p " + " ".join(f"a{n}=1" for n in range(300_000)) + ">text", "attributes"),
    ],
)
def test_what_parsers_break_on_is_refused_with_a_sentence(page: str, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        read(READERS[0], page)


def test_unclosed_paragraphs_are_not_nested(reader: Reader) -> None:
    text = read(reader, "<p>one" * 3000).text
    assert text.count("one") == 3000


def test_a_page_is_read_in_a_process_of_its_own() -> None:
    with Workers(1) as workers:
        source = load(Path("page.htm"), b"<p>Herons nest.", workers)
        assert source.text == "Herons nest.\n"
        with pytest.raises(DocumentError, match="empty"):
            load(Path("blank.html"), b"<html><body></body></html>", workers)
