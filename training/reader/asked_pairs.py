"""Makes pairs of questions that people asked, and of such as were changed by program."""

import random
from collections.abc import Sequence

from rag.answers.candidates import make_pairs
from rag.answers.evidence import EvidenceRanker
from rag.answers.evidence_model import EvidenceModel
from rag.models.pair_reader import PairReader
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
    ranker = _make_ranker(embed)
    found: tuple[list[QuestionPairs], ...] = ([], [])
    for case in make_cases(embed, random.Random(20), 1.0):
        if rng.random() < _KEPT.get(case.family, 1.0) and (
            examples := _choose_examples(case, ranker)
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
    ranker = _make_ranker(embed)
    rest = make_other_squad_cases(embed, {each.question for each in known})
    examples = [(case, _choose_examples(case, ranker)) for case in rest]
    found = [QuestionPairs(c.question, c.group, c.family, chosen) for c, chosen in examples]
    return [each for each in found if each.examples]


def _make_ranker(embed: CachedEmbedder) -> EvidenceRanker:
    """Make a ranker, of which only the model that chooses what is read is used."""
    return EvidenceRanker(EvidenceModel.load(), embed, embed, PairReader())


def _choose_examples(case: Case, ranker: EvidenceRanker) -> list[Example]:
    sentences = ranker.find_sentences(case.question, case.passages, case.idf)
    found = sentences.candidates
    right: list[Example] = []
    wrong: list[Example] = []
    places = ranker.find_likeliest(sentences, _PROMISING) if found else []
    likely = [found[place] for place in places]
    for candidate, pair in zip(likely, make_pairs(likely, found), strict=True):
        gold = case.holds and candidate.passage.chunk_id in case.gold
        said = holds_answer(pair.sentence, case.answers) if case.answers else gold
        if gold and said:
            right.append(Example(case.question, pair, True, find_span(pair.sentence, case.answers)))
        elif not (case.holds and said):
            wrong.append(Example(case.question, pair, False, None))
    return right[:_RIGHT] + wrong[: _WRONG if right else _WRONG_ONLY]
