"""The sentences and lines of the passages that may answer, each classified once."""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answers.lines import make_classifier
from rag.answers.lines.line import Line
from rag.models.pair_reader import Pair
from rag.questions.matcher import QuestionMatcher
from rag.text.sentences import sentence_spans
from rag.types import Passage


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line of a passage that may answer.

    :param rank: of the passage among those retrieved, counting from 0.
    :param index: of the line in its passage, counting from 0.
    """

    passage: Passage
    rank: int
    index: int
    line: Line


def find_candidates(matcher: QuestionMatcher) -> list[Candidate]:
    """Find all lines of the passages that may answer, in their order; the same words only once."""
    classify = make_classifier(matcher)
    found: dict[str, Candidate] = {}
    for rank, passage in enumerate(matcher.passages):
        for index, (start, end) in enumerate(sentence_spans(passage.text)):
            line = classify(Line(start, end, passage.text[start:end]), passage)
            if line is None:
                continue
            words = line.reading
            if line.context is not None and not line.meaning:
                words = f"{passage.heading} {line.context} {line.text}"
            found.setdefault(" ".join(words.split()), Candidate(passage, rank, index, line))
    return list(found.values())


def make_pairs(chosen: Sequence[Candidate], found: Sequence[Candidate]) -> list[Pair]:
    """Make the pairs that are read with the question: each candidate after what stands before it.

    :param found: all candidates, the chosen among them.
    """
    by_place = {(candidate.rank, candidate.index): candidate.line.text for candidate in found}
    pairs = []
    for each in chosen:
        before = each.line.context
        if before is None:
            before = by_place.get((each.rank, each.index - 1), "")
        pairs.append(Pair(each.passage.title, before, each.line.reading))
    return pairs
