"""Makes pairs for questions that ask for a sort of thing (``which drug``)."""

import random

from training.data.public_sets import SETS
from training.data.sort_questions import ask_other_sorts, find_sorts
from training.reader.cloze import ask_about, find_askable, tokenize
from training.reader.examples import QuestionPairs
from training.reader.sentences import Sentences, leave_out_held_out, load_pages


def make_sort_pairs(rng: random.Random) -> list[QuestionPairs]:
    """Ask for a sort of thing, or how many there are, from sentences that speak of it.

    A sentence answers when it names one (``the city of Leeds``). It does not when it speaks of some
    (``several cities``), or of everything else in the question but of no such thing.
    """
    found: list[QuestionPairs] = []
    for chunks in (*(leave_out_held_out(*load()) for load in SETS), load_pages()):
        sentences = Sentences(chunks)
        left = dict(_OF_SORTS)
        for place in sentences.shuffle_places(rng):
            asked = _ask_for_sort(sentences, place, rng)
            if asked and left[asked.family]:
                left[asked.family] -= 1
                found.append(asked)
    return found


_OF_SORTS = {"named": 200, "unnamed": 200, "uncounted": 60, "another sort": 400}
"""Questions of each kind from each set, at most."""
_OF_SORT = ("name", "phrase")
"""Parts of a sentence that are asked for as one of some sort."""
_ANOTHER = 0.3
"""Share of the sentences with a sort that are asked for another one."""


def _ask_for_sort(
    sentences: Sentences, place: tuple[str, int], rng: random.Random
) -> QuestionPairs | None:
    """Ask for a sort that the sentence speaks of, or for one that it does not."""
    name, i = place
    text = sentences.of[name][i]
    tokens = tokenize(text)
    asked = find_sorts(tokens)
    if not asked or rng.random() < _ANOTHER:
        runs = [(first, last) for first, last, kind in find_askable(tokens) if kind in _OF_SORT]
        asked = ask_other_sorts(runs, f"{sentences.before(name, i)} {text}", rng)
    if not asked:
        return None
    one = rng.choice(asked)
    kind = "number" if one.family == "uncounted" else "phrase"
    question = ask_about(tokens, one.first, one.last, kind, rng, one.asking)
    if len(question.split()) < 6:
        return None
    own = sentences.make_example(question, name, i, answers=one.span is not None, span=one.span)
    said = text[slice(*(one.span or (tokens[one.first][1], tokens[one.last - 1][2])))].lower()
    others = sentences.find_beside(question, question, place, said, rng)
    return QuestionPairs(question, sentences.chunks[name].group, one.family, [own, *others])
