"""What the reader is fitted on: pairs of a question and a sentence, with the answer's place."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.models.pair_reader import Pair

Span = tuple[int, int]


@dataclass(frozen=True)
class Example:
    """A pair read for a question.

    :param answers: whether the sentence is to the point.
    :param span: of the answer in the sentence; None when there is none, or when it is not known.
    """

    question: str
    pair: Pair
    answers: bool
    span: Span | None


@dataclass(frozen=True)
class QuestionPairs:
    """A question with its pairs; ``group`` and ``family`` as in ``training.evidence.cases``."""

    question: str
    group: str
    family: str
    examples: list[Example]


def find_span(sentence: str, answers: Sequence[str]) -> Span | None:
    """Find the shortest of the answers that the sentence has as whole words."""
    for answer in sorted(answers, key=len):
        pattern = rf"(?<!\w){re.escape(answer.lower())}(?!\w)"
        if match := re.search(pattern, sentence.lower()):
            return match.span()
    return None
