"""A sentence aligned with one of its source: what stands in each other's place."""

from __future__ import annotations

import pytest

from rag.support.alignment import Token, align_statements
from rag.support.statements import read_statement


def key(tokens: tuple[Token, ...]) -> str:
    """Tokens as they are compared."""
    return " ".join(token.key for token in tokens)


@pytest.mark.parametrize(
    ("claim", "sentence", "swaps"),
    [
        (
            "It cut costs by 13 percent here",
            "It cut costs by 12 percent here",
            [("#13 %", "#12 %")],
        ),
        ("It took 12 months to end", "It took 1 year to end", []),  # equal values
        ("The quick brown fox sleeps", "The quick red fox sleeps", [("brown", "red")]),
        ("It was not open", "It was open", [("not", "")]),
        ("Cats sleep all day", "Cats sleep all day in the sun", [("", "")]),
        ("The fox sleeps here", "The fox sleeps there now", [("here", "there")]),
        ("Warm cats sleep all day", "In the house cold cats sleep all day", [("warm", "cold")]),
        ("near the old quiet green blue sea today", "near the lake today", []),  # too long
        ("alpha beta gamma", "delta epsilon zeta", []),
    ],
)
def test_what_differs_between_equal_words_is_a_swap(
    claim: str, sentence: str, swaps: list[tuple[str, str]]
) -> None:
    alignment = align_statements(read_statement(claim), read_statement(sentence))
    assert [(key(swap.in_claim), key(swap.in_source)) for swap in alignment.swaps] == swaps


@pytest.mark.parametrize(
    ("claim", "sentence", "counted"),
    [
        ("It took 1,200 nurses in May", "It took 1,200 patients in May", True),
        ("It took the nurses in May", "It took the patients in May", False),
    ],
)
def test_a_word_behind_a_number_is_counted(claim: str, sentence: str, counted: bool) -> None:
    (swap,) = align_statements(read_statement(claim), read_statement(sentence)).swaps
    assert swap.counted is counted


@pytest.mark.parametrize(
    ("claim", "sentence", "least", "most"),
    [
        ("Cats sleep all day", "Cats sleep all day", 1, 1),
        ("The quick brown fox sleeps", "The quick red fox sleeps", 0.6, 0.9),
        ("all day cats sleep", "cats sleep all day", 0.1, 0.3),  # order counts
        ("alpha beta gamma", "delta epsilon zeta", 0, 0),
        ("the", "of", 1, 1),
    ],
)
def test_the_share_says_how_nearly_a_claim_is_a_copy(
    claim: str, sentence: str, least: float, most: float
) -> None:
    assert least <= align_statements(*map(read_statement, (claim, sentence))).share <= most
