"""OpenDocument spreadsheets → records, as a person sees the cells."""

from __future__ import annotations

import random

import pytest
from craft import open_document

from ingest.readers import formats
from ingest.reading.load import load
from rag.errors import DocumentError


def read(body: str) -> str:
    data = open_document(body)
    return formats()["opendocument"].readers[0](data, lambda *_: None).text


def table(*rows: str, name: str = "Sheet", style: str = "") -> str:
    inner = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    own = f'table:style-name="{style}" ' * bool(style)
    return f'<table:table {own}table:name="{name}">{inner}</table:table>'


def cell(text: str, **attributes: str) -> str:
    own = "".join(
        f' {"table" if name.startswith("number") else "office"}:{name.replace("_", "-")}="{value}"'
        for name, value in attributes.items()
    )
    return f"<table:table-cell{own}><text:p>{text}</text:p></table:table-cell>"


NAMES = cell("Ship") + cell("Share") + cell("Day")


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (cell("Alma") + cell("15%", value_type="percentage"), "Ship: Alma; Share: 15%"),
        (cell("Alma") + cell("€1.234,50", value_type="currency"), "Ship: Alma; Share: €1.234,50"),
        (
            cell("Alma") + cell("1") + cell("14/3", value_type="date", date_value="2024-03-14"),
            "Ship: Alma; Share: 1; Day: 2024-03-14",
        ),
        (
            cell("Alma")
            + cell("1")
            + cell("x", value_type="date", date_value="2024-03-14T10:05:00"),
            "Ship: Alma; Share: 1; Day: 2024-03-14 10:05",
        ),
        (cell("Al<text:s/>ma") + cell("1"), "Ship: Al ma; Share: 1"),
        (cell("Al</text:p><text:p>ma") + cell("1"), "Ship: Al ma; Share: 1"),
        (cell("5", number_columns_repeated="3"), "Ship: 5; Share: 5; Day: 5"),
        ('<table:table-cell table:number-columns-repeated="2"/>' + cell("7"), "Day: 7"),
        (
            cell("Alma<office:annotation><text:p>a note</text:p></office:annotation>") + cell("1"),
            "Ship: Alma; Share: 1",
        ),
        ("<table:covered-table-cell/>" + cell("1"), "Share: 1"),
    ],
)
def test_cells_are_read_as_they_are_shown(row: str, line: str) -> None:
    assert read(table(NAMES, row)) == f"# Sheet\n\nShip; Share; Day\n\n{line}\n\n"


def test_a_merged_cell_belongs_to_each_of_its_rows() -> None:
    first = cell("Alma", number_rows_spanned="2") + cell("1") + cell("2")
    second = "<table:covered-table-cell/>" + cell("3") + cell("4")
    assert "Ship: Alma; Share: 3; Day: 4" in read(table(NAMES, first, second))


def test_a_hidden_sheet_is_marked() -> None:
    assert read(table(cell("x"), style="gone")) == "# Sheet (hidden sheet)\n\nx\n\n"


def test_a_million_empty_rows_are_nothing() -> None:
    empty = '<table:table-cell table:number-columns-repeated="16384"/>'
    body = table(NAMES, cell("Alma") + cell("1"), cell("x")).replace(
        "<table:table-row>" + cell("x"),
        f'<table:table-row table:number-rows-repeated="1048000">{empty}</table:table-row>'
        "<table:table-row>" + cell("x"),
    )
    assert read(body).endswith("Ship: Alma; Share: 1\n\nx\n\n")


def test_a_row_that_is_repeated_without_end_is_refused() -> None:
    row = f'<table:table-row table:number-rows-repeated="99999999">{cell("x")}</table:table-row>'
    with pytest.raises(DocumentError, match="repeats more cells"):
        read(f'<table:table table:name="S">{row}</table:table>')


def test_one_with_a_password_is_refused_with_a_sentence() -> None:
    manifest = '<m:manifest xmlns:m="urn:m"><m:encryption-data/></m:manifest>'
    data = open_document("", {"META-INF/manifest.xml": manifest})
    with pytest.raises(DocumentError, match="encrypted: save it without a password"):
        load("locked.ods", data)


def test_damaged_ones_are_read_or_refused() -> None:
    whole = open_document(table(NAMES, cell("Alma") + cell("1")))
    rng = random.Random(5)
    refused = 0
    for number in range(60):
        data = bytearray(whole)
        if number % 2:
            del data[rng.randrange(len(data)) :]
        elif number:
            data[rng.randrange(len(data))] = rng.randrange(256)
        try:
            formats()["opendocument"].readers[0](bytes(data), lambda *_: None)
        except DocumentError:
            refused += 1
    assert refused
