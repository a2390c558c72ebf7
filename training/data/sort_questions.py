"""Finds in sentences what can be asked for as a sort of thing (``which drug``)."""

import random
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from rag.text.terms import STOP_WORDS, terms

Token: TypeAlias = tuple[str, int, int]
"""A word with where it starts and ends in its text."""
_NOUNS = frozenset(
    """actor agency album animal artist athlete author award bacterium bank battle book bridge
    building cancer canal chemical church city club college colony committee company composer
    compound corporation country county court device disease disorder district drug dynasty element
    emperor engine engineer enzyme event family factor factory fiber field film firm food game gene
    god group hormone hospital infection inhibitor institute institution instrument island journal
    king lake language law leader library machine manufacturer material medication medicine metal
    method mineral mountain movement museum musician mutation newspaper nation network office
    organ organisation organization painter parasite party pathway philosopher plant player
    politician port president product program programme project protein province publication
    receptor region religion researcher river satellite scholar school scientist ship singer
    singer society software song species specialist sport state station street substance symptom
    syndrome system team technique technology test theory tissue tool town toxin tradition treatment
    treaty tribe tumor union university vaccine virus vitamin war weapon writer""".split()
)
"""Sorts of things that have names."""
_SOME = frozenset(
    "certain different few many most multiple numerous other several some various".split()
)
_INTRODUCES = frozenset("such like including called named known ( : , e.g i.e".split())
_WHICH, _HOW_MANY = ("Which", "What", "which"), ("How many", "how many", "What number of")


class SortAsked(NamedTuple):
    """What is asked for: tokens, half-open, in whose place the asking words go.

    :param span: of the answer in the text; None where the text does not say it.
    :param family: what such questions are counted with.
    """

    first: int
    last: int
    asking: str
    span: tuple[int, int] | None
    family: str


def find_sorts(tokens: Sequence[Token]) -> list[SortAsked]:
    """Find the sorts of things in a sentence: with a name, without one, or several, uncounted."""
    words = [word for word, _, _ in tokens]
    found = []
    for i, word in enumerate(words[:-1]):
        after, which = words[i + 1], _WHICH[i % 3]
        some = i > 0 and words[i - 1].lower() in _SOME
        if some and word.islower() and word[-1] == "s" and word not in STOP_WORDS:
            found.append(SortAsked(i - 1, i, _HOW_MANY[i % 3], None, "uncounted"))
        if _singular(word) not in _NOUNS or not i:
            continue
        if some and after.islower() and after not in _INTRODUCES:
            found.append(SortAsked(i - 1, i + 1, f"{which} {word}", None, "unnamed"))
        begin = end = i + 1 + (after == "of")
        while end < len(words) and words[end][0].isupper() and words[end].isalpha():
            end += 1
        if end > begin and len(words[begin]) > 2:
            first = i - (words[i - 1].lower() in ("the", "a", "an"))
            span = tokens[begin][1], tokens[end - 1][2]
            found.append(SortAsked(first, end, f"{which} {word}", span, "named"))
    return found


def ask_other_sorts(
    runs: Sequence[tuple[int, int]], read: str, rng: random.Random
) -> list[SortAsked]:
    """Ask for each run of tokens as a sort that the text which is read does not have."""
    known = set(terms(read))
    absent = [noun for noun in sorted(_NOUNS) if not known.intersection(terms(noun))]
    return [
        SortAsked(*run, f"{rng.choice(_WHICH)} {rng.choice(absent)}", None, "another sort")
        for run in runs
    ]


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and word[:-1] in _NOUNS else word
