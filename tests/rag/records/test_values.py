"""Columns of numbers and dates, as people write them."""

from decimal import Decimal

import pytest

from rag.records.values import read_moments, read_numbers


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1,250.50", "980"], ["1250.50", "980"]),
        (["1.250,50", "980,00"], ["1250.50", "980.00"]),
        (["$3", "$4,000"], ["3", "4000"]),
        (["-2", "(3)"], ["-2", "-3"]),
        (["5 kg", "7 kg"], ["5", "7"]),
        (["5", ""], ["5", None]),
    ],
)
def test_numbers_of_a_column(cells: list[str], values: list[str | None]) -> None:
    found = read_numbers(cells)
    assert found is not None
    assert found.values == tuple(None if value is None else Decimal(value) for value in values)


@pytest.mark.parametrize(
    "cells", [["5", "seven"], ["5 kg", "7 m"], ["", ""], ["1.200", "3.500"], ["1,50", "2.50"]]
)
def test_columns_that_are_not_all_numbers_of_one_kind(cells: list[str]) -> None:
    assert read_numbers(cells) is None


def test_sums_are_written_as_the_column_writes() -> None:
    found = read_numbers(["1.250,50 €", "980,00 €"])
    assert found is not None
    assert found.show(Decimal("2230.5")).startswith("2.230,50")


@pytest.mark.parametrize(
    ("cells", "moments"),
    [
        (["2024-05-01", "2023-12-31"], [(2024, 5, 1), (2023, 12, 31)]),
        (["1.5.2024", "31.12.2023"], [(2024, 5, 1), (2023, 12, 31)]),
        (["May 1, 2024", "Dec 31, 2023"], [(2024, 5, 1), (2023, 12, 31)]),
        (["1987", "2011"], [(1987,), (2011,)]),
    ],
)
def test_dates_of_a_column(cells: list[str], moments: list[tuple[int, ...]]) -> None:
    assert read_moments(cells) == tuple(moments)


@pytest.mark.parametrize(
    ("column", "said", "number"),
    [
        (["1,250.50", "980.00"], "1,000", "1000"),
        (["1,250.50", "980.00"], "99,50", None),
        (["1.250,50", "980,00"], "99,50", "99.50"),
        (["1.250,50", "980,00"], "1.000", "1000"),
        (["1.250,50", "980,00"], "1,000", None),
        (["0.125", "2.250"], "1.125", "1.125"),
        (["-3", "7"], "-2", "-2"),
    ],
)
def test_numbers_of_a_question_are_read_as_the_column_writes(
    column: list[str], said: str, number: str | None
) -> None:
    found = read_numbers(column)
    assert found is not None
    assert found.read(said) == (None if number is None else Decimal(number))


def test_days_and_months_that_may_change_places_are_not_read() -> None:
    assert read_moments(["3/4/2024", "5/6/2024"]) is None
    assert read_moments(["19-Sep-03", "2-May-98"]) == ((2003, 9, 19), (1998, 5, 2))
    assert read_moments(["3/4/2024", "25/6/2024"]) == ((2024, 4, 3), (2024, 6, 25))


def test_times_of_day() -> None:
    assert read_moments(["9:05 am", "2:30 pm", ""]) == ((9, 5), (14, 30), None)


def test_words_are_no_dates() -> None:
    assert read_moments(["soon", "2024-05-01"]) is None
