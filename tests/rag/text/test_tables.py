"""Tables in a text: which rows name columns, which head others, which line is the caption."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from rag.text.tables import (
    Table,
    find_cells,
    find_tables,
    is_caption,
    is_in_bars,
    is_row,
    join_column_names,
    split_row,
)

PRICES = "| Fruit | Price |\n| Apple | 2.10 |\n| Pear | 3.40 |\n"


def only(text: str, heading: str = "") -> Table:
    (table,) = find_tables(text, heading)
    return table


def said(text: str, span: tuple[int, int] | None) -> str | None:
    return span and text[slice(*span)]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        (PRICES, "| Fruit | Price |"),
        ("| Fruit | 2024 |\n|:---|---:|\n| Apple | ripe |\n", "| Fruit | 2024 |"),
        ("| 7B | 13B |\n| --- | --- |\n| x | y |", "| 7B | 13B |"),
        ("| Year | 2019 | 2020 |\n| Sold | 12 | 14 |", "| Year | 2019 | 2020 |"),
        ("| 7B | 65B |\n| All | 66.0 | 77.5 |", "| 7B | 65B |"),
        ("| City | Mayor |\n| Rome | Anna |\n| Oslo | Bo |", "| City | Mayor |"),
        ("| Cost | Of |\n| (€) | what |\n| 2.10 | a pear |", "| Cost | Of |\n| (€) | what |"),
        ("| Apple | 2.10 |\n| Pear | 3.40 |", None),
        ("| a | 30k |\n| b | 12% |", None),
        (f"| {'long text ' * 12}| b |\n| c | d |", None),
        ("| alone | here |", None),
        ("| WARNING: hot!   |\n| Wear gloves.   |\n", None),
    ],
)  # fmt: skip
def test_the_first_rows_name_the_columns_unless_they_hold_numbers(
    text: str, columns: str | None
) -> None:
    assert said(text, only(text).columns) == columns


def test_a_rule_of_any_length_is_read_at_once() -> None:
    rule = f"|{'-' * 1_000_000}"
    assert only(f"| 1 | 2 |\n{rule}|\n| a | b |").columns == (0, 9)
    assert only(f"| 1 | 2 |\n{rule}x|\n| a | b |").columns is None


def test_a_row_of_one_cell_heads_those_below_it() -> None:
    text = "| Fruit | Price |\n| Plum | 1.0 |\n| Imported |\n| Fig | 9.0 |\n| Kiwi | 4.0 |\n"
    rows = {text[row.start : row.end]: row for row in only(text).rows}
    assert said(text, rows["| Plum | 1.0 |"].section) is None
    assert said(text, rows["| Kiwi | 4.0 |"].section) == "| Imported |"
    assert said(text, rows["| Imported |"].section) == "| Imported |"


def test_a_table_of_one_column_has_no_sections() -> None:
    assert not any(row.section for row in only("| Names |\n| Anna |\n| Bo |\n| Cleo |\n").rows)


@pytest.mark.parametrize(
    ("text", "caption"),
    [
        (f"{PRICES}\nTable 2: Prices of fruit in Rome. Taken on the first day of spring months. "
         "Others follow.\n",
         "Table 2: Prices of fruit in Rome. Taken on the first day of spring months."),
        (f"**Table 1.** Prices.\n\n{PRICES}", "**Table 1.** Prices."),
        (f"Tab. IV – Prices\n{PRICES}", "Tab. IV – Prices"),
        (f"Table 3 Prices of fruit\n{PRICES}", "Table 3 Prices of fruit"),
        (f"Opening hours\n\n{PRICES}", "Opening hours"),
        (f"{PRICES}\nTable 2 shows that pears are dear.\n", None),
        (f"Figure 1: Pears\n\n{PRICES}".replace("Pears", "Pears."), None),
        (f"## Prices\n\n{PRICES}", None),
        (f"Pears are dear.\n\n{PRICES}", None),
    ],
)  # fmt: skip
def test_the_caption_stands_next_to_the_table(text: str, caption: str | None) -> None:
    assert said(text, only(text).caption) == caption


@pytest.mark.parametrize("above", [True, False])
def test_captions_stand_on_the_side_where_most_of_the_document_do(above: bool) -> None:
    captions = ["Table 1: One.", "Table 2: Two.", "Table 3: Three."]
    pairs = [(c, PRICES) if above else (PRICES, c) for c in captions]
    text = "\n\n".join(part.strip() for pair in pairs for part in pair)
    assert [said(text, table.caption) for table in find_tables(text)] == captions


def test_a_part_of_a_table_does_not_name_its_columns_again() -> None:
    text = "| Oslo | Bo |\n| Kyiv | Vera |\n"
    assert only(text).columns
    assert only(text, "Cities › City | Mayor").columns is None
    assert only(f"| City | Mayor |\n{text}", "Cities › City | Mayor").columns == (0, 16)
    assert only(f"Others:\n\n{text}", "Cities › City | Mayor").columns


def test_rows_with_text_between_are_tables_of_their_own() -> None:
    assert len(find_tables(f"{PRICES}\n{PRICES}Then.\n{PRICES}")) == 3


def test_windows_line_ends_are_no_gap() -> None:
    text = PRICES.replace("\n", "\r\n")
    assert [text[row.start : row.end] for row in only(text).rows][-1] == "| Pear | 3.40 |"


@pytest.mark.parametrize(
    ("row", "read"),
    [
        ("| a | b |", ["a", "b"]),
        ("|a|b|", ["a", "b"]),
        ("| a |  | c |", ["a", "", "c"]),
        ("| Corpus | |Train| | |Dev| |", ["Corpus", "|Train|", "|Dev|"]),
        ("| alone |", ["alone"]),
        (r"| a \| b | c |", [r"a \| b", "c"]),
        (r"|a \| b|c|", [r"a \| b", "c"]),
    ],
)
def test_cells_of_a_row(row: str, read: list[str]) -> None:
    assert split_row(row) == read
    assert [row[start:end] for start, end in find_cells(row)] == read


def test_names_of_columns_leave_out_what_says_nothing() -> None:
    assert join_column_names("| Fruit | | Price |\n| --- | --- | --- |") == "Fruit | Price"


def test_what_is_a_row_and_what_a_caption() -> None:
    assert is_row("| a | b |")
    assert not is_row("| a |")
    assert not is_row("a | b")
    assert is_in_bars("| a |")
    assert not is_in_bars("| a")
    assert is_caption("Figure 3: Growth.")
    assert is_caption("Fig. S2 – Growth")
    assert not is_caption("Figure 3 shows growth.")


_PIECES = st.sampled_from(
    ["| a | 1 |\n", "| B |\n", "|--|\n", "\n", "Table 1: X.\n", "|", " ", "z\r\n"]
)


@given(st.lists(_PIECES | st.text(max_size=5)).map("".join), st.sampled_from(["", "A › b | c"]))
def test_any_text_has_its_rows_once_and_in_order(text: str, heading: str) -> None:
    ends = [0]
    for table in find_tables(text, heading):
        spans = [table.columns] if table.columns else []
        for start, end in [*spans, *((row.start, row.end) for row in table.rows)]:
            assert ends[-1] <= start < end <= len(text)
            assert is_in_bars(text[start:end]) or text[start:end] == "||"
            ends.append(end)
        assert table.caption is None or text[slice(*table.caption)]
        assert table.rows or table.columns
