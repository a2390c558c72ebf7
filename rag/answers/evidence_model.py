"""The fitted weights that say which sentences answer, and how likely it is that any does."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Generic, Protocol, Self, TypeVar

import numpy as np

from rag.answers.features import QUESTION, READING, SENTENCE, Feature, QuestionView, SentenceFeature
from rag.types import FloatArray

WEIGHTS = Path(str(resources.files("rag.answers").joinpath("evidence_weights.json")))
UNREAD_WEIGHTS = Path(str(resources.files("rag.answers").joinpath("unread_weights.json")))
"""For texts that the embedding model does not read, and for models that nothing was fitted on;
``training/evidence/fit_unread.py`` writes them."""

AnyFeature = TypeVar("AnyFeature", bound=Feature[Any, Any])
Asked_contra = TypeVar("Asked_contra", contravariant=True)


class Columns(Protocol[Asked_contra]):
    """The values of features, ``(n,) float32`` each."""

    def __getitem__(self, feature: Asked_contra, /) -> FloatArray: ...


@dataclass(frozen=True)
class LogisticModel(Generic[AnyFeature]):
    """A logistic regression.

    :param sharpness: what its log-odds are multiplied with before the softmax over the candidates
        of one question; 1 where there is none.
    """

    bias: float
    weights: tuple[tuple[AnyFeature, float], ...]
    sharpness: float = 1.0

    def log_odds(self, columns: Columns[AnyFeature]) -> FloatArray:
        """The log-odds of each row, ``(n,) float32``."""
        weighted = (weight * columns[feature] for feature, weight in self.weights)
        return np.asarray(self.bias + sum(weighted), dtype=np.float32)

    def probability(self, columns: Columns[AnyFeature]) -> FloatArray:
        """The probability of each row, ``(n,) float32``."""
        return sigmoid(self.log_odds(columns))

    @classmethod
    def from_dict(cls, values: dict[str, Any], features: Iterable[AnyFeature]) -> Self:
        """Read a model from its values in the file.

        :raises ValueError: a weight belongs to no feature.
        """
        of = {feature.name: feature for feature in features}
        if unknown := values["weights"].keys() - of.keys():
            raise ValueError(f"no feature is called {', '.join(sorted(unknown))}")
        weights = tuple((of[name], weight) for name, weight in values["weights"].items())
        return cls(values["bias"], weights, values.get("sharpness", 1.0))

    def as_dict(self) -> dict[str, Any]:
        """The model as values for the file; weights of 0 are left out."""
        kept = {feature.name: weight for feature, weight in self.weights if weight}
        values = {"bias": self.bias, "weights": kept}
        return values if self.sharpness == 1.0 else values | {"sharpness": self.sharpness}


QuestionModel = LogisticModel[Feature[QuestionView, float]]


@dataclass(frozen=True)
class EvidenceModel:
    """Three logistic models, written by ``training/evidence/fit.py``.

    :param sentence: ranks the candidates.
    :param answerable: says how likely it is that the documents hold the answer.
    :param direct: says how likely the best answer in the best candidate is right.
    """

    sentence: LogisticModel[SentenceFeature]
    answerable: QuestionModel
    direct: QuestionModel

    @classmethod
    def load(cls, file: Path = WEIGHTS) -> Self:
        """Load the weights that are shipped, or those of another file.

        :raises ValueError: a weight belongs to no feature.
        """
        values = json.loads(file.read_text(encoding="utf-8"))
        sentence: list[SentenceFeature] = [*SENTENCE.values(), *READING.values()]
        return cls(
            LogisticModel.from_dict(values["sentence"], sentence),
            LogisticModel.from_dict(values["answerable"], QUESTION.values()),
            LogisticModel.from_dict(values["direct"], QUESTION.values()),
        )

    def save(self, file: Path = WEIGHTS) -> None:
        """Write the weights to a file."""
        values = {
            name: getattr(self, name).as_dict() for name in ("sentence", "answerable", "direct")
        }
        text = json.dumps(values, indent=0, ensure_ascii=False, sort_keys=True)
        file.write_text(text + "\n", encoding="utf-8")


def sigmoid(log_odds: FloatArray) -> FloatArray:
    """Probabilities from log-odds, ``(n,) float32``."""
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -30, 30))), dtype=np.float32)
