"""The features of support and the model that weighs them."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.support.comparison import Comparison
from rag.support.judge import FEATURES, WEIGHTS, SupportModel, verdict

ALIKE = Comparison(verbatim=False, coverage=1.0)


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
    ("compared", "least", "most"),
    [
        (Comparison(verbatim=True), 1, 1),
        (ALIKE, 0.8, 0.9),
        (Comparison(verbatim=False), 0, 0.1),
        (Comparison(verbatim=False, coverage=1.0, numbers_missing=1), 0.2, 0.4),
        (Comparison(verbatim=False, coverage=1.0, names_missing=1), 0.7, 0.8),
        # never partial when contradicted, never supported when something exact is missing
        (Comparison(verbatim=False, contradictions=("it says otherwise",), coverage=1.0), 0, 0.1),
        (Comparison(verbatim=False, missing=("a name",), coverage=1.0), 0.2, 0.4),
        (Comparison(verbatim=False, replaced=("a word",), coverage=1.0), 0.2, 0.4),
    ],
)
def test_the_score_follows_the_comparison(compared: Comparison, least: float, most: float) -> None:
    assert least <= SupportModel.load().score(compared) <= most


def test_a_model_that_is_handed_in_judges_by_its_own_weights() -> None:
    sure = SupportModel({feature.name: 0.0 for feature in FEATURES}, 9.0)
    assert sure.judge("Penguins cured it.", "The drug worked.").verdict == "supported"


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
