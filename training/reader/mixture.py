"""How much of each set the reader is fitted on."""

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice

from training.data.cached import CachedEmbedder
from training.data.changed_questions import (
    Thesaurus,
    abbreviate_phrase,
    find_donors,
    swap_word,
    twist,
)
from training.data.public_sets import is_reserved
from training.reader.made import (
    make_definition_questions,
    make_record_questions,
    make_whether_questions,
)
from training.reader.questions import (
    Question,
    load_dialogues,
    load_manuals,
    load_medicine,
    load_qed,
    load_reports,
    load_spans,
    load_squad2,
    load_tables,
    load_written,
)
from training.reader.rows import Negatives, cut_answer_out, take_answer_away


@dataclass(frozen=True)
class Part:
    """A set, and how many questions of it are read.

    :param most: questions as they are.
    :param elsewhere: with a text that does not answer, of those.
    :param cut: with the text around the sentence that answers.
    :param swapped: with a name or a number that the text does not have.
    :param twisted: for something else by the text's own words: the contrary, another number.
    :param reworded: that the text answers, in words of like meaning.
    :param short: that the text answers, with a phrase written by its initials.
    :param repeats: how often each is read, in another window each time.
    """

    load: Callable[[], Iterable[Question]]
    most: int
    elsewhere: int = 0
    cut: int = 0
    swapped: int = 0
    twisted: int = 0
    reworded: int = 0
    short: int = 0
    repeats: int = 1


_SPANS = {name: partial(load_spans, name) for name in ("squad1-train", "qamr")}


@dataclass(frozen=True)
class Mixture:
    """The sets, and how many questions are made by program."""

    parts: dict[str, Part]
    records: int
    definitions: int
    whether: int


FIRST = Mixture(
    {
        "squad1-train": Part(
            _SPANS["squad1-train"], 22_000, 8_000, 4_000, 4_000, 8_000, 5_000, 1_500
        ),
        "squad2": Part(load_squad2, 10_000, 1_500, 0, 0, 1_000, 1_000, 300, repeats=2),
        "qed-train": Part(load_qed, 6_000, 2_000, 600, 400, 500, 1_000, 300),
        "qamr": Part(_SPANS["qamr"], 3_000, 600),
        "wikitablequestions": Part(load_tables, 3_000, 800, 800),
        "friendsqa": Part(load_dialogues, 1_500, 300, 300),
        "tatqa": Part(load_reports, 1_200, 300, twisted=300),
        "emanual": Part(load_manuals, 500, 500, repeats=2),
        "bioasq": Part(load_medicine, 5_000, 3_500, 500, 300, 600, 1_000, 800),
    },
    records=4_000,
    definitions=3_500,
    whether=7_000,
)
AGAIN = Mixture(
    {
        "written": Part(load_written, 8_000),
        "squad1-train": Part(_SPANS["squad1-train"], 500, 200, 100, 100, 500, 400, 100),
        "squad2": Part(load_squad2, 1_200, 100, 0, 0, 100, 100, 50),
        "qed-train": Part(load_qed, 200, 80, 30, 20, 40, 80, 20),
        "wikitablequestions": Part(load_tables, 100, 50, 50),
        "friendsqa": Part(load_dialogues, 50, 20, 20),
        "tatqa": Part(load_reports, 50, 20, twisted=20),
        "bioasq": Part(load_medicine, 300, 200, 30, 20, 50, 80, 60),
    },
    records=150,
    definitions=150,
    whether=500,
)
"""What a fit that goes on reads: what was written for this, and a little of what it knows."""
LONG = Mixture(
    {
        "written": Part(load_written, 8_500),
        "squad1-train": Part(
            _SPANS["squad1-train"], 46_000, 9_000, 4_000, 4_000, 8_000, 3_500, 1_000
        ),
        "squad2": Part(load_squad2, 10_000, 1_000, 0, 0, 800, 600, 200),
        "qed-train": Part(load_qed, 6_000, 2_000, 600, 400, 500, 700, 200),
        "qamr": Part(_SPANS["qamr"], 2_000, 400),
        "wikitablequestions": Part(load_tables, 2_500, 600, 600),
        "friendsqa": Part(load_dialogues, 1_500, 300, 300),
        "tatqa": Part(load_reports, 1_200, 300, twisted=300),
        "emanual": Part(load_manuals, 500, 300),
        "bioasq": Part(load_medicine, 4_000, 2_500, 300, 200, 500, 600, 500),
    },
    records=2_000,
    definitions=2_500,
    whether=3_500,
)
"""What a long fit that goes on reads: all sets again, other rows of them."""
_DONORS = 300
"""Names of a set that are put in place of others."""


def is_for_training(question: Question) -> bool:
    """Whether a question is neither held out nor of a reserved document."""
    if question.source.startswith(("squad2", "bioasq")):
        return question.source in ("squad2", "bioasq")
    return not is_reserved(question.group)


def make_mixture(mixture: Mixture, rng: random.Random, embed: CachedEmbedder) -> Iterator[Question]:
    """Draw the questions of all sets; in the order of the sets."""
    prose: list[Question] = []
    for name, part in mixture.parts.items():
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
        rng.shuffle(right)
        for each in right[: part.twisted]:
            if changed := twist(each.question, each.text, rng):
                yield take_answer_away(replace(each, question=changed))
        if part.reworded:
            thesaurus = Thesaurus({each.text for each in known}, embed)
            rng.shuffle(right)
            for each in right[: part.reworded]:
                yield replace(each, question=thesaurus.reword(each.question, rng))
        short = (
            (each, changed)
            for each in rng.sample(right, len(right))
            if (changed := abbreviate_phrase(each.question, each.text, rng))
        )
        yield from (replace(each, question=changed) for each, changed in islice(short, part.short))
    yield from make_whether_questions(rng, mixture.whether)
    yield from make_record_questions(rng, mixture.records)
    yield from make_definition_questions(prose, rng, mixture.definitions)
