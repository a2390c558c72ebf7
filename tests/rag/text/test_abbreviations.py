"""Short forms that a text defines itself."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from rag.text.abbreviations import find_abbreviations


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mesenchymal stem cells (MSCs) grow.", {"MSCs": "Mesenchymal stem cells"}),
        ("The World Health Organization (WHO) met.", {"WHO": "World Health Organization"}),
        ("World Health Organization (WHO; Geneva)", {"WHO": "World Health Organization"}),
        ("a magnetic resonance image (MRI)", {"MRI": "magnetic resonance image"}),
        ("an enzyme (see below)", {}),
        ("a plan of ours (XYZ)", {}),
        ("(WHO) World Health Organization", {}),
    ],
)
def test_short_forms_are_found_where_they_are_defined(text: str, found: dict[str, str]) -> None:
    assert find_abbreviations(text) == found


def test_the_first_definition_wins() -> None:
    text = "natural killer (NK) cells, or north Kent (NK)"
    assert find_abbreviations(text) == {"NK": "natural killer"}


@given(st.text())
def test_long_forms_stand_in_the_text(text: str) -> None:
    for short, long in find_abbreviations(text).items():
        assert short in text
        assert all(word in text for word in long.split())
