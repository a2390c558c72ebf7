"""Words of a sentence found in a quote, in other forms too."""

from __future__ import annotations

import pytest

from rag.support.matching import THERE, Matching, find_expansion, read_source
from rag.support.statements import read_statement


def match(claim: str, quote: str) -> Matching:
    """A claim's words in a quote."""
    return Matching(read_statement(claim), read_source(quote))


@pytest.mark.parametrize(
    ("claim", "quote", "missing"),
    [
        ("dogs", "dog", ""),
        ("dog", "dogs", ""),
        ("colour", "color", ""),
        ("regenerative", "regeneration", ""),
        ("IL6", "IL-6", ""),
        ("well known", "well-known", ""),
        ("early-onset disease", "the onset of disease was early", ""),
        ("IL-7", "IL-6", "IL-7"),
        ("Norway", "Sweden", "Norway"),
        # adjectives made of names
        ("a Mexican hospital", "hospitals in Mexico", ""),
        ("a hospital in Mexico", "Mexican hospitals", ""),
        ("the Iraqi oil", "oil of Iraq", ""),
        ("the Japanese food", "food of Japan", ""),
        ("a German house", "a house in Germany", ""),
        ("the Swedish house", "the house in Sweden", ""),
        ("the house in Spain", "the Spanish house", "Spain"),  # the root changes
        ("the Chinese food", "food of China", "Chinese"),  # its fourth letter does
        ("the house in Austria", "the Australian house", ""),  # wrong: begins like it
        # words that say the same of direction
        ("Sales grew", "Sales rose", ""),
        ("Sales did not rise", "Sales fell", ""),
        ("Sales rose", "Sales fell", "rose"),
        ("Sales did not rise", "Sales grew", "rise"),
        # short for long and back
        ("The IMF paid", "The International Monetary Fund paid", ""),
        ("The International Monetary Fund paid", "The IMF paid", ""),
        ("The EU paid", "The European Union paid", ""),
        ("The AB paid", "all bakers paid", "AB"),  # two letters need capitals
        ("stem cells (SCs) were given", "SCs were given", ""),
        ("stem cells were given", "Stem cells (SCs) exist. SCs were given.", ""),
    ],
)
def test_a_word_is_found_in_other_forms(claim: str, quote: str, missing: str) -> None:
    matching = match(claim, quote)
    shares = zip(matching.claim.content, matching.best_shares(), strict=True)
    assert [word.text for word, share in shares if share < THERE] == missing.split()


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (("Sales rose", "Sales rose"), ("Sales grew", "Sales rose")),
        (("the effect grew", "it grew"), ("the effect grew", "the effect")),  # rare words count
        (("Mexico won", "Mexico won"), ("Mexico won", "Mexican won")),
    ],
)
def test_coverage_is_higher_for_a_closer_word(
    better: tuple[str, str], worse: tuple[str, str]
) -> None:
    assert match(*better).coverage() > match(*worse).coverage()


def test_a_claim_without_content_is_covered() -> None:
    assert match("the", "cat").coverage() == 1.0


@pytest.mark.parametrize(
    ("claim", "quote", "region"),
    [
        ("Cats sleep", "Dogs bark. Cats sleep. Birds sing.", [1]),
        ("Cats sleep and dogs bark loudly", "Dogs bark loudly. Cats sleep.", [0, 1]),
        ("Cats dogs birds fish", "Cats. Dogs. Birds. Fish.", 3),  # three at most
    ],
)
def test_the_sentences_that_have_most_are_chosen(
    claim: str, quote: str, region: list[int] | int
) -> None:
    found = match(claim, quote).region
    assert found == region if isinstance(region, list) else len(found) == region


@pytest.mark.parametrize(
    ("claim", "quote", "expected"),
    [
        ("cats sleep", "Cats sleep.", True),
        ("Cats  SLEEP", "cats sleep well", True),
        ("sleep cats", "Cats sleep", False),
        ("improve sleep", "did not improve sleep", False),  # the quote denies it
        ("did not improve sleep", "It did not improve sleep quality", True),
        ("rose. Prices fell", "Prices rose. Prices fell.", True),
        ("Prices rose", "Prices fell. Prices rose.", True),
    ],
)
def test_a_source_contains_its_own_words(claim: str, quote: str, expected: bool) -> None:
    assert read_source(quote).contains(read_statement(claim)) is expected


@pytest.mark.parametrize(
    ("acronym", "text", "words"),
    [
        ("WHO", "the World Health Organization paid", "World Health Organization"),
        ("MSCs", "mesenchymal stem cells live", "mesenchymal stem cells"),
        ("U.S.", "the United States", "United States"),
        ("EU", "every uncle", ""),
        ("SCL", "stem-cell lines", "stem-cell stem-cell lines"),
        ("XYZ", "the World Health Organization", ""),
    ],
)
def test_the_words_of_an_acronym_are_found(acronym: str, text: str, words: str) -> None:
    found = find_expansion(acronym, read_statement(text))
    assert [word.text for word in found] == words.split()
