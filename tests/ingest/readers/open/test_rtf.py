"""Rich Text: characters in every way they are written, and the structure of paragraphs."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from ingest.readers import Source, formats
from ingest.reading.load import load
from rag.errors import DocumentError

FONTS = (
    rb"{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial Cyr;}{\f2\fcharset128 Gothic;}}"
    rb"{\colortbl;\red0\green0\blue0;}"
)


def read(data: bytes) -> Source:
    return formats()["rtf"].readers[0](data, lambda *_: None)


def text(body: bytes) -> str:
    return read(rb"{\rtf1\ansi\ansicpg1252\deff0" + FONTS + body + b"}").text


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (rb"Caf\'e9 5 \'80", "Café 5 €"),
        (rb"\u8364?5 and \u-10179?\u-8704?!", "€5 and 😀!"),
        (rb"{\uc2\u233ab}x{\uc0\u233}y", "éxéy"),
        (rb"{\f1\'cf\'f0\'e8\'e2\'e5\'f2} \'e9", "Привет é"),
        (rb"{\f2\'83\'65\'83X\'83g}", "テスト"),
        (rb"a\~b\_c\-d\emdash e\ldblquote f\rdblquote", "a b-cd—e“f”"),
        (rb"a \{b\} \\c", r"a {b} \c"),
        (b"a\r\nb\\\nc", "ab\n\nc"),
        (rb"one\line two\tab three", "one\ntwo three"),
    ],
)
def test_characters_are_decoded(body: bytes, expected: str) -> None:
    assert text(body + rb"\par ") == f"{expected}\n"


def test_the_code_page_of_the_document_is_used() -> None:
    assert read(rb"{\rtf1\ansi\ansicpg1251 \'cf\'f0\'e8\par}").text == "При\n"
    assert read(rb"{\rtf1\mac \'8e\par}").text == "é\n"
    assert read(rb"{\rtf1\ansicpg99999 \'e9\par}").text == "é\n"


def test_headings_are_recognised_by_style_and_by_level() -> None:
    styles = rb"{\stylesheet{\s0 Normal;}{\s1 heading 1;}{\s2\outlinelevel1 Mine;}{\s3 Title;}}"
    body = (
        styles + rb"\pard\s3 Report\par\pard\s1 Use\par\pard\s2 Inner\par\pard Text.\par"
        rb"\pard\outlinelevel2 Third\par"
    )
    assert text(body) == "# Report\n\n# Use\n\n## Inner\n\nText.\n\n### Third\n"


def test_the_title_of_the_properties_is_used() -> None:
    assert read(rb"{\rtf1{\info{\title Caf\'e9}{\author Ann}}Hi.\par}").title == "Café"


def test_lists_have_marks_and_depths() -> None:
    body = (
        rb"{\listtext\f0 1.\tab}\ls1\ilvl0 one\par{\listtext a)\tab}\ilvl1 inner\par"
        rb"{\pntext\'b7\tab}\ilvl0 bullet\par\pard Text.\par"
        rb"\pard\fi-360\li720 \bullet\tab dot\par\pard\fi-360\li1440 -\tab dash\par"
    )
    assert text(body) == "1. one\n  a) inner\n- bullet\n\nText.\n\n- dot\n  - dash\n"


def test_tables_are_rows() -> None:
    body = (
        rb"\trowd\cellx10\cellx20\pard\intbl Name\cell Age\cell\row"
        rb"\trowd\cellx10\cellx20\pard\intbl Ann\par Lee\cell\cell\row\pard After.\par"
        rb"\trowd\pard\intbl A frame.\cell\row\pard End.\par"
    )
    assert text(body) == ("| Name | Age |\n| Ann Lee |  |\n\nAfter.\n\nA frame.\n\nEnd.\n")


def test_notes_and_comments_are_kept() -> None:
    body = (
        rb"Tea{\super\chftn}{\footnote\pard\plain{\super\chftn} Green.} is good"
        rb"{\*\atnid AL}{\*\atnauthor Ann}{\*\annotation\pard Really?}.\par Cake.\par"
    )
    assert text(body) == "Tea¹ is good.\n\nComment by Ann: Really?\n\nCake.\n\n¹ Green.\n"


def test_pictures_fields_furniture_and_hidden_text_are_left_out() -> None:
    body = (
        rb"{\header Out}{\footer Out}{\pict\pngblip 89504e47}{\*\unknown Out}{\pict\bin3 }}}}"
        rb'{\field{\*\fldinst HYPERLINK "http://x.org"}{\fldrslt a link}} {\v out}and'
        rb"{\deleted out}{\object{\*\objdata 00}{\result  a sheet}}.\par"
    )
    assert text(body) == "a link and a sheet.\n"


def test_text_in_shapes_is_kept() -> None:
    body = rb"{\shp{\*\shpinst{\sp{\sn a}{\sv 1}}{\shptxt Boxed.\par}}{\shprslt Out}}Text.\par"
    assert text(body) == "Boxed.\n\nText.\n"


def test_a_document_without_its_end_is_read_and_says_so() -> None:
    source = read(rb"{\rtf1 One.\par {\b Two")
    assert source.text == "One.\n\nTwo\n"
    assert source.warning == "damaged: its end is missing"


def test_what_is_no_rich_text_is_refused() -> None:
    with pytest.raises(DocumentError, match="does not begin as"):
        read(b"Hi")
    with pytest.raises(DocumentError, match="nested more than 2,000 deep"):
        read(rb"{\rtf1 " + b"{" * 3_000)
    with pytest.raises(DocumentError, match="not a Rich Text document but looks like a PDF"):
        load("a.rtf", b"%PDF-1.4")
    assert load("a.rtf", rb"{\rtf1 Hi.\par}").text == "Hi.\n"


PIECES = (
    "{ } \\par \\cell \\row \\u55357? \\'8 \\'83 \\f2 \\* \\footnote \\bin9 \\uc-1 \\s1 a \\ \0 "
    "{\\listtext {\\stylesheet {\\fonttbl \\annotation \\upr \\ud"
).split(" ")


@given(st.lists(st.sampled_from([f"{piece} ".encode() for piece in PIECES]), max_size=40))
def test_any_order_of_words_is_read(pieces: list[bytes]) -> None:
    found = read(b"{\\rtf1" + FONTS + b"".join(pieces)).text
    found.encode()
    assert "\0" not in found
