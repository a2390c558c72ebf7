"""What a Word document holds beside its paragraphs: comments, form fields, embedded files."""

from __future__ import annotations

import random
import zipfile
from contextlib import suppress
from io import BytesIO

import pytest
from craft import archive, paragraph, relations, word

from ingest.readers import Source, formats
from rag.errors import DocumentError


def read(data: bytes) -> Source:
    return formats()["docx"].readers[0](data, lambda *_: None)


def comment(number: int, author: str, *texts: str) -> str:
    name = f' w:author="{author}"' if author else ""
    return f'<w:comment w:id="{number}"{name}>{"".join(map(paragraph, texts))}</w:comment>'


def reference(number: int) -> str:
    return f'<w:r><w:commentReference w:id="{number}"/></w:r>'


def said(text: str, more: str = "") -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r>{more}</w:p>"


def test_a_comment_stands_below_what_it_is_about_with_its_author() -> None:
    comments = (
        comment(0, "Ulla Brandt", "Is it so?", "Ask Jo.")
        + comment(1, "", "In a table.")
        + comment(2, "Jo Field", "Why is it gone?")
        + comment(3, "Mia", "Nowhere.")
        + comment(4, "Empty", "")
    )
    body = (
        said("We close at ten.", reference(0) + reference(4) + reference(0))
        + f"<w:tbl><w:tr><w:tc>{said('a', reference(1))}</w:tc><w:tc>{said('b')}</w:tc></w:tr>"
        f"<w:tr><w:tc>{said('c')}</w:tc><w:tc>{said('d')}</w:tc></w:tr></w:tbl>"
        + f"<w:p><w:del>{reference(2)}</w:del><w:r><w:t>End.</w:t></w:r></w:p>"
    )
    assert read(word(body, comments=comments)).text == (
        "We close at ten.\n\nComment by Ulla Brandt: Is it so?\nAsk Jo.\n\n| a | b |\n| c | d |\n\n"
        "Comment: In a table.\n\nEnd.\n\nComment by Jo Field: Why is it gone?\n\n"
        "Comment by Mia: Nowhere.\n"
    )


CONTROL = (
    '<w:sdt><w:sdtPr><w14:checkbox xmlns:w14="x"><w14:checked w14:val="{0}"/></w14:checkbox>'
    "</w:sdtPr><w:sdtContent>{1}</w:sdtContent></w:sdt>"
)
OLD = "<w:r><w:fldChar><w:ffData><w:checkBox>{}</w:checkBox></w:ffData></w:fldChar></w:r>"
SYMBOL = '<w:r><w:sym w:font="{}" w:char="{}"/></w:r>'
LIST = (
    '<w:r><w:fldChar><w:ffData><w:ddList><w:result w:val="{}"/><w:listEntry w:val="tea"/>'
    '<w:listEntry w:val="coffee"/></w:ddList></w:ffData></w:fldChar></w:r>'
)


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        (CONTROL.format(1, "<w:r><w:t>x</w:t></w:r>"), "☒"),
        (CONTROL.format(0, "<w:r><w:t>☒</w:t></w:r>"), "☐"),
        (CONTROL.format("true", SYMBOL.format("Wingdings", "F0FE")), "☒"),
        (OLD.format('<w:default w:val="0"/><w:checked/>'), "☒"),
        (OLD.format('<w:default w:val="1"/>'), "☒"),
        (OLD.format('<w:default w:val="1"/><w:checked w:val="0"/>'), "☐"),
        (OLD.format("<w:sizeAuto/>"), "☐"),
        (LIST.format(1), "coffee"),
        (LIST.format(99), ""),
        (SYMBOL.format("Wingdings", "F0A8"), "☐"),
        (SYMBOL.format("Symbol", "F061"), "α"),
        (SYMBOL.format("Wingdings", "zz"), ""),
        (SYMBOL.format("Arial", "D800"), ""),
        (SYMBOL.format("Arial", "00E9"), "é"),
        ("<w:sdt><w:sdtContent><w:r><w:t>Oslo</w:t></w:r></w:sdtContent></w:sdt>", "Oslo"),
    ],
)
def test_form_fields_and_symbols_show_what_they_are_set_to(run: str, expected: str) -> None:
    text = read(word(f"<w:p><w:r><w:t>Is: </w:t></w:r>{run}</w:p>")).text
    assert text == f"Is: {expected}".strip() + "\n"


def with_files(body: str, files: dict[str, bytes]) -> bytes:
    """A Word document that takes in files, named ``f0``, ``f1`` … in its body."""
    with zipfile.ZipFile(BytesIO(word(body))) as packed:
        parts: dict[str, str | bytes] = {name: packed.read(name) for name in packed.namelist()}
    parts["word/_rels/document.xml.rels"] = relations(
        **{f"f{n}": f"aFChunk:{name}" for n, name in enumerate(files)}
    )
    return archive(parts | {f"word/{name}": data for name, data in files.items()})


def taken_in(number: int) -> str:
    xmlns = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    return f'<w:altChunk {xmlns} r:id="f{number}"/>'


MHT = (
    b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\n"
    b"Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
    b"<p>Caf=C3=A9s open at nine.</p>\n--b--\n"
)


def test_files_in_a_document_are_read_where_they_stand() -> None:
    files = {
        "a.htm": b"<h2>Fees</h2><p>Nine euros.</p><footer>Imprint</footer>",
        "b.txt": b"Bring a coat.",
        "c.mht": MHT,
        "d.docx": word(paragraph("Inside.")),
        "e.html": "<p>Größe</p>".encode("utf-16"),
    }
    body = (
        paragraph("Before.") + "".join(map(taken_in, range(5))) + taken_in(0) + paragraph("Last.")
    )
    source = read(with_files(body, files))
    assert source.text == (
        "Before.\n\n## Fees\n\nNine euros.\n\nImprint\n\nBring a coat.\n\nCafés open at nine.\n\n"
        "Inside.\n\nGröße\n\nLast.\n"
    )
    assert source.warning == ""
    assert [source.text[start:end].strip() for start, end, _ in source.asides] == ["Imprint"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<?xml version='1.0'?><w:wordDocument/>", "it is XML"),
        (b"PK\3\4 no archive", "damaged"),
        (b"<div>" * 5000, "nested more than"),
        (b"\0\1\2\3\4\5\6\7" * 50, "binary"),
        (b"MIME-Version: 1.0\nContent-Type: image/png\n\nx", "there is no page in it"),
    ],
)
def test_a_file_that_cannot_be_read_is_left_out_and_named(data: bytes, reason: str) -> None:
    source = read(with_files(taken_in(0) + paragraph("Kept."), {"f.bin": data}))
    assert source.text.strip() == "Kept."
    assert reason in source.warning


@pytest.mark.fault(45)
def test_documents_in_documents_end_somewhere() -> None:
    data = word(paragraph("Core."))
    for _ in range(6):
        data = with_files(paragraph("Shell.") + taken_in(0), {"f.docx": data})
    source = read(data)
    assert source.text.count("Shell.") == 3
    assert "nested more than 3 deep" in source.warning


@pytest.mark.fault(46)
@pytest.mark.parametrize("kind", ["numbering", "comments"])
@pytest.mark.parametrize(
    "part", ["<x", "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "<x>" * 600, "\0"]
)
def test_a_damaged_part_is_left_out_and_the_text_kept(kind: str, part: str) -> None:
    with zipfile.ZipFile(BytesIO(word(paragraph("Kept."), **{kind: ""}))) as packed:
        parts: dict[str, str | bytes] = {name: packed.read(name) for name in packed.namelist()}
    source = read(archive(parts | {f"word/{kind}.xml": part}))
    assert source.text == "Kept.\n"
    assert source.warning.startswith(f"its part word/{kind}.xml is left out (")


@pytest.mark.fault(50)
def test_mutated_documents_are_read_or_refused_with_a_sentence() -> None:
    rng = random.Random(7)
    body = said("One.", reference(0)) + CONTROL.format(1, said("x")) + taken_in(0)
    whole = with_files(body, {"f.html": b"<ul><li><a href='#x'>a</a></ul><p>b"})
    with zipfile.ZipFile(BytesIO(whole)) as packed:
        parts: dict[str, str | bytes] = {name: packed.read(name) for name in packed.namelist()}
    names = [name for name in parts if name.endswith((".xml", ".html"))]
    read_ones = 0
    for _ in range(400):
        name = rng.choice(names)
        data = bytearray(bytes(parts[name]) if isinstance(parts[name], bytes) else b"")
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(data))
            data[at : at + rng.randint(0, 3)] = rng.randbytes(rng.randint(0, 3))
        with suppress(DocumentError):  # what else is raised is a fault of the reader
            read_ones += bool(read(archive(parts | {name: bytes(data)})).text)
    assert read_ones > 20
