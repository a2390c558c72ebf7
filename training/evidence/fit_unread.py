"""Fits the weights of the evidence for texts that the embedding model does not read.

They use no cosine and no pattern of English: what a question and a passage share, and what the
reader says, which finds its way in other languages by numbers, names and repeated words alone.
"""

import argparse
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ingest import ingest
from rag import Rag, Settings
from rag.answers.evidence import rank_candidates, view_question
from rag.answers.evidence_model import UNREAD_WEIGHTS, EvidenceModel, LogisticModel, QuestionModel
from rag.answers.features import (
    COSINE,
    EXACT_MISSING,
    QUESTION,
    READING,
    SENTENCE,
    QuestionView,
    SentenceFeatures,
)
from training.data.other_languages import Asked, shows_answer, write_library
from training.evidence.fit import fit_model, fit_sentences

SETS = ("jaquad", "faquad")
_SHOWN = 3
"""The likeliest sentences, one of which has to hold the answer."""
_NEVER = -20.0
"""The log-odds of a direct answer: the reader, which is English, finds sentences, but not words."""
_ENGLISH = {"asks", "cue", "closeness", "leaning", "sought missing", EXACT_MISSING.name}
SENTENCE_FEATURES = [
    feature
    for feature in [*SENTENCE.values(), *READING.values()]
    if feature is not COSINE and feature.name not in _ENGLISH
]
QUESTION_FEATURES = [
    feature
    for name, feature in QUESTION.items()
    if not any(word in name for word in ("cosine", "exact", "sought", "yes or no", "closeness"))
    and "sentence" not in name
    and name != "share of three"
]
"""Without those that tell small libraries from large ones more than answers from others."""


@dataclass(frozen=True)
class Case:
    """A question as ``training.evidence.fit`` wants it.

    :param gold: the chunks of the paragraph that answers.
    :param holds: whether the library holds the answer.
    """

    gold: frozenset[str]
    holds: bool


@dataclass(frozen=True)
class Read:
    """A question whose passages were read.

    :param right: of each candidate, whether it holds the answer.
    """

    case: Case
    sentences: SentenceFeatures
    right: npt.NDArray[np.bool_]


def read_set(name: str, most: int) -> Iterator[Read]:
    """Read the passages of up to ``most`` questions of a set, those that weights are fitted on."""
    with tempfile.TemporaryDirectory() as folder:
        texts = Path(folder) / "texts"
        texts.mkdir()
        asked = write_library(name, "fit", texts)
        settings = Settings(home=Path(folder) / "home")
        ingest([texts], settings)
        with Rag(settings) as bot:
            for each in random.Random(0).sample(asked, min(most, len(asked))):
                yield from read_question(bot, each)


def read_question(bot: Rag, asked: Asked) -> Iterator[Read]:
    """Read the passages of a question, if there are any."""
    passages = bot.search(asked.text)
    ranker = bot.ranker
    sentences = ranker.find_sentences(asked.text, passages, bot.library.lexical.idf)
    if not sentences.candidates:
        return
    ranker.read(sentences)
    gold = frozenset(p.chunk_id for p in passages if Path(p.source).name == asked.source)
    right = [
        each.passage.chunk_id in gold and shows_answer(each.line.text, asked)
        for each in sentences.candidates
    ]
    yield Read(Case(gold, bool(asked.source)), sentences, np.array(right, dtype=bool))


def fit(items: list[Read]) -> EvidenceModel:
    """Fit the model that ranks sentences, and the one that says how sure the answer is."""
    sentence = fit_sentences(items, SENTENCE_FEATURES)  # type: ignore[arg-type]
    model = EvidenceModel(sentence, *[LogisticModel(0.0, ())] * 2)
    views = [view(item, model) for item in items]
    shown = [rank_of_answer(*pair) < _SHOWN for pair in zip(items, views, strict=True)]
    return EvidenceModel(sentence, fit_confidence(views, shown), LogisticModel(_NEVER, ()))


def view(item: Read, model: EvidenceModel) -> QuestionView:
    """Rank the candidates of a question by a model."""
    return view_question(item.sentences, rank_candidates(model, item.sentences))


def rank_of_answer(item: Read, ranked: QuestionView) -> int:
    """The place of the first candidate that holds the answer; one behind all where none does."""
    places = [place for place, each in enumerate(ranked.order) if item.right[each]]
    return min(places, default=len(ranked.order) + _SHOWN)


def fit_confidence(views: list[QuestionView], labels: list[bool]) -> QuestionModel:
    """Fit the probability of what is labelled."""
    matrix = np.array([[f.compute(v) for f in QUESTION_FEATURES] for v in views], dtype=float)
    return fit_model(QUESTION_FEATURES, matrix, labels, [1.0] * len(labels))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=600, help="questions of a set, at most")
    options = parser.parse_args()
    items = [item for name in SETS for item in read_set(name, options.n)]
    print(len(items), "questions,", sum(item.case.holds for item in items), "with an answer")
    fit(items).save(UNREAD_WEIGHTS)


if __name__ == "__main__":
    main()
