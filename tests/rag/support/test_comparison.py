"""A sentence compared with a quote: every kind of reason, and none where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.support.comparison import NOTHING, agree, compare, format_quantity
from rag.support.quantities import find_quantities

if TYPE_CHECKING:
    from numpy.typing import NDArray

RIVER = "The committee of the town published its report on the old river in the cold spring."
COUNTED = "The trial enrolled 1,200 {}."

CONTRADICTED = [
    (
        "The drug cut mortality by 12 mg.",
        "The drug cut mortality by 12 percent.",
        ["source says '12 percent', not '12 mg'"],
    ),
    (
        "Rates were 5 to 10 mg.",
        "Rates were 5 to 10 kg.",
        ["source says '5 kg', not '5 mg'", "source says '10 kg', not '10 mg'"],
    ),
    (
        "The drug cut mortality by 13 percent.",
        "The drug cut mortality by 12 percent.",
        ["source says '12 percent', not '13 percent'"],
    ),
    (
        "The drug did not cut mortality.",
        "The drug cut mortality.",
        ["source says 'cut' without 'not'"],
    ),
    ("Sales rose in May.", "Sales fell in May.", ["source says 'fell', not 'rose'"]),
]


@pytest.mark.parametrize(("sentence", "quote", "expected"), CONTRADICTED)
def test_contradictions_are_named(sentence: str, quote: str, expected: list[str]) -> None:
    assert list(compare(sentence, quote).contradictions) == expected


@pytest.mark.parametrize(
    ("sentence", "quote", "expected"),
    [
        ("Two boys won.", "The boys won.", ["number Two not in the source"]),
        ("They gave 5 kg.", "They gave it.", ["number 5 kg not in the source"]),
        ("The trial in Norway ended.", "The trial has ended.", ["'Norway' not in the source"]),
        ("Cells expressed CD34.", "Cells expressed it.", ["'CD34' not in the source"]),
        (
            RIVER.replace("town", "town of Oslo"),
            RIVER.replace("town", "town of Bergen"),
            ["source says 'Bergen', not 'Oslo'", "'Oslo' not in the source"],
        ),
    ],
)
def test_missing_numbers_and_names_are_named(
    sentence: str, quote: str, expected: list[str]
) -> None:
    assert list(compare(sentence, quote).missing) == expected


@pytest.mark.parametrize(
    ("sentence", "quote", "expected"),
    [
        (
            COUNTED.format("nurses"),
            COUNTED.format("patients"),
            ["source says 'patients', not 'nurses'"],
        ),
        (RIVER.replace("river", "lymphoma"), RIVER, ["source says 'river', not 'lymphoma'"]),
        (RIVER.replace("report", "results"), RIVER, []),  # a common word may say the same
    ],
)
def test_another_word_in_the_same_place_is_named(
    sentence: str, quote: str, expected: list[str]
) -> None:
    assert list(compare(sentence, quote).replaced) == expected


@pytest.mark.parametrize(("cosine", "count"), [(0.9, 0), (0.1, 1)])
def test_vectors_tell_a_like_word_from_another_one(cosine: float, count: int) -> None:
    def embed(words: list[str]) -> NDArray[np.float32]:
        rest = [[cosine, (1 - cosine**2) ** 0.5]] * (len(words) - 1)
        return np.array([[1.0, 0.0], *rest], dtype=np.float32)

    compared = compare(COUNTED.format("nurses"), COUNTED.format("patients"), embed)
    assert len(compared.replaced) == count


@pytest.mark.parametrize(
    ("sentence", "quote", "expected"),
    [
        ("Penguins cured baldness.", "Penguins slept.", ["not in the source: cured, baldness"]),
        (
            "Penguins cured baldness quickly everywhere.",
            "The drug worked.",
            ["not in the source: Penguins, cured, baldness, quickly, …"],
        ),
        ("The penguins slept.", "Penguins were sleeping and slept.", []),
        ("", "The drug.", [NOTHING]),
        ("The drug.", "…", [NOTHING]),
    ],
)
def test_other_missing_words_are_listed(sentence: str, quote: str, expected: list[str]) -> None:
    assert list(compare(sentence, quote).uncovered) == expected


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("It cost $5 in all.", "In all it cost 5 dollars."),
        ("The boy aged 12 years won.", "The boy aged 12 won."),
        ("One of the boys won.", "The boys won."),
        ("At day 90 all lived.", "All lived at 90 days."),
        ("The season of 2018–19 was wet.", "The season of 2018 to 2019 was wet."),
        ("No. 12 won the race.", "Number 12 won the race."),
        ("The right hand met the left hand.", "The left hand met the right hand."),
        ("About 300,000 people came.", "298,463 people came."),
        # what it does not see
        ("A sued B.", "B sued A."),
        ("Rates fell from 25 % to 13 %.", "Rates fell from 13 % to 25 %."),
        ("Costs went up.", "Costs went down."),
    ],
)
def test_nothing_speaks_against_these(sentence: str, quote: str) -> None:
    assert compare(sentence, quote).reasons == ()


def test_reasons_come_worst_first_and_once() -> None:
    compared = compare(
        "The trial in Norway did not cut mortality by 13 percent with penguins.",
        "The trial in Mexico cut mortality by 12 percent.",
    )
    assert compared.reasons == (
        *compared.contradictions,
        *compared.missing,
        *compared.replaced,
        *compared.uncovered,
    )
    assert compared.contradictions
    assert compared.missing
    assert compared.uncovered
    assert len(set(compared.reasons)) == len(compared.reasons)


def test_what_is_counted_of_a_comparison() -> None:
    compared = compare("Two men of Oslo ate 7 kg in May.", "The men ate.")
    assert (compared.numbers_missing, compared.names_missing) == (2, 1)
    assert 0 < compared.coverage < 1
    assert compare("the men ate", "The men ate.").verbatim


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("12 years", "12", True),
        ("$12", "12", True),
        ("12 kg", "12", False),  # a weight is not left out
        ("12 years", "12 days", False),
        ("12 months", "1 year", True),
    ],
)
def test_a_unit_that_goes_without_saying_may_be_left_out(
    first: str, second: str, expected: bool
) -> None:
    (one,), (other,) = find_quantities(first), find_quantities(second)
    assert agree(one, other) is agree(other, one) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12 to 15 mg", ["12 mg", "15 mg"]),
        ("day 90", ["90 days"]),
        ("$5", ["$5"]),
        ("US$5", ["US$5"]),
        ("$5 million", ["$5 million"]),
        ("12%", ["12%"]),
        ("twelve", ["twelve"]),
        ("2018–19", ["2018", "19"]),
    ],
)
def test_a_quantity_is_shown_as_written_with_its_unit(text: str, expected: list[str]) -> None:
    assert [format_quantity(quantity) for quantity in find_quantities(text)] == expected
