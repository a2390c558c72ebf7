"""Numbers in a text: what value and unit they have, and which of them mean the same."""

from __future__ import annotations

import pytest

from rag.support.quantities import Quantity, find_quantities


def written(quantity: Quantity) -> str:
    """A quantity in short."""
    return f"{quantity.value:.10g} {quantity.unit}".strip()


READ = [
    ("12 percent", ["12 %"]),
    ("12%", ["12 %"]),
    ("12 per cent", ["12 %"]),
    ("ten percent", ["10 %"]),
    ("1,200", ["1200"]),
    ("1’200", ["1200"]),
    ("10,000,000", ["10000000"]),
    ("£1,200.50", ["1200.5 £"]),
    ("3,5", ["3.5"]),  # a decimal comma
    ("12,34", ["12.34"]),
    ("1.200", ["1.2"]),
    (".5", ["0.5"]),
    ("−4 °C", ["-4 °C"]),
    ("-4", ["-4"]),
    ("1-4", ["1", "4"]),  # a hyphen after a number is no sign
    ("(3)-4", ["3", "4"]),
    ("zero", ["0"]),
    ("twelve", ["12"]),
    ("twenty-one", ["21"]),
    ("twenty one patients", ["21"]),
    ("an apple", []),
    ("a hundred", ["100"]),
    ("a dozen eggs", ["12"]),
    ("two dozen", ["24"]),
    ("two million", ["2000000"]),
    ("3.5 million", ["3500000"]),
    ("two hundred and fifty", ["250"]),
    ("one hundred twenty", ["120"]),
    ("a thousand and one", ["1001"]),
    ("3k inhabitants", ["3000"]),
    ("3 k", ["3"]),
    ("$5M", ["5000000 $"]),
    ("$5 m", ["5000000 $"]),
    ("5 m", ["5 m"]),  # metres without a currency
    ("US$ 3.5 million", ["3500000 $"]),
    ("€2bn", ["2000000000 €"]),
    ("5 dollars", ["5 $"]),
    ("50 cents", ["50 cents"]),
    ("half", ["50 %"]),
    ("a half", ["50 %"]),
    ("two halves", ["100 %"]),
    ("three quarters of them", ["75 %"]),
    ("three-quarters", ["75 %"]),
    ("nine-tenths", ["90 %"]),
    ("two thirds", ["66.66666667 %"]),
    ("a third of patients", ["33.33333333 %"]),
    ("a third patient", ["3"]),  # without an "of" it is an ordinal
    ("one-third", ["33.33333333 %"]),
    ("one-tenth of it", ["10 %"]),
    ("twice", ["2 fold"]),
    ("threefold", ["3 fold"]),
    ("3-fold", ["3 times"]),
    ("first", ["1"]),
    ("2nd", ["2"]),
    ("21st century", ["21"]),
    ("twenty-first century", ["21"]),
    ("hundredth", ["100"]),
    ("the 1990s", ["1990"]),
    ("mid-1990s", ["1990"]),
    ("post-2008", ["2008"]),
    ("5 mg/kg", ["5 mg/kg"]),
    ("5 mg per day", ["5 mg/days"]),
    ("6-month-old", ["6 months"]),
    ("day 90", ["90 days"]),
    ("days 90", ["90 days"]),
    ("at week 12", ["12 weeks"]),
    ("[3–5] 7", ["7"]),
    ("No. 12", ["12"]),
]


@pytest.mark.parametrize(("text", "expected"), READ)
def test_a_number_is_read_with_its_unit(text: str, expected: list[str]) -> None:
    assert [written(quantity) for quantity in find_quantities(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12–15 %", ["12 %", "15 %"]),
        ("12 to 15 mg", ["12 mg", "15 mg"]),
        ("5 ± 2 kg", ["5 kg", "2 kg"]),
        ("5 versus 10 %", ["5 %", "10 %"]),
        ("5 vs. 10 %", ["5 %", "10 %"]),
        ("5 and 10 mg/kg", ["5 mg/kg", "10 mg/kg"]),
        ("5, 10 and 20 mg", ["5 mg", "10 mg", "20 mg"]),
        ("5, 10, or 20 mg", ["5 mg", "10 mg", "20 mg"]),
        ("5 of 20 mg", ["5", "20 mg"]),
        ("5 kg and 10", ["5 kg", "10"]),
        ("in 2016 and 20 mg", ["2016", "20 mg"]),  # a year takes no unit
        ("2018–19", ["2018", "2019"]),
        ("1918-19", ["1918", "1919"]),
        ("2018–2019", ["2018", "2019"]),
        ("2018 and 19", ["2018", "19"]),
        ("between 5 and 10", ["5", "10"]),
    ],
)
def test_the_numbers_of_a_range_share_their_unit(text: str, expected: list[str]) -> None:
    assert [written(quantity) for quantity in find_quantities(text)] == expected


@pytest.mark.parametrize(
    "text", "CD34 IL-6 p53 B12 COVID-19 v_2 H.264 3D 5x [12] [12,14] [3–5]".split()
)
def test_a_digit_in_a_code_or_a_reference_is_no_number(text: str) -> None:
    assert find_quantities(text) == []


@pytest.mark.parametrize(
    ("text", "is_hedged"),
    [
        *[(f"{hedge} 5", True) for hedge in "about around approx. c. ca. ~ ≈ > ≤ some".split()],
        ("more than 5", True),
        ("at least three", True),
        ("up to $5", True),
        ("up to US$5", True),
        ("just over 5", True),
        ("p<0.05", True),
        ("5", False),
        ("exactly 5", False),
        ("about the 5", False),
        ("roundabout 5", False),
    ],
)
def test_a_hedge_before_a_number_is_seen(text: str, is_hedged: bool) -> None:
    assert [quantity.hedged for quantity in find_quantities(text)] == [is_hedged]


@pytest.mark.parametrize(
    ("text", "is_lenient"),
    [("one of them", True), ("at first", True), ("half", True), ("two", False), ("1", False)],
)
def test_a_number_that_may_be_an_idiom_is_lenient(text: str, is_lenient: bool) -> None:
    assert [quantity.lenient for quantity in find_quantities(text)] == [is_lenient]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("twelve", "12", True),
        ("12 percent", "12%", True),
        ("12 months", "1 year", True),
        ("1 kg", "1000 g", True),
        ("12 weeks", "84 days", True),
        ("60 km/h", "60 kph", True),
        ("$5m", "5 million dollars", True),
        ("50 cents", "0.5 dollars", True),
        ("twice", "2 times", True),
        ("one", "1st", True),
        ("half", "50 percent", True),
        ("a third of", "33%", True),  # a share in words is rounded
        ("two thirds", "67 percent", True),
        ("a third of", "34.5%", False),
        ("0.1 %", "0.11 %", False),
        ("about 300,000", "298,463", True),
        ("nearly 100", "96.4", True),
        ("about 1", "1.4", True),
        ("300,000", "298,463", False),  # not hedged
        ("298,463", "about 300,000", False),  # the exact one does not mean the rounded one
        ("more than 1,000", "1,200", True),
        ("more than 1,000", "2,200", False),
        ("about 0", "0.2", False),
        ("5 km", "5 miles", False),
        ("12 percent", "12", False),
        ("the 1990s", "1990", False),
        ("90 days", "3 months", False),  # a month has no fixed length
        ("100 °C", "212 °F", False),
        ("5 mg/kg", "5 g/kg", False),
    ],
)
def test_two_quantities_mean_the_same(first: str, second: str, same: bool) -> None:
    (one,), (other,) = find_quantities(first), find_quantities(second)
    assert one.means(other) is same


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [("5 km", "5 miles", True), ("12 %", "12", True), ("12 months", "1 year", False)],
)
def test_two_quantities_have_the_same_number(first: str, second: str, same: bool) -> None:
    (one,), (other,) = find_quantities(first), find_quantities(second)
    assert one.counts_as(other) is same
