"""The features of support and the model that weighs them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from rag.models.claim_reader import ClaimReading
from rag.models.reader import Page
from rag.support.judge import FEATURES, WEIGHTS, SupportModel, verdict

SAFE = "The bridge over the Ure is safe for heavy lorries."


class Says:
    """A reader of claims that always says the same."""

    def __init__(
        self, supported: float, absent: float, contradicted: float, lacking: Sequence[str] = ()
    ) -> None:
        self.shares, self.words = (supported, absent, contradicted), lacking
        self.read: list[tuple[str, Page]] = []

    def __call__(self, pairs: Sequence[tuple[str, Page]]) -> list[ClaimReading]:
        self.read += pairs
        found = []
        for claim, _ in pairs:
            words = claim.rstrip(".").split()
            starts = [claim.index(word) for word in words]
            ends = [start + len(word) for start, word in zip(starts, words, strict=True)]
            offsets = np.array([*zip(starts, ends, strict=True)], dtype=np.int64)
            lacking = np.array([float(word in self.words) for word in words], dtype=np.float32)
            found.append(ClaimReading(*self.shares, offsets, lacking))
        return found


def test_each_feature_has_a_name_of_its_own_and_a_weight_of_its_sign() -> None:
    model = SupportModel.load()
    assert list(model.weights) == [feature.name for feature in FEATURES]
    assert all(model.weights[feature.name] * feature.sign > 0 for feature in FEATURES)


def test_the_shipped_model_cannot_be_changed() -> None:
    model = SupportModel.load()
    with pytest.raises(TypeError):
        model.weights["coverage"] = 0.0  # type: ignore[index]
    with pytest.raises(AttributeError):
        model.bias = 0.0  # type: ignore[misc]


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        (Says(0.98, 0.01, 0.01), "supported"),
        (Says(0.01, 0.01, 0.98), "unsupported"),
        (Says(0.01, 0.98, 0.01), "unsupported"),
    ],
)
def test_what_the_reader_is_sure_of_decides(says: Says, expected: str) -> None:
    quote = "Lorries of any weight may pass the Ure bridge without danger."
    assert SupportModel.load().judge(SAFE, quote, says).verdict == expected


def test_the_quotes_own_words_are_not_read() -> None:
    says = Says(0.0, 0.0, 1.0)
    assert SupportModel.load().judge(SAFE, f"{SAFE} It was built in 1820.", says).score == 1
    assert not says.read


def test_words_that_the_reader_does_not_find_are_named() -> None:
    says = Says(0.01, 0.98, 0.01, lacking=("for", "heavy", "lorries"))
    judged = SupportModel.load().judge(SAFE, "The bridge over the Ure is quite safe.", says)
    assert judged.reasons == ("not in the source: for heavy lorries",)
    assert not judged.contradicted


def test_what_the_source_says_otherwise_is_said() -> None:
    says = Says(0.01, 0.01, 0.98)
    opened, quote = "The doors stay open all night.", "They are locked each evening."
    judged = SupportModel.load().judge(opened, quote, says)
    assert judged.reasons == ("the source says otherwise",)
    assert judged.contradicted


def test_of_a_long_quote_what_the_sentence_speaks_of_is_read() -> None:
    says = Says(0.98, 0.01, 0.01)
    filler = "Nothing of note was seen on that long and quiet day by the lake. " * 40
    SupportModel.load().judge(SAFE, f"{filler}Lorries pass the Ure bridge. {filler}", says)
    ((_, page),) = says.read
    assert "Ure bridge" in page.text
    assert len(page.text) < 1_500


def test_a_model_that_is_handed_in_judges_by_its_own_weights() -> None:
    sure = SupportModel({feature.name: 0.0 for feature in FEATURES}, 9.0)
    says = Says(0.0, 1.0, 0.0)
    assert sure.judge("Penguins cured it.", "The drug worked.", says).verdict == "supported"


def test_weights_are_kept_in_a_file(tmp_path: Path) -> None:
    SupportModel.load().save(tmp_path / "weights.json")
    assert (tmp_path / "weights.json").read_bytes() == WEIGHTS.read_bytes()
    assert SupportModel.load(tmp_path / "weights.json") == SupportModel.load()


@pytest.mark.parametrize(
    ("score", "expected"),
    [(1, "supported"), (0.5, "supported"), (0.49, "partial"), (0.2, "partial"), (0, "unsupported")],
)
def test_a_score_has_a_verdict(score: float, expected: str) -> None:
    assert verdict(score) == expected
