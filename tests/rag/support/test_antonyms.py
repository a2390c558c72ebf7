"""Opposites: of the table and by prefix."""

from __future__ import annotations

import pytest

from rag.english.antonyms import load_antonyms
from rag.support.antonyms import are_alike, are_antonyms, list_alike, list_antonyms
from rag.text.terms import terms


def term(word: str) -> str:
    """The search term of a word."""
    return terms(word)[0]


@pytest.mark.parametrize(
    "pair",
    [
        # the table
        "increase decrease",
        "rises decreased",
        "rose fell",
        "grew shrank",
        "hot cold",
        "hot cool",
        "before after",
        "first last",
        "never always",
        "always sometimes",
        "cause prevent",
        "man woman",
        # words of several rows
        "close open",
        "tall short",
        "light dark",
        "light heavy",
        "poor rich",
        "poor good",
        "right left",
        "right wrong",
        # prefixes
        "stable unstable",
        "legal illegal",
        "regular irregular",
        "polite impolite",
        "appear disappear",
        "regulated deregulated",
        "linear nonlinear",
        "behave misbehave",
        "inflammatory antiinflammatory",
        "hyperglycemia hypoglycemia",
        "overestimate underestimate",
        "upstream downstream",
        "pretest posttest",
        "intracellular extracellular",
    ],
)
def test_antonyms_exclude_each_other(pair: str) -> None:
    first, second = map(term, pair.split())
    assert are_antonyms(first, second)
    assert are_antonyms(second, first)


@pytest.mark.parametrize(
    "pair",
    [
        "increase increase",
        "increase grew",
        "first second",
        "high short",
        "good well",
        "cat dog",
        "form inform",  # what is left is too short to be a root
        "body antibody",
        "read misread",
        "stall install",
        "understand understate",
    ],
)
def test_other_words_are_no_antonyms(pair: str) -> None:
    first, second = map(term, pair.split())
    assert not are_antonyms(first, second)


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        ("increase grew", True),
        ("close near", True),
        ("cat cat", True),
        ("cat dog", False),
        ("increase decrease", False),
    ],
)
def test_words_on_one_side_are_alike(pair: str, expected: bool) -> None:
    first, second = map(term, pair.split())
    assert are_alike(first, second) is expected


def test_the_table_is_listed_for_a_term() -> None:
    assert list_alike("hot") == {"heat", "hotter", "warm", "warmer"}
    assert list_antonyms("hot") == {"chill", "cold", "colder", "cool", "cooler"}
    assert list_alike("cat") == list_antonyms("cat") == frozenset()


def test_each_row_has_words_on_two_sides_and_no_word_twice() -> None:
    for left, right in load_antonyms().rows:
        assert left
        assert right
        words = [term(word) for word in (*left, *right)]
        assert len(set(words)) == len(words), (left, right)
