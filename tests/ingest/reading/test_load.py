"""Bytes to text: every encoding people have, and a reason for what is not text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from ingest.readers import Source
from ingest.readers.shared.decode import decode
from ingest.reading.child import pack, unpack
from ingest.reading.load import load
from rag.errors import DocumentError
from rag.text.layout import Layout, Run
from rag.types import Aside

FRENCH = "Naïve déjà vu à Zürich, où l’on a trouvé des cellules. " * 4


def read(data: bytes, name: str = "notes.txt") -> str:
    return load(Path(name), data).text


@given(st.text().filter(lambda text: "\0" not in text and not text.startswith("\ufeff")))
def test_utf8_text_comes_back_as_it_was_or_is_refused(text: str) -> None:
    try:
        assert decode(text.encode()) == (text, "")
    except DocumentError:
        assert any(char < " " for char in text)


@given(st.binary())
@pytest.mark.fault(8)
@pytest.mark.fault(14)
def test_any_bytes_give_storable_text_or_a_reason(data: bytes) -> None:
    try:
        text, _ = decode(data)
    except DocumentError:
        return
    text.encode("utf-8")
    assert "\0" not in text


@pytest.mark.fault(1)
@pytest.mark.fault(2)
@pytest.mark.parametrize("data", [b"", b" \n\t", "\u200b\ufeff\u2060 ".encode(), b"\xef\xbb\xbf"])
def test_a_file_without_a_word_is_called_empty(data: bytes) -> None:
    with pytest.raises(DocumentError, match="empty"):
        read(data)


@pytest.mark.fault(3)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_is_obeyed_and_left_out(encoding: str) -> None:
    assert read("β cells".encode(encoding)) == "β cells"


@pytest.mark.fault(4)
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["Stem cells divide.", "Стволовые клетки делятся. " * 3])
def test_utf16_without_a_mark_is_read(text: str, encoding: str) -> None:
    assert read(text.encode(encoding)) == text


@pytest.mark.fault(5)
def test_damaged_utf8_is_replaced_with_a_warning_that_says_where() -> None:
    data = "déjà vu, où ça, à l’été".encode() + b" \xff end"
    source = load(Path("notes.txt"), data)
    assert source.text.endswith("\ufffd end")
    assert source.warning == f"not valid utf-8 at byte {len(data) - 5}: 1 characters replaced"


@pytest.mark.fault(5)
def test_damage_after_a_mark_is_warned_about_too() -> None:
    source = load(Path("notes.txt"), "cells".encode("utf-16") + b"x")
    assert source.text == "cells\ufffd"
    assert "1 characters replaced" in source.warning


@pytest.mark.fault(6)
@pytest.mark.parametrize("text", ["café", "Zürich", "naïve – “déjà vu”", FRENCH])
def test_western_text_is_read_right_however_short(text: str) -> None:
    assert decode(text.encode("cp1252")) == (text, "read as cp1252")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Привет мир, как дела сегодня утром. ", "cp1251"),
        ("Zażółć gęślą jaźń, proszę państwa. Książka leży na stole. ", "cp1250"),
        ("Kök hücre tedavisi şimdi yaygın olarak kullanılıyor. ", "cp1254"),
        ("日本語のテキストです。今日は良い天気です。", "cp932"),
        ("干细胞治疗是一种新方法。", "gb18030"),
    ],
)
def test_other_encodings_are_detected_and_named(text: str, encoding: str) -> None:
    assert decode((text * 5).encode(encoding)) == (text * 5, f"read as {encoding}")


@pytest.mark.fault(7)
@pytest.mark.fault(8)
@pytest.mark.parametrize(
    "data",
    [
        b"text with a \0 in it",
        b"\xef\xbb\xbftext with a \0 in it",
        "text with a \0 in it".encode("utf-16"),
        b"\x7fELF\x02\x01\x01" + bytes(50),
        b"PK\x03\x04" + bytes(range(256)) * 20,
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"GIF89a\x01\x02\x03\x04\x05\x06\x07",
    ],
)
def test_binary_content_is_refused_whatever_its_name(data: bytes) -> None:
    with pytest.raises(DocumentError, match="binary"):
        read(data)


@pytest.mark.fault(13)
@pytest.mark.fault(17)
@pytest.mark.fault(18)
@pytest.mark.parametrize("text", ["\x1b[31mred\x1b[0m", "<|endoftext|> here", "{braces} {0} %s"])
def test_escapes_and_templates_are_ordinary_text(text: str) -> None:
    assert read(text.encode()) == text


@pytest.mark.fault(15)
def test_line_ends_are_left_as_they_are() -> None:
    text = "one\r\ntwo\rthree\u2028four"
    assert read(text.encode()) == text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("photo.xyz", "the format .xyz is not read; save it as PDF, Word, HTML or text"),
        ("notes", "the format without a suffix is not read"),
        ("odd.t\udcff", r"the format .t\xff is not read"),
    ],
)
def test_an_unread_format_is_named_with_what_to_do(name: str, expected: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read(b"text", name)
    assert expected in str(caught.value)
    str(caught.value).encode("utf-8")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Stem Cells\n\nThey divide.", "Stem Cells"),
        ("\n• Advances in therapy: a review\n  • An Author\n", "Advances in therapy: a review"),
        ("Stem cells divide.\nThey grow.", "notes"),
        ("Stem cells, a paragraph that is wrapped over\ntwo lines.", "notes"),
        ("x" * 151, "notes"),
        ("-----\nText", "notes"),
    ],
)
def test_a_first_line_is_the_title_when_it_reads_like_one(text: str, title: str) -> None:
    assert load(Path("notes.txt"), text.encode()).title == title


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Preface.\n\n# Use it ##\n", "Use it"),
        ("Preface.\n\n## Use it ##\n", "notes"),
        ("# A" + " " * 5000 + "B #\n", "A"),
        ("#hashtag\n\nText.", "hashtag"),
        ("Just text.", "notes"),
    ],
)
def test_a_markdown_title_is_its_main_heading(text: str, title: str) -> None:
    assert load(Path("notes.md"), text.encode()).title == title


@pytest.mark.fault(61)
def test_a_title_from_a_file_name_is_always_text() -> None:
    assert load(Path("caf\udce9.txt"), b"Text here.").title == r"caf\xe9"


def test_a_source_is_the_same_after_its_way_through_a_child() -> None:
    layout = Layout((Run(0, 5, 1, 0),))
    source = Source("Herons nest.", "Birds", layout=layout, asides=(Aside(0, 6, "note"),))
    assert unpack(json.loads(json.dumps(pack(source)))) == source
