"""Word, presentations and books: what people wrote is kept; what no program writes is refused."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from craft import archive, book, paragraph, presentation, relations, shape, word

from ingest.readers import Source, formats
from ingest.readers.shared.archive import Archive
from ingest.reading.load import load
from ingest.reading.workers import Workers
from rag.errors import DocumentError


def read(kind: str, data: bytes) -> Source:
    return formats()[kind].readers[0](data, lambda *_: None)


STYLES = """
<w:style w:styleId="Titel"><w:name w:val="Title"/></w:style>
<w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
<w:style w:styleId="Mine"><w:name w:val="My own"/><w:basedOn w:val="berschrift1"/></w:style>
<w:style w:styleId="Liste"><w:name w:val="List Bullet"/><w:pPr><w:numPr/></w:pPr></w:style>
"""


def test_a_word_document_keeps_headings_lists_and_notes() -> None:
    body = (
        paragraph("A Report", "Titel")
        + paragraph("Methods", "berschrift1")
        + paragraph("Own style", "Mine")
        + paragraph("Outlined", "", '<w:outlineLvl w:val="2"/>')
        + "<w:p><w:r><w:t>One</w:t><w:tab/><w:t>two</w:t><w:br/><w:t>three</w:t></w:r>"
        '<w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
        + paragraph("item", "Liste")
        + paragraph("inner", "", '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="4"/></w:numPr>')
        + "<w:p/>"
    )
    notes = (
        '<w:footnote w:type="separator" w:id="0"><w:p><w:r><w:t>rule</w:t></w:r></w:p></w:footnote>'
        '<w:footnote w:id="2"><w:p><w:r><w:footnoteRef/><w:t> A note.</w:t></w:r></w:p>'
        "</w:footnote>"
    )
    source = read("docx", word(body, styles=STYLES, footnotes=notes))
    assert source.title == "A Report"
    assert source.text == (
        "# A Report\n\n# Methods\n\n# Own style\n\n### Outlined\n\nOne two\nthree²\n\n"
        "- item\n  - inner\n\nA note.\n"
    )


def test_deleted_hidden_and_doubled_text_is_left_out() -> None:
    body = (
        "<w:p><w:ins><w:r><w:t>kept</w:t></w:r></w:ins><w:del><w:r><w:delText>out</w:delText></w:r>"
        "</w:del><w:moveFrom><w:r><w:t>out</w:t></w:r></w:moveFrom>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>out</w:t></w:r>"
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t> too</w:t></w:r>'
        "<w:r><w:instrText>PAGE out</w:instrText></w:r></w:p>"
        f"<w:p><w:r><Choice>{paragraph('boxed')}</Choice><Fallback>{paragraph('boxed')}</Fallback>"
        "</w:r></w:p>"
    )
    assert read("docx", word(body)).text == "kept too\n\nboxed\n"


@pytest.mark.fault(52)
def test_tables_of_a_word_document_are_kept_as_rows() -> None:
    def cell(content: str) -> str:
        return f"<w:tc>{content}</w:tc>"

    inner = f"<w:tbl><w:tr>{cell(paragraph('x'))}{cell(paragraph('y'))}</w:tr></w:tbl>"
    body = (
        f"<w:tbl><w:tr>{cell(paragraph('Name'))}{cell(paragraph('Age'))}</w:tr>"
        f"<w:tr>{cell(paragraph('Ann') + paragraph('Lee'))}{cell(inner)}</w:tr></w:tbl>"
        f"<w:tbl><w:tr>{cell(paragraph('A frame') + paragraph('of text'))}</w:tr></w:tbl>"
    )
    assert read("docx", word(body)).text == (
        "| Name | Age |\n| Ann Lee | x, y |\n\nA frame\n\nof text\n"
    )


def test_slides_are_pages_with_titles_tables_and_notes() -> None:
    table = (
        "<p:graphicFrame><a:tbl><a:tr><a:tc><a:p><a:r><a:t>a</a:t></a:r></a:p></a:tc>"
        "<a:tc><a:p><a:r><a:t>b</a:t></a:r></a:p></a:tc></a:tr></a:tbl></p:graphicFrame>"
    )
    data = presentation(
        [
            shape("body", "First point", "Second point") + shape("ctrTitle", "Cells"),
            shape("title", "Results") + table + shape("", "A box") + shape("sldNum", "2"),
        ],
        notes={1: shape("sldImg", "1") + shape("body", "Say hello.")},
    )
    source = read("pptx", data)
    assert source.title == "Cells"
    assert source.text == (
        "## Cells\n\n- First point\n- Second point\n\nNotes: Say hello.\n\n"
        "## Results\n\n| a | b |\n\nA box\n"
    )
    assert source.layout is not None
    pages = {word: source.layout.page(source.text.index(word)) for word in ("Second", "Say", "box")}
    assert pages == {"Second": 1, "Say": 1, "box": 2}


def test_a_book_is_read_in_the_order_of_its_spine() -> None:
    data = book(
        {"two%20b.xhtml": "<h1>Second</h1><p>Text &amp; more.</p>", "one.xhtml": "<h1>First</h1>"},
        encryption='<e><EncryptionMethod Algorithm="http://www.idpf.org/2008/embedding"/></e>',
    )
    source = read("epub", data)
    assert (source.title, source.text) == ("A Book", "# Second\n\nText & more.\n\n# First\n")


@pytest.mark.fault(124)
def test_a_chapter_that_a_book_lists_many_times_is_read_once() -> None:
    listing = '<itemref idref="c0"/>'
    with zipfile.ZipFile(BytesIO(book({"a.xhtml": "<p>Herons nest."}))) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist()}
    parts["OPS/book.opf"] = parts["OPS/book.opf"].replace(listing, listing * 50_000)
    source = formats()["epub"].readers[0](archive(parts), lambda *_: None)
    assert source.text == "Herons nest.\n"


@pytest.mark.fault(124)
def test_a_part_that_is_used_again_and_again_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.readers.shared.archive._MOST_READ", 1000)
    opened = Archive(archive({"a": "x" * 400}), "a book")
    assert [len(opened.read("a")) for _ in range(2)] == [400, 400]
    with pytest.raises(DocumentError, match="its parts are used for more than"):
        opened.read("a")


def test_a_copy_protected_book_is_refused() -> None:
    data = book({"a.xhtml": "<p>x"}, encryption='<e><EncryptionMethod Algorithm="aes"/></e>')
    with pytest.raises(DocumentError, match="encrypted: the book is copy-protected"):
        read("epub", data)


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.fault(46)
@pytest.mark.fault(47)
@pytest.mark.fault(49)
@pytest.mark.fault(50)
@pytest.mark.fault(51)
@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"word/document.xml": f"{ENTITIES}<x>&b;</x>"}, "refused: its XML declares entities"),
        ({"word/document.xml": f"{OUTSIDE}<x>&a;</x>"}, "refused: its XML declares entities"),
        ({"word/document.xml": "<x>" * 5000}, "nested more than 500 deep"),
        ({"word/document.xml": "<w><p>cut"}, "damaged: its XML is invalid"),
        ({"readme.txt": "no document"}, "damaged: its part word/document.xml is missing"),
        ({"_rels/.rels": relations(a="officeDocument:gone.xml")}, "its part gone.xml is missing"),
    ],
)
def test_a_word_document_that_is_none_is_refused(parts: dict[str, str], reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        read("docx", archive(parts))


@pytest.mark.fault(50)
@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.docx", b"only words", "not a Word document; the file is damaged, or its suffix"),
        ("a.docx", b"%PDF-1.4", r"not a Word document but looks like a PDF \(.pdf\)"),
        ("a.pptx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or password-protected Office file"),
        ("a.epub", b"PK\x03\x04 cut off", "damaged: not an EPUB book"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_named(
    name: str, data: bytes, reason: str
) -> None:
    with Workers(1) as workers, pytest.raises(DocumentError, match=reason):
        load(Path(name), data, workers)


@pytest.mark.fault(44)
@pytest.mark.fault(45)
@pytest.mark.parametrize(
    "body", [paragraph("x" * 50_000_000), "<w:p/>" * 2_000_000], ids=["text", "paragraphs"]
)
def test_a_bomb_is_refused_before_it_is_unpacked(body: str) -> None:
    data = word(body)
    assert len(data) < 300_000
    with pytest.raises(DocumentError, match=r"refused: its part word/document\.xml unpacks"):
        read("docx", data)


@pytest.mark.fault(44)
def test_a_part_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(word(paragraph("x" * 100_000)))
    with zipfile.ZipFile(BytesIO(data)) as packed:
        size = packed.getinfo("word/document.xml").file_size
    real = size.to_bytes(4, "little")
    assert data.count(real) == 2
    data = data.replace(real, (1000).to_bytes(4, "little"))
    with pytest.raises(DocumentError, match="damaged"):
        read("docx", bytes(data))


def test_an_encrypted_archive_is_named() -> None:
    data = bytearray(word(paragraph("secret")))
    at = data.index(b"PK\x01\x02") + 8  # the flags of the first member in the directory
    data[at] |= 1
    with pytest.raises(DocumentError, match="encrypted"):
        read("docx", bytes(data))


@pytest.mark.fault(48)
def test_a_member_that_points_out_of_the_archive_writes_nothing(tmp_path: Path) -> None:
    with zipfile.ZipFile(BytesIO(word(paragraph("Herons nest.")))) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    data = archive(parts | {"../../escaped.txt": b"out", str(tmp_path / "abs.txt"): b"out"})
    before = sorted(tmp_path.iterdir())
    assert read("docx", data).text == "Herons nest.\n"
    assert sorted(tmp_path.iterdir()) == before
