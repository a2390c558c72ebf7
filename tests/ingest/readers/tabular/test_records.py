"""Rows of a table → records, with their titles, notes and the places of their rows."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, strategies as st

from ingest.readers.tabular.cells import kind_of
from ingest.readers.tabular.records import Row, write_records
from ingest.readers.tabular.writer import TableWriter


def write(table: str) -> TableWriter:
    """Write a table whose cells are separated by commas, without spaces around them."""
    writer = TableWriter()
    rows = [[cell.strip() for cell in line.split(",")] for line in table.strip("\n").splitlines()]
    write_records([Row(number, cells) for number, cells in enumerate(rows, 1)], writer)
    return writer


@pytest.mark.parametrize(
    ("table", "lines"),
    [
        pytest.param(
            "Cups\nClub,Town,Cups\nHeron,Ostby,1\nOsprey,Fell,13",
            ["Cups", "Club; Town; Cups", "Club: Heron; Town: Ostby; Cups: 1",
             "Club: Osprey; Town: Fell; Cups: 13"],
            id="a title above",
        ),
        pytest.param(
            "Holder,Orla\nPeriod,March\n\nDay,For,Sum\n1.3.2024,Rent,-840\n2.3.2024,Pay,900",
            ["Holder: Orla", "Period: March", "Day; For; Sum",
             "Day: 1.3.2024; For: Rent; Sum: -840", "Day: 2.3.2024; For: Pay; Sum: 900"],
            id="names and values above",
        ),
        pytest.param(
            "Holder:,Orla\nPlot:,7",
            ["Holder: Orla", "Plot: 7"],
            id="nothing but names and values",
        ),
        pytest.param(
            ",2022,2023\nTea,4,5\nCake,6,7",
            ["2022; 2023", "Tea; 2022: 4; 2023: 5", "Cake; 2022: 6; 2023: 7"],
            id="years name columns, one has no name",
        ),
        pytest.param(
            "Alma,1998,340\nBrisk,2011,610",
            ["Alma; 1998; 340", "Brisk; 2011; 610"],
            id="years that are data",
        ),
        pytest.param(
            "Town,2023,,2024,\n,May,June,May,June\nOstby,1,2,3,4\nFell,5,6,7,8",
            ["Town; 2023; 2024", "May; June; May; June",
             "Town: Ostby; 2023 May: 1; 2023 June: 2; 2024 May: 3; 2024 June: 4",
             "Town: Fell; 2023 May: 5; 2023 June: 6; 2024 May: 7; 2024 June: 8"],
            id="two rows of names",
        ),
        pytest.param(
            "Fruit,Euros\nPear,2\n\nPlum,3",
            ["Fruit; Euros", "Fruit: Pear; Euros: 2", "Fruit: Plum; Euros: 3"],
            id="an empty row inside a table",
        ),
        pytest.param(
            "Fruit,Euros\nPear,2\n\nTown,Rain\nOstby,14",
            ["Fruit; Euros", "Fruit: Pear; Euros: 2", "Town; Rain", "Town: Ostby; Rain: 14"],
            id="two tables, one below the other",
        ),
        pytest.param(
            "Fruit,Euros,,Town,Rain\nPear,2,,Ostby,14\nPlum,3,,,",
            ["Fruit; Euros", "Fruit: Pear; Euros: 2", "Fruit: Plum; Euros: 3", "Town; Rain",
             "Town: Ostby; Rain: 14"],
            id="two tables, side by side",
        ),
        pytest.param(
            "Fruit,Euros,,Town,Rain\nPear,2,,Ostby,14\nPlum,3,,Fell,9",
            ["Fruit; Euros; Town; Rain", "Fruit: Pear; Euros: 2; Town: Ostby; Rain: 14",
             "Fruit: Plum; Euros: 3; Town: Fell; Rain: 9"],
            id="an empty column inside a table",
        ),
        pytest.param(
            "Fruit,Kilos,Euros\nPear,1,2\nFruit,Kilos,Euros\nPlum,2,3\nPrices of May.",
            ["Fruit; Kilos; Euros", "Fruit: Pear; Kilos: 1; Euros: 2", "Fruit; Kilos; Euros",
             "Fruit: Plum; Kilos: 2; Euros: 3", "Prices of May."],
            id="names again on a new page, and a remark",
        ),
        pytest.param(
            "yes,no\nyes,3\nno,4", ["yes; no", "yes; 3", "no; 4"], id="the first row is data"
        ),
    ],
)  # fmt: skip
def test_rows_become_records(table: str, lines: list[str]) -> None:
    assert write(table).text == "\n\n".join([*lines, ""])


def test_a_long_record_is_several_lines_that_begin_with_its_name() -> None:
    names = ",".join(["No", "Ship", *(f"Quantity {n}" for n in range(60))])
    lines = write(f"{names}\n1,Alma{',7' * 60}\n2,Brisk{',8' * 60}").text.split("\n\n")
    records = [line for line in lines if line.startswith("No: 1")]
    assert len(records) > 1
    assert all(line.startswith("No: 1; Ship: Alma; Quantity") for line in records)
    assert max(map(len, records)) < 700
    assert sum(line.count("Quantity") for line in records) == 60


def test_the_row_of_every_line_is_known() -> None:
    table = "Fruit,Euros\n" + "".join(f"Pear {n},{n}\n" for n in range(2, 600)) + "\n\nLast,7\n"
    writer = write(table)
    for words, row in (("Fruit; Euros", 1), ("Pear 2;", 2), ("Pear 599", 599), ("Last", 602)):
        offset = writer.text.index(words)
        run = writer.layout.run(offset)
        assert run is not None
        assert writer.layout.name_row(run, writer.text[run.start : offset]) == f"row {row}"
    assert writer.layout.page(7) is None


CELLS = st.text(alphabet="ab1 .:-", max_size=4).map(str.strip)


@given(st.lists(st.lists(CELLS, max_size=5), max_size=8))
def test_any_rows_keep_their_words_and_places(rows: list[list[str]]) -> None:
    writer = TableWriter()
    write_records([Row(number, cells) for number, cells in enumerate(rows, 1)], writer)
    words = Counter("".join(cell for row in rows for cell in row if cell).replace(":", ""))
    assert not words - Counter(writer.text)
    assert sum(run.length for run in writer.layout.runs) == len(writer.text)


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("-62,50", "number"), ("€ 1.310,20", "number"), ("15 %", "number"), ("(1,200)", "number"),
        ("EUR 12.00", "number"), ("1e5", "number"), ("14.03.2024", "date"), ("10:05", "date"),
        ("2024-03-14T10:00:00Z", "date"), ("3 May 2024", "date"), ("Q1", "text"), ("5 kg", "text"),
        ("-", "text"), ("A1", "text"), ("", ""), ("9" * 50, "text"),
    ],
)  # fmt: skip
def test_what_a_cell_holds(cell: str, kind: str) -> None:
    assert kind_of(cell) == kind
