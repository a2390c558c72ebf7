"""Table rows in an answer are shown as a table."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st
from page_html import Elements, answer, citation, sentence

from rag import Sentence
from rag.types import DirectAnswer
from ui.web.views.answer import answer_html


def row(number: int, quote: str) -> Sentence:
    cited = citation(number, quote=quote, source="/docs/prices.pdf")
    return sentence(" ".join(quote.split()), cited=cited)


def test_rows_of_a_table_are_shown_below_each_other_with_their_marks() -> None:
    page = answer_html(
        answer(
            row(1, "| Fruit | Price |\n| | (€) |"),
            row(2, "| Plum | 1 |"),
            sentence("Go early.", cited=citation(3)),
        )
    )
    rows = page.partition("</table>")[0].split("<tr>")[1:]
    assert [Elements(part).tags.count("th") for part in rows] == [2, 2, 0]
    assert [Elements(part).tags.count("td") for part in rows] == [1, 1, 3]
    assert [part.count("cs-mark") for part in rows] == [0, 1, 1]
    assert '<td>Plum</td><td class="cs-right">1</td><td>' in rows[2]
    assert page.index("</table>") < page.index("Go early.")


def test_columns_named_without_the_first_stand_above_the_others() -> None:
    page = answer_html(answer(row(1, "| Price | Sold |"), row(2, "| Plum | 1 | 7 |")))
    assert '<th scope="col"></th><th scope="col" class="cs-right">Price</th>' in page


def test_a_row_of_other_cells_than_those_beside_it_is_a_line() -> None:
    page = answer_html(answer(row(1, "| Of | it |"), row(2, "| a | b | c | d |"), row(3, "| x |")))
    assert '<td colspan="4">Of | it</td>' in page
    assert '<td colspan="4">x</td>' in page


def record(number: int, quote: str) -> Sentence:
    cited = replace(citation(number, quote=quote, source="/docs/ships.csv"), place="row 2")
    return sentence(quote, cited=cited)


def test_records_of_a_spreadsheet_are_rows_below_their_names() -> None:
    heron, gull = "Ship: Heron; Port: Ulm; Berths: 40", "Ship: Gull; Port: Kiel; Berths: 112"
    given = answer(record(1, heron), record(2, gull))
    start = 5 + gull.index("112")
    direct = DirectAnswer("112", 2, "d1", start, start + 3, 0.9)
    page = answer_html(replace(given, direct=direct))
    names, *rows = page.split("<tr>")[1:]
    assert Elements(names).tags.count("th") == 3
    assert "<td>Heron</td>" in rows[0]
    assert 'class="cs-right">40</td>' in rows[0]
    assert 'class="cs-right cs-hit">112</td>' in rows[1]
    assert [part.count("cs-mark") for part in rows] == [1, 1]


@pytest.mark.parametrize("quote", ["It is late; go home.", "Note: it rains", "a: b; c"])
def test_prose_is_no_record(quote: str) -> None:
    assert "<table" not in answer_html(answer(record(1, quote)))


@given(st.text(alphabet="| ab<\n", max_size=30))
def test_any_bars_are_shown_whole(text: str) -> None:
    page = Elements(answer_html(answer(row(1, f"|{text}|"))))
    assert "Open source 1" in page.text
    letters = [char for char in text if char in "ab<"]
    assert [char for char in page.text.split("Open source")[0] if char in "ab<"] == letters
