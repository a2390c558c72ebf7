"""Makes pairs of questions that people asked, and of such as were changed by program."""

from __future__ import annotations

import random
from collections.abc import Sequence

from rag.answers import evidence
from rag.answers.features import pairs
from training.data.cached import CachedEmbedder
from training.evidence.cases import Case, holds_answer, make_cases, make_other_squad_cases
from training.reader.examples import Example, QuestionPairs, find_span

_KEPT = {
    "typo": 0.5, "titled": 0.5, "titled off-topic": 0.3, "squad off-topic": 0.3, "other field": 0.3,
    "small squad": 0.5, "small titled": 0.5, "small paraphrase": 0.3, "small off-topic": 0.2,
    "small impossible": 0.3, "small near": 0.6, "small probe": 0.6, "small swapped": 0.6,
}  # fmt: skip
"""Share of the questions of a family that is read, so that it takes less long."""
_PROMISING = 14
"""Of the sentences retrieved, the first ones that are looked through."""
_RIGHT, _WRONG, _WRONG_ONLY = 3, 2, 3
"""Sentences per question that answer, that do not, and that do not when none does; at most."""


def make_asked_pairs(embed: CachedEmbedder, rng: random.Random) -> tuple[list[QuestionPairs], ...]:
    """Make pairs of the questions of ``training.evidence.cases``: for fitting, and held out.

    A question is paired with some of the sentences that are likeliest before any is read. One that
    has the answer's words, in a passage that is not known to answer, is left out: it may answer.
    """
    found: tuple[list[QuestionPairs], ...] = ([], [])
    for case in make_cases(embed, random.Random(20), 1.0):
        if rng.random() < _KEPT.get(case.family, 1.0) and (
            examples := _choose_examples(case, embed)
        ):
            asked = QuestionPairs(case.question, case.group, case.family, examples)
            found[case.held_out].append(asked)
    return found


def make_more_asked_pairs(
    embed: CachedEmbedder, known: Sequence[QuestionPairs]
) -> list[QuestionPairs]:
    """Make pairs of all other questions about Wikipedia, for fitting.

    :param known: those that are used already.
    """
    rest = make_other_squad_cases(embed, {each.question for each in known})
    found = [QuestionPairs(c.question, c.group, c.family, _choose_examples(c, embed)) for c in rest]
    return [each for each in found if each.examples]


def _choose_examples(case: Case, embed: CachedEmbedder) -> list[Example]:
    reader = evidence.reader(case.question, case.passages, case.idf, embed)
    found, signals = evidence.read(reader)
    right: list[Example] = []
    wrong: list[Example] = []
    likely = [found[i] for i in evidence.promising(signals, _PROMISING)] if found else []
    for candidate, pair in zip(likely, pairs(likely, found), strict=True):
        gold = case.holds and candidate.passage.chunk_id in case.gold
        said = holds_answer(pair.sentence, case.answers) if case.answers else gold
        if gold and said:
            right.append(Example(case.question, pair, True, find_span(pair.sentence, case.answers)))
        elif not (case.holds and said):
            wrong.append(Example(case.question, pair, False, None))
    return right[:_RIGHT] + wrong[: _WRONG if right else _WRONG_ONLY]
