"""Tables and labels: values stay under their column and beside their label."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from craft import lines, pdf, words

from ingest.readers.pdf import read

EDGES = (50, 200, 300, 400)
Table = Sequence[Sequence[str]]


def text_of(*page: str) -> str:
    return read(pdf(page), lambda *_: None).text


def draw(rows: Table, top: float = 700, step: float = 16) -> list[str]:
    """The drawing operators of each row's cells; a cell without words is not drawn."""
    return [
        words(cell, x, top - step * n)
        for n, row in enumerate(rows)
        for x, cell in zip(EDGES, row, strict=False)
        if cell
    ]


def by_columns(rows: Table) -> list[str]:
    """The same column by column, as some programs draw a table."""
    return [
        words(row[column], x, 700 - 16 * n)
        for column, x in enumerate(EDGES)
        for n, row in enumerate(rows)
        if row[column]
    ]


RENTALS = [
    ("Article", "April", "May", "June"),
    ("Canoes", "14", "22", "31"),
    ("Tents", "", "12", "9"),
    ("Bicycles", "", "", "27"),
    ("Paddle boards", "3", "", "18"),
]
WRITTEN = (
    "| Article | April | May | June |\n| Canoes | 14 | 22 | 31 |\n| Tents | | 12 | 9 |\n"
    "| Bicycles | | | 27 |\n| Paddle boards | 3 | | 18 |\n"
)


def test_empty_cells_are_kept() -> None:
    assert text_of(*draw(RENTALS)) == WRITTEN


def test_a_table_that_is_drawn_column_by_column_has_rows() -> None:
    assert text_of(*by_columns(RENTALS)) == WRITTEN


def test_a_sign_of_a_currency_is_in_the_cell_of_its_number() -> None:
    rows = [("Sales", "$", "1,250", "7"), ("Costs", "", "800", "5"), ("Rest", "$", "450", "2")]
    expected = "| Sales | $ 1,250 | 7 |\n| Costs | 800 | 5 |\n| Rest | $ 450 | 2 |\n"
    assert text_of(*draw(rows)) == expected


def test_a_row_of_a_cell_at_the_left_is_a_heading_of_rows_and_stays_so() -> None:
    rows = [("Bird", "Nests", "Eggs"), ("Herons",), ("grey", "80", "4"), ("white", "12", "3")]
    expected = "| Bird | Nests | Eggs |\n| Herons |\n| grey | 80 | 4 |\n| white | 12 | 3 |\n"
    assert text_of(*draw(rows)) == expected


def test_cells_over_several_lines_are_one_row() -> None:
    drawn = [
        *draw([("Plant", "Sold as", "Price", "Stock")]),
        *draw([("Oak", "young tree in", "12", "3"), ("", "a clay pot")], 670, 11),
        *draw([("Rose", "cutting", "4", "30")], 630),
        *draw([("Lilac", "bush with its", "9", "8"), ("", "roots bare")], 600, 11),
    ]
    assert text_of(*drawn) == (
        "| Plant | Sold as | Price | Stock |\n| Oak | young tree in a clay pot | 12 | 3 |\n"
        "| Rose | cutting | 4 | 30 |\n| Lilac | bush with its roots bare | 9 | 8 |\n"
    )


def test_bold_rows_of_a_table_and_names_of_columns_are_no_headings() -> None:
    rows = [("Bird", "Nests"), ("heron", "80"), ("stork", "12")]
    body = lines(["Nests were counted in May by many people."] * 6, 50, 400)
    bold = [words("Sum", 50, 640, bold=True), words("92", 200, 640, bold=True)]
    text = text_of(*draw(rows), *bold, *body)
    assert "| Sum | 92 |" in text
    assert "#" not in text


@pytest.mark.parametrize("labels_first", [True, False])
def test_labels_and_values_that_are_drawn_apart_are_pairs(labels_first: bool) -> None:
    labels = [words(t, 60, 700 - 20 * n) for n, t in enumerate(("Date:", "Due date:", "Total:"))]
    values = [
        words(t, 300, 700 - 20 * n) for n, t in enumerate(("3 May 2024", "02/06/2024", "$1,386.72"))
    ]
    drawn = [*labels, *values] if labels_first else [*values, *labels]
    assert text_of(*drawn) == "Date: 3 May 2024\n\nDue date: 02/06/2024\n\nTotal: $1,386.72\n"


def test_a_large_number_stands_before_the_words_that_explain_it() -> None:
    drawn = [
        words("2.5", 60, 640, 34, bold=True),
        words("61%", 330, 640, 34, bold=True),
        *lines(["kilograms of carbon for", "each passenger"], 60, 600),
        *lines(["of the crossings were", "made by night"], 330, 600),
        *lines(["Our boats connect the islands all the year round."] * 3, 50, 500),
    ]
    text = text_of(*drawn)
    assert "2.5 kilograms of carbon for each passenger\n" in text
    assert "61% of the crossings were made by night\n" in text


def test_two_columns_of_prose_at_the_same_height_stay_apart() -> None:
    left = lines([f"This is line {n} of the left column of text," for n in range(8)], 50, 700)
    right = lines([f"and here is line {n} of the right column." for n in range(7)], 330, 700)
    tail = words("2019.", 330, 700 - 12 * 7)
    text = text_of(*left, *right, tail).replace("\n", " ")
    assert text.index("line 7 of the left") < text.index("line 0 of the right")
    assert "line 6 of the right column. 2019." in text
    assert "|" not in text
