"""Raised and lowered digits, and letters in their order."""

import io

import pypdf
import pytest
from craft import lines, pdf, words

from ingest.readers.pdf import read
from ingest.readers.pdf_layout.marks import order_ligatures

LINE = "Herons nest in tall trees near the water."


def text_of(*page: str) -> str:
    return read(pdf(page), lambda *_: None).text


def raised(before: str, digits: str, after: str, by: float = 4) -> str:
    """A line with small digits that stand higher, drawn as one text."""
    return (
        f"BT /F0 10 Tf 1 0 0 1 50 700 Tm ({before}) Tj /F0 6 Tf {by} Ts ({digits}) Tj "
        f"/F0 10 Tf 0 Ts ({after}) Tj ET"
    )


@pytest.mark.parametrize(
    ("before", "digits", "after", "expected"),
    [
        ("The fee is $320", "4", " a year.", "The fee is $320⁴ a year."),
        ("In all 83,190,556", "2", " birds.", "In all 83,190,556² birds."),
        ("About 10", "6", " birds nest.", "About 10⁶ birds nest."),
        ("Half of them, 52%", "12", " in all.", "Half of them, 52%¹² in all."),
        ("They left in May.", "3", " Few stayed.", "They left in May.³ Few stayed."),
        ("As we know", "1,2", " they nest.", "As we know¹,² they nest."),
    ],
)
def test_raised_digits_are_no_digits_of_the_number_before_them(
    before: str, digits: str, after: str, expected: str
) -> None:
    assert text_of(raised(before, digits, after)) == f"{expected}\n"


def test_lowered_digits_are_told_from_numbers_but_not_from_words() -> None:
    assert text_of(raised("The base is log", "2", "10 here.", -2)) == "The base is log₂10 here.\n"
    assert text_of(raised("There is CO", "2", " in it.", -2)) == "There is CO2 in it.\n"


def test_digits_of_one_size_stay_digits() -> None:
    assert text_of(words("In 2019 they had 48,210 nests, 52.5% of all.", 50, 700)) == (
        "In 2019 they had 48,210 nests, 52.5% of all.\n"
    )


def test_only_letters_of_one_sign_change_places() -> None:
    places = {0: 0.0, 1: 1.0, 2: 2.0, 3: 2.0, 4: 4.0}
    text, swapped = order_ligatures("\u0627\u0644\u0623\u0644\u062d", lambda n: (places[n],) * 4)
    assert (text, swapped) == ("\u0627\u0644\u0644\u0623\u062d", [2])


def test_a_line_that_the_outline_names_is_a_heading_within_its_block() -> None:
    writer = pypdf.PdfWriter(
        clone_from=io.BytesIO(pdf(lines([LINE, "Where they winter", LINE], 50, 700)))
    )
    writer.add_outline_item(title="Where they winter", page_number=0)
    file = io.BytesIO()
    writer.write(file)
    expected = f"{LINE}\n\n## Where they winter\n\n{LINE}\n"
    assert read(file.getvalue(), lambda *_: None).text == expected
