"""What is written like a name: each notion with its examples."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st

from rag.text.names import (
    FULL_NAME,
    NAME,
    find_name_terms,
    find_named_words,
    find_names,
    is_code,
    is_named,
)


@pytest.mark.parametrize(
    ("word", "first", "shouting", "named"),
    [
        ("Curie", False, False, True),
        ("Curie", True, False, False),
        ("CURIE", True, False, True),
        ("CURIE", False, True, False),
        ("mRNA", True, False, True),
        ("12", True, True, True),
        ("p53", True, True, True),
        ("cell", False, False, False),
    ],
)
def test_words_of_a_question(word: str, first: bool, shouting: bool, named: bool) -> None:
    assert is_named(word, first=first, shouting=shouting) == named


@pytest.mark.parametrize("word", ["CD34", "p53", "IL-6", "mRNA", "TGF-β", "McDonald", "DNA"])
def test_codes(word: str) -> None:
    assert is_code(word)


@pytest.mark.parametrize("word", ["cell", "Cell", "12", "21st", "1990s", "12-year", "Anglo-Saxon"])
def test_ordinary_words_and_numbers_are_no_codes(word: str) -> None:
    assert not is_code(word)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The city of Leeds grew.", ["Leeds"]),
        ("Leeds grew fast.", []),
        ("Marie Curie was born.", ["Marie", "Curie"]),
        ("He said: “Leeds grew.”", []),
        ("Dr Lee and I met Mr Bo.", ["Lee", "Bo"]),
        ("CD34 and mRNA are here.", ["CD34", "mRNA"]),
        ("Rivers And Their Stone Bridges Today", []),
        ("Known Roles With mRNA Under CANCER Drugs", ["mRNA"]),
        ("", []),
    ],
)
def test_named_words_of_a_sentence(text: str, names: list[str]) -> None:
    words = list(re.finditer(r"\w+", text))
    found = sorted(find_named_words(text, words))
    assert [words[place].group() for place in found] == names


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Here Marie Curie met Lise Meitner, and IL-6.", ["Marie Curie", "Lise Meitner", "IL-6"]),
        ("Jean de la Rue left for Kew.", ["Jean de la Rue", "Kew"]),
        ("Fingolimod: New Drug", ["Fingolimod", "New Drug"]),
        ("The Royal Society met.", ["Royal Society"]),
        ("Nothing is here of note.", []),
        ("", []),
    ],
)
def test_runs_of_names_in_a_sentence(text: str, found: list[str]) -> None:
    words = text.split()
    named = [" ".join(words[first:last]).strip(".,:") for first, last in find_names(words)]
    assert named == found


@given(st.text())
def test_any_text_has_names_or_none(text: str) -> None:
    words = text.split()
    places = [place for name in find_names(words) for place in range(*name)]
    assert places == sorted(set(places))
    assert all(0 <= place < len(words) for place in places)


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["We met Curie.", "Then Curie left."], {"curi"}),
        (["We eat Soup.", "The soup is hot."], set()),
        (["Soup is hot."], set()),
    ],
)
def test_name_terms_of_passages_are_never_written_small(texts: list[str], found: set[str]) -> None:
    assert find_name_terms(texts) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("it was in Leeds", ["Leeds"]),
        ("Leeds grew", []),
        ("Port Ellis grew", ["Port Ellis"]),
        ("by Jo Smith", ["Jo", "Smith"]),
        ("no names", []),
    ],
)
def test_names_that_may_answer(text: str, found: list[str]) -> None:
    assert NAME.findall(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ada Quill, Bo Reed", ["Ada Quill", "Bo Reed"]),
        ("Émile Zola", ["Émile Zola"]),
        ("B M Lee wrote", ["B M Lee"]),
        ("Ada", []),
    ],
)
def test_full_names(text: str, found: list[str]) -> None:
    assert re.findall(FULL_NAME, text) == found
