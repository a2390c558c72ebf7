"""How overviews are measured."""

from __future__ import annotations

import pytest

from training.overview.fit import score_rouge


@pytest.mark.parametrize(
    ("found", "wanted", "score"),
    [
        ("the tower was built", ["the tower was built"], 1.0),
        ("the old tower was built", ["the tower was built"], 8 / 9),
        ("built was tower the", ["the tower was built"], 2 / 8),
        ("a ship", ["the tower was built", "The ship."], 2 / 4),
        ("", ["the tower"], 0.0),
    ],
)
def test_rouge_is_the_f1_of_the_longest_common_subsequence(
    found: str, wanted: list[str], score: float
) -> None:
    assert score_rouge(found, wanted) == pytest.approx(score)
