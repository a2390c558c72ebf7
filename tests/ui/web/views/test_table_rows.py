"""Table rows in an answer are shown as a table."""

from __future__ import annotations

from hypothesis import given, strategies as st
from page_html import Elements, answer, citation, sentence

from rag import Sentence
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
    rows = page.split("<tr>")[1:]
    assert [Elements(part).tags.count("td") for part in rows] == [3, 3, 3]
    assert ["[1]" in part for part in rows] == [False, True, False]
    assert "<td>Plum</td><td>1</td><td>" in rows[2]
    assert "[2]" in rows[2]
    assert page.index("</table>") < page.index("Go early.")


def test_columns_named_without_the_first_stand_above_the_others() -> None:
    page = answer_html(answer(row(1, "| Price | Sold |"), row(2, "| Plum | 1 | 7 |")))
    assert "<tr><td></td><td>Price</td><td>Sold</td>" in page


def test_a_row_of_other_cells_than_those_beside_it_is_a_line() -> None:
    page = answer_html(answer(row(1, "| Of | it |"), row(2, "| a | b | c | d |"), row(3, "| x |")))
    assert '<td colspan="4">Of | it</td>' in page
    assert '<td colspan="4">x</td>' in page


@given(st.text(alphabet="| ab<\n", max_size=30))
def test_any_bars_are_shown_whole(text: str) -> None:
    page = Elements(answer_html(answer(row(1, f"|{text}|"))))
    assert "[1]" in page.text
    letters = [char for char in text if char in "ab<"]
    assert [char for char in page.text.split("Open source")[0] if char in "ab<"] == letters
