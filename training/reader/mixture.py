"""How much of each set the reader is fitted on."""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from training.data.changed_questions import find_donors, swap_word
from training.reader.made import make_definition_questions, make_record_questions
from training.reader.questions import (
    Question,
    is_reserved,
    load_dialogues,
    load_manuals,
    load_medicine,
    load_qed,
    load_reports,
    load_spans,
    load_squad2,
    load_tables,
)
from training.reader.rows import Negatives, cut_answer_out, take_answer_away


@dataclass(frozen=True)
class Part:
    """A set, and how many questions of it are read.

    :param most: questions as they are.
    :param elsewhere: with a text that does not answer, of those.
    :param cut: with the text around the sentence that answers.
    :param swapped: with a name or a number that the text does not have.
    :param repeats: how often each is read, in another window each time.
    """

    load: Callable[[], Iterable[Question]]
    most: int
    elsewhere: int = 0
    cut: int = 0
    swapped: int = 0
    repeats: int = 1


PARTS = {
    "squad1-train": Part(lambda: load_spans("squad1-train"), 26_000, 10_000, 5_000, 5_000),
    "squad2": Part(load_squad2, 10_000, 1_500, repeats=2),
    "qed-train": Part(load_qed, 6_000, 2_500, 800, 500),
    "qamr": Part(lambda: load_spans("qamr"), 4_000, 800),
    "wikitablequestions": Part(load_tables, 3_000, 800, 800),
    "friendsqa": Part(load_dialogues, 1_500, 300, 300),
    "tatqa": Part(load_reports, 1_200, 300),
    "emanual": Part(load_manuals, 500, 500, repeats=2),
    "bioasq": Part(load_medicine, 5_000, 3_500, 500, 300),
}
RECORDS, DEFINITIONS = 5_000, 4_500
"""Questions made by program."""
_DONORS = 300
"""Names of a set that are put in place of others."""


def is_for_training(question: Question) -> bool:
    """Whether a question is neither held out nor of a reserved document."""
    if question.source.startswith(("squad2", "bioasq")):
        return question.source in ("squad2", "bioasq")
    return not is_reserved(question.group)


def make_mixture(rng: random.Random) -> Iterator[Question]:
    """Draw the questions of all sets; in the order of the sets."""
    prose: list[Question] = []
    for name, part in PARTS.items():
        known = [each for each in part.load() if is_for_training(each) and each.sentences]
        rng.shuffle(known)
        if name in ("squad1-train", "qed-train"):
            prose += known
        drawn = known[: part.most]
        negatives = Negatives(known, rng, by_question=name == "bioasq")
        names = find_donors(each.question for each in known[:4000])
        donors = random.Random(3).sample(names, min(len(names), _DONORS))
        for _ in range(part.repeats):
            yield from drawn
        right = [each for each in known if each.has_answer]
        rng.shuffle(right)
        found = (negatives.find(each) for each in right[: part.elsewhere])
        yield from (each for each in found if each)
        rng.shuffle(right)
        for each in right[: part.cut]:
            yield from cut_answer_out(each, rng)
        rng.shuffle(right)
        for each in right[: part.swapped]:
            if changed := swap_word(each.question, each.text, donors, rng):
                yield take_answer_away(replace(each, question=changed))
    yield from make_record_questions(rng, RECORDS)
    yield from make_definition_questions(prose, rng, DEFINITIONS)
