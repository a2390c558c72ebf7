"""What contradicts a sentence: a negation more or less, and antonyms."""

from __future__ import annotations

import pytest

from rag.support.alignment import align_statements
from rag.support.contradictions import find_denials, find_reversals
from rag.support.matching import Matching, read_source
from rag.support.statements import read_statement

DENIED = [
    ("The drug did not improve sleep.", "The drug improved sleep.", ["'improved' without 'not'"]),
    ("The drug improved sleep.", "The drug did not improve sleep.", ["'did not improve'"]),
    ("The drug improved sleep.", "The drug never improved it.", ["'drug never improved'"]),
    ("The bridge is safe.", "The bridge is not safe.", ["'is not safe'"]),
    ("It was open.", "It was not open.", ["'was not open'"]),
    ("He had not been at home.", "He had been at home.", ["'home' without 'not'"]),
    ("It was built with steel.", "It was built without steel.", ["'built without steel'"]),
    ("It is open on Mondays.", "It is open daily except Mondays.", ["'daily except Mondays'"]),
    ("Take it with food.", "Do not take it together with food.", ["'Do not take'"]),
    (
        "tea rather than coffee is served here",
        "coffee is served here",
        ["'coffee' without 'rather'"],
    ),
    (
        "Smoking changed the result.",
        "Neither smoking nor obesity changed it.",
        ["'Neither smoking'"],
    ),
    (
        "Women, not men, were treated.",
        "Men, not women, were treated.",
        ["'Men' without 'not'", "'Men, not women'"],
    ),
]


@pytest.mark.parametrize(("claim", "quote", "expected"), DENIED)
def test_a_negation_on_one_side_only_contradicts(
    claim: str, quote: str, expected: list[str]
) -> None:
    assert denials(claim, quote) == [f"source says {each}" for each in expected]


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("The drug did not improve sleep.", "Sleep was not improved by the drug."),
        ("The drug did not improve sleep.", "The bakery improved its bread."),
        ("The drug was not only cheap but also safe.", "The drug was cheap and safe."),
        ("There were no deaths.", "No deaths were reported."),
        ("No. 12 won the race.", "Number 12 won the race."),
        ("It works with or without water.", "It works both with and without water."),
        ("Whether or not it rains, it is open.", "It is open in any weather, rain or shine."),
        ("It did not work and patients slept.", "Patients slept."),  # perhaps not reached
    ],
)
def test_a_negation_of_something_else_is_harmless(claim: str, quote: str) -> None:
    assert denials(claim, quote) == []


@pytest.mark.parametrize(
    ("claim", "quote", "expected"),
    [
        (
            "The town where he was not then born is on this wide river",
            "The town where he was then born is on this wide river",
            ["source says 'born' without 'not'"],
        ),
        ("So was not it", "So was it", ["source does not say 'was not it'"]),
        ("So was it", "So was not it", ["source says 'was not it'"]),
    ],
)
def test_a_negation_too_many_in_a_copy_contradicts(
    claim: str, quote: str, expected: list[str]
) -> None:
    assert denials(claim, quote) == expected


REVERSED = [
    ("Sales rose in the north.", "Sales fell in the north.", ["'fell', not 'rose'"]),
    ("It opened before the war.", "It opened after the war.", ["'after', not 'before'"]),
    ("Hot water is free.", "Cold water is free.", ["'Cold', not 'Hot'"]),
    (
        "The compound is stable in water.",
        "The compound is unstable in water.",
        ["'unstable', not 'stable'"],
    ),
    (
        "Hypoglycemia was seen in patients.",
        "Hyperglycemia was seen in patients.",
        ["'Hyperglycemia', not 'Hypoglycemia'"],
    ),
    (
        "Patients had late-onset disease.",
        "Patients had early-onset disease.",
        ["'early-onset', not 'late-onset'"],
    ),
    (
        "The risk was high in men and low in women.",
        "The risk was low in men and high in women.",
        ["'low', not 'high'", "'high', not 'low'"],
    ),
    (
        "In the north the sales of bread rose.",
        "Bread sales fell in the north.",  # in another order
        ["'fell', not 'rose'"],
    ),
    ("Prices did not rise.", "Prices did not fall.", ["'fall', not 'rise'"]),
]


@pytest.mark.parametrize(("claim", "quote", "expected"), REVERSED)
def test_an_antonym_said_of_the_same_contradicts(
    claim: str, quote: str, expected: list[str]
) -> None:
    assert list(dict.fromkeys(reversals(claim, quote))) == [f"source says {e}" for e in expected]


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("Sales did not rise.", "Sales fell."),  # not the opposite of the opposite
        ("Prices rose.", "Prices did not fall."),
        ("Sales rose in the north.", "Sales fell in the south and rose in the north."),
        ("Hot and cold water are free.", "Cold and hot water are free."),  # listed opposites
        ("Boys and girls come.", "Girls and boys come."),
        ("From north to south it rained.", "From south to north it rained."),
        ("Patients had late-stage disease.", "Patients had early-onset disease."),
        ("Sales rose in the north.", "The old bridge fell."),  # of other things
        ("Risk was lower with higher doses.", "Higher doses lowered the risk."),
    ],
)
def test_an_antonym_said_of_something_else_is_harmless(claim: str, quote: str) -> None:
    assert reversals(claim, quote) == []


def denials(claim: str, quote: str) -> list[str]:
    """The denials that are found for a pair."""
    statement, matching = read_statement(claim), Matching(read_statement(claim), read_source(quote))
    region = [matching.source.sentences[i] for i in matching.region]
    return find_denials(statement, region, align_statements(statement, region[0]))


def reversals(claim: str, quote: str) -> list[str]:
    """The reversals that are found for a pair."""
    statement, matching = read_statement(claim), Matching(read_statement(claim), read_source(quote))
    region = [matching.source.sentences[i] for i in matching.region]
    return find_reversals(statement, region, align_statements(statement, region[0]))
