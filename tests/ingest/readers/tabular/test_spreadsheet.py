"""Workbooks of Excel → records, as a person sees the cells."""

from __future__ import annotations

import datetime as dt
import io
import random
import zipfile
from pathlib import Path
from typing import Any

import pytest
from craft import archive, excel

from ingest import ingest
from ingest.readers import Source, formats
from ingest.reading.load import load
from ingest.reading.workers import Workers
from rag import Rag
from rag.errors import DocumentError

XLS = (Path(__file__).parent / "fleet.xls").read_bytes()
"""Saved as Excel 97 does, with a merged title and a hidden sheet."""
PRICES = [["Fruit", "Euros"], ["Pear", 2], ["Plum", 3]]


def read(data: bytes) -> Source:
    return formats()["spreadsheet"].readers[0](data, lambda *_: None)


@pytest.mark.parametrize(
    ("rows", "codes", "line"),
    [
        ([["Item", "Share"], ["Tea", 0.15]], {1: "0%"}, "Item: Tea; Share: 15%"),
        ([["Item", "Price"], ["Tea", 1234.5]], {1: "#,##0.00 [$€-407]"}, "Price: 1,234.50 €"),
        ([["Item", "Code"], ["Tea", 42]], {1: "00000"}, "Item: Tea; Code: 00042"),
        ([["Item", "Sum"], ["Tea", 0.1 + 0.2]], {}, "Item: Tea; Sum: 0.3"),
        ([["Item", "Paid"], ["Tea", True]], {}, "Item: Tea; Paid: TRUE"),
        ([["Item", "Day"], ["Tea", dt.date(2024, 3, 14)]], {}, "Item: Tea; Day: 2024-03-14"),
        (
            [["Item", "At"], ["Tea", dt.datetime.fromisoformat("2024-03-14 10:05")]],
            {},
            "Item: Tea; At: 2024-03-14 10:05",
        ),
        ([["Item", "Note"], ["Tea", "two\nlines "]], {}, "Item: Tea; Note: two lines"),
        ([["Item", "Sum"], ["Tea", "=1+2"]], {}, "Item: Tea; Sum: 0"),
        ([["Item"], [], ["名前", "年齢"], ["佐藤", 30]], {}, "名前: 佐藤; 年齢: 30"),
    ],
)
def test_cells_are_read_as_they_are_shown(
    rows: list[list[Any]], codes: dict[int, str], line: str
) -> None:
    assert line in read(excel({"Items": rows}, codes)).text


def test_every_sheet_is_a_section_and_a_hidden_one_is_marked() -> None:
    data = excel({"Prices": PRICES, "Empty": [], "Old": [["Fig"]]}, hidden=["Old"])
    source = read(data)
    assert source.text == (
        "# Prices\n\nFruit; Euros\n\nFruit: Pear; Euros: 2\n\nFruit: Plum; Euros: 3\n\n"
        "# Old (hidden sheet)\n\nFig\n\n"
    )
    assert source.layout is not None
    assert source.layout.sheets == ("Prices", "Old")


def test_a_merged_cell_belongs_to_each_of_its_rows_and_columns() -> None:
    rows = [
        ["Prices of May"],
        ["Town", "2023", "", "2024"],
        ["", "May", "June", "May", "June"],
        ["Ostby", 1, 2, 3, 4],
        ["Fell", 5, 6, 7, 8],
        ["", 9, 10, 11, 12],
    ]
    text = read(excel({"S": rows}, merged=["A1:E1", "B2:C2", "D2:E2", "A2:A3", "A5:A6"])).text
    assert "Prices of May\n\n" in text
    assert "Town: Ostby; 2023 May: 1; 2023 June: 2; 2024 May: 3; 2024 June: 4\n\n" in text
    assert "Town: Fell; 2023 May: 9; 2023 June: 10; 2024 May: 11; 2024 June: 12\n\n" in text


def test_an_old_workbook_is_read() -> None:
    assert read(XLS).text == (
        "# Fleet\n\nFleet 2024\n\nShip; Built; Share; Day\n\n"
        "Ship: Alma; Built: 1998; Share: 0.15; Day: 2024-03-01\n\n"
        "Ship: Brisk; Built: 2011; Share: 0.5; Day: 2024-04-02\n\n"
        "# Old (hidden sheet)\n\nCorso\n\n"
    )


def test_a_citation_names_sheet_and_row(tmp_path: Path) -> None:
    (tmp_path / "harbour.xlsx").write_bytes(
        excel(
            {
                "Staff": [["Name", "Task"], ["Ida Holt", "cook"]],
                "Ships": [
                    ["Ships of the harbour"],
                    [],
                    ["Ship", "Berths", "Captain"],
                    ["Alma", 340, "Orla Finch"],
                    ["Brisk", 610, "Jon Vale"],
                ],
            }
        )
    )
    ingest(tmp_path)
    with Rag() as bot:
        answer = bot.ask("Who is the captain of the Brisk?")
        assert "Captain: Jon Vale" in answer.text
        assert "sheet Ships, row 5" in [cited.place for cited in answer.citations]
        assert {cited.page for cited in answer.citations} == {None}


def test_a_workbook_with_a_password_is_refused_with_a_sentence() -> None:
    locked = XLS[:512] + "EncryptedPackage".encode("utf-16-le") + XLS[512:]
    with pytest.raises(DocumentError, match="encrypted: save it without a password"):
        load("book.xlsx", locked)


def test_a_bomb_in_a_workbook_is_refused_before_it_is_unpacked() -> None:
    with zipfile.ZipFile(io.BytesIO(excel({"S": PRICES}))) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    for name in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"):
        bomb = parts[name] + b" " * (40 << 20)
        with pytest.raises(DocumentError, match=f"{name} unpacks from"):
            load("bomb.xlsx", archive(parts | {name: bomb}))


def test_values_that_are_far_apart_are_refused() -> None:
    rows: dict[str, list[list[Any]]] = {"S": [["a"]]}
    with zipfile.ZipFile(io.BytesIO(excel(rows))) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    name = "xl/worksheets/sheet1.xml"
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    parts[name] = parts[name].replace(b"</sheetData>", far)
    with pytest.raises(DocumentError, match="too far apart"):
        load("far.xlsx", archive(parts))


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls"])
def test_damaged_workbooks_are_read_or_refused(name: str) -> None:
    whole = XLS if name == "a.xls" else excel({"S": PRICES, "T": PRICES}, {1: "0%"})
    rng = random.Random(5)
    refused = 0
    with Workers(1) as workers:
        for number in range(40):
            data = bytearray(whole)
            if number % 2:
                del data[rng.randrange(len(data)) :]
            for _ in range(number % 8):
                if data:
                    data[rng.randrange(len(data))] = rng.randrange(256)
            try:
                load(name, bytes(data), workers)
            except DocumentError:
                refused += 1
    assert refused


def test_a_web_page_named_xls_is_refused_with_what_to_do() -> None:
    with pytest.raises(DocumentError, match="not a spreadsheet"):
        load("export.xls", b"<html><table><tr><td>1</td></tr></table></html>")


def test_rows_right_below_the_name_of_their_sheet_have_their_number() -> None:
    source = read(excel({"Tools": [["Tool", "Price"], ["Hammer", 12], ["Saw", 18]]}))
    assert source.layout is not None
    for row, word in ((1, "Tool; Price"), (2, "Hammer"), (3, "Saw")):
        place = source.text.index(word)
        run = source.layout.run(place)
        assert run is not None
        named = source.layout.name_row(run, source.text[run.start : place])
        assert named == f"sheet Tools, row {row}"
