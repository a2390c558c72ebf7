"""Cells that a question asks for by the names of their row and column."""

import pytest

from rag.records.lookup import NamedRows, choose

REPORT = """# Hollin Ferries plc

Sailings were up in spring. The new pier opened in May and was paid for out of income.

### Results

Year ended 31 March, in thousands

| | 2021 | 2022 |
| --- | --- | --- |
| **Passengers** |
| Ticket sales | £ 410 | £ 530 |
| Operating income | 62 | 90 |
| Freight |
| Ticket sales | 120 | 118 |
| Operating income | (4) | 11 |
| Consolidated |
| Operating income | £ 58 | £ 101 |
| Interest paid (see Note 4) | 7 | 9 |

### Balance sheet

31 March, 2021 2022

| Ships and piers | £ 1,900 | £ 2,050 |
| | Total assets | £ 2,310 | £ 2,480 |

| | First half | | Second half | |
| | Crossings | Delays | Crossings | Delays |
| Hollin to Marle | 310 | 12 | 295 | 31 |
| Marle to Skerry | 88 | 2 | 61 | 9 |
"""

ASKED = [
    ("What was the operating income of freight in 2022?", "11"),
    ("What did freight earn in operating income in 2022?", ""),  # no word of the report: earn
    ("What was Hollin's operating income in fiscal 2021?", "58"),
    ("What were the ticket sales of passengers in 2021?", "410"),
    ("What were the ticket sales in 2021?", ""),  # two rows, two values
    ("How much interest was paid in 2022?", "9"),
    ("What were the total assets as of 31 March 2022?", "2480"),
    ("What were the total assets as of 31 March 2023?", ""),
    ("What were the total assets?", ""),  # of which year?
    ("What were the total assets of Marle Shipping in 2022?", ""),  # another firm
    ("How many delays were there from Marle to Skerry in the second half?", "9"),
    ("How many crossings were there from Hollin to Marle in the first half?", "310"),
    ("What was the increase in operating income of freight in 2022?", ""),
    ("What is the new pier?", ""),
    ("In which year was the operating income of freight higher?", "2022"),
    ("In which year were the ticket sales of freight the highest?", "2021"),
    ("What year had the lowest total assets?", "2021"),
    ("In which year was the operating income second highest?", ""),
    ("In which year were the delays the highest?", ""),  # no years
]


@pytest.mark.parametrize(("question", "value"), ASKED)
def test_a_cell_is_found_by_the_names_of_its_row_and_column(question: str, value: str) -> None:
    found = choose(NamedRows(REPORT).look_up(question, "Hollin Ferries report_2022"))
    assert (found.value if found else "") == value


def test_a_value_that_two_tables_agree_on_is_no_doubt() -> None:
    table = "| | 2021 | 2022 |\n| Total assets | {} | 2 |\n\n"
    question = "What were the total assets in 2021?"
    for other, value in (("5", "5"), ("6", None)):
        rows = NamedRows(table.format("5") + "Text.\n\n" + table.format(other))
        found = choose(rows.look_up(question, ""))
        assert (found and found.value) == value


def test_the_places_of_row_columns_and_section_are_those_in_the_text() -> None:
    found = choose(NamedRows(REPORT).look_up("operating income of freight in 2021", "Hollin"))
    assert found
    table = found.row.as_table("id")
    assert table.header
    assert table.section
    assert REPORT[slice(*table.header)] == "| | 2021 | 2022 |"
    assert REPORT[slice(*table.section)] == "| Freight |"
    assert REPORT[slice(*table.rows[0])] == "| Operating income | (4) | 11 |"
    assert REPORT[slice(*found.span)] == "(4)"
    above = choose(NamedRows(REPORT).look_up("total assets in 2022", "Hollin"))
    assert above
    assert REPORT[slice(*above.row.header or (0, 0))] == "31 March, 2021 2022"
