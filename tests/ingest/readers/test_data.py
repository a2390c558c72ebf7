"""Tables and JSON: each record says by itself what its values are."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from ingest import ingest
from ingest.readers import Source, formats
from rag import Rag
from rag.errors import DocumentError


def read(kind: str, data: str | bytes) -> Source:
    raw = data.encode() if isinstance(data, str) else data
    return formats()[kind].readers[0](raw, lambda *_: None)


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_rows_name_their_columns_whatever_separates_them(sign: str) -> None:
    rows = [["Name", "Born"], ["Ada Lovelace", "1815"], ["Alan Turing", "1912"]]
    source = read("csv", "\r\n".join(sign.join(row) for row in rows))
    assert source.text == (
        "Name; Born\n\nName: Ada Lovelace; Born: 1815\n\nName: Alan Turing; Born: 1912\n\n"
    )


@pytest.mark.fault(55)
def test_ragged_and_quoted_rows_are_read() -> None:
    table = 'name,note\nann,"two, and\nthree"\nbob\ncleo,a,b,c\n\n,only a note\n'
    assert read("csv", table).text == (
        "name; note\n\nname: ann; note: two, and three\n\nname: bob\n\n"
        "name: cleo; note: a; b; c\n\n"
        "note: only a note\n\n"
    )


def test_a_table_without_names_keeps_its_first_row() -> None:
    assert read("csv", "1,2\n3,4\n").text == "1; 2\n\n3; 4\n\n"
    assert read("csv", "only,names\n").text == "only; names\n\n"


@pytest.mark.fault(53)
def test_a_formula_in_a_table_is_text() -> None:
    text = read("csv", "name,value\nx,=cmd|'/C calc'!A0\n").text
    assert text == "name; value\n\nname: x; value: =cmd|'/C calc'!A0\n\n"


@pytest.mark.fault(53)
def test_a_spreadsheet_of_formulas_is_ingested_as_it_is(tmp_path: Path) -> None:
    rows = [
        ["name", "value"],
        ["shell", "=cmd|'/C calc'!A0"],
        ["link", '=HYPERLINK("http://example.org/?"&A1, "click")'],
        ["sum", "@SUM(1+1)*cmd|' /C calc'!A0"],
        ["plus", "+1+1"],
        ["tab", "\t=1+1"],
    ]
    file = tmp_path / "formulas.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as opened:
        csv.writer(opened, dialect="excel").writerows(rows)
    before = file.read_bytes()
    assert len(ingest(file).added) == 1
    with Rag() as bot:
        text = bot.source_text(bot.documents()[0].document_id)
    lines = [f"name: {name}; value: {value.strip()}" for name, value in rows[1:]]
    assert text == "\n\n".join(["name; value", *lines, ""])
    assert file.read_bytes() == before


@given(st.lists(st.lists(st.text(alphabet="ab1,;\"' \n|\t"), max_size=4), max_size=6))
def test_any_table_keeps_its_words_or_is_refused(rows: list[list[str]]) -> None:
    table = "\n".join(",".join(row) for row in rows)
    try:
        text = read("csv", table).text
    except DocumentError:
        return
    assert not Counter(filter(str.isalnum, table)) - Counter(filter(str.isalnum, text))


def test_a_json_document_is_its_values_with_their_paths() -> None:
    source = read(
        "json",
        '{"title": "Cells", "year": 1990.50, "ok": true, "none": null, "tags": ["a", "b"],'
        ' "by": [{"name": "Ann"}, {"name": "Bob"}], "text": "' + "Long text. " * 9 + '"}',
    )
    assert source.title == "Cells"
    assert source.text == (
        "title: Cells; year: 1990.50; ok: true; tags: a, b; by.1.name: Ann; by.2.name: Bob\n\n"
        f"text: {'Long text. ' * 9}".strip()
        + "\n\n"
    )


def test_records_of_json_lines_are_paragraphs_and_bad_lines_are_named() -> None:
    source = read("json", '{"a": 1}\n\n{"a": \n{"a": 2, "a": 3}\n')
    assert source.text == "a: 1\n\na: 2; a: 3\n\n"
    assert source.warning == "not JSON, left out: line 3"


@pytest.mark.fault(54)
@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_json_nested_without_end_is_refused(opening: str) -> None:
    with pytest.raises(DocumentError, match="nested too deep"):
        read("json", opening * 100_000)


@pytest.mark.parametrize("data", ["no json", "{]", b"\xff\xfe\x00"])
def test_what_is_no_json_is_refused(data: str | bytes) -> None:
    with pytest.raises(DocumentError):
        read("json", data)


def test_numbers_stay_as_written() -> None:
    digits = "9" * 5000
    assert read("json", f"[{digits}, 1e5, NaN]").text == f"{digits}\n\n1e5\n\nNaN\n\n"
