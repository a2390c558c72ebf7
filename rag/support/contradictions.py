"""Where a sentence and its source contradict each other: a ``not`` too many, opposite words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.support.alignment import COPY, Alignment
from rag.support.antonyms import opposite, same_side
from rag.support.statements import Statement, Word
from rag.text.terms import STOP_WORDS

_HEADS = 3
"""Content words after a negation that it is above all said of."""
_ENOUGH = 0.4
"""Share of what a negation reaches, by weight, that is there when the same thing is spoken of."""
_NEAR = 4
"""Words on each side of a word that tell what it is said of."""
_SAME_THINGS = 0.3
"""Share of the words around a word, by weight, that are around its opposite too."""


def denied(claim: Statement, region: Sequence[Statement], alignment: Alignment) -> list[str]:
    """What one of the two denies and the other does not."""
    best = region[0]
    found = []
    for cue in claim.cues:
        head = _conflict(claim.reach(cue), region)
        if head:
            found.append(f"source says '{head.text}' without '{claim.words[cue].text}'")
    for cue in best.cues:
        head = _conflict(best.reach(cue), [claim])
        if head and all(best.words[i].negated != head.negated for i in best.places[head.term]):
            found.append(f"source says '{_negation(best, cue)}'")
    return found or _moved(claim, best, alignment)


def _moved(claim: Statement, best: Statement, alignment: Alignment) -> list[str]:
    """A negation that is all that is more, or less, between words that are the same."""
    if alignment.share < COPY:
        return []
    mine = [t.word for swap in alignment.swaps for t in swap.said if t.word and t.word.cue]
    theirs = [t.word for swap in alignment.swaps for t in swap.there if t.word and t.word.cue]
    if len(mine) > len(theirs):
        return [f"source does not say '{_negation(claim, claim.words.index(mine[0]))}'"]
    if len(theirs) > len(mine):
        return [f"source says '{_negation(best, best.words.index(theirs[0]))}'"]
    return []


def _conflict(reached: Sequence[Word], others: Sequence[Statement]) -> Word | None:
    """The first reached word that the others have, if they have it only with the other sign.

    Only statements count that have enough of what the negation reaches, or reaches first.
    """
    heads = reached[:_HEADS]
    alike = [o for o in others if _has_enough(o, heads) or _has_enough(o, reached)]
    known = [word for word in heads if any(other.count(word.term) for other in alike)]
    if not known:
        return None
    theirs = [other.words[i] for other in alike for i in other.places.get(known[0].term, ())]
    other_sign = (w.negated != known[0].negated and not w.loosely for w in theirs)
    return theirs[0] if all(other_sign) else None


def _has_enough(statement: Statement, words: Sequence[Word]) -> bool:
    there = sum(word.weight for word in words if statement.count(word.term))
    return there > 0 and there >= _ENOUGH * sum(word.weight for word in words)


def _negation(statement: Statement, cue: int) -> str:
    """The negation with the words around it, as the source has it."""
    words = statement.words[max(0, cue - 1) : cue + 2]
    return statement.from_to(words)


def reversed_words(
    claim: Statement, region: Sequence[Statement], alignment: Alignment
) -> list[str]:
    """Words whose opposite is said in the source: of the same things, or in the same place."""
    found = []
    for swap in alignment.swaps:
        pairs = [(s.word, t.word) for s in swap.said for t in swap.there if s.word and t.word]
        found += [
            f"source says '{other.text}', not '{word.text}'"
            for word, other in pairs
            if _contrary(word, other)
            and word.negated == other.negated
            and not _listed(claim, word, other)
        ]
    elsewhere = (i for i, word in enumerate(claim.words) if word.start not in alignment.placed)
    opposed = ((claim.words[i], _opposed(claim, i, region)) for i in elsewhere)
    found += [f"source says '{there.text}', not '{word.text}'" for word, there in opposed if there]
    return found


def _opposed(claim: Statement, place: int, region: Sequence[Statement]) -> Word | None:
    """The opposite of a claim's word that the source says of the same things.

    Nothing, when the source says the word itself, or the like, of them at least as nearly, or when
    the claim has that opposite too.
    """
    word, near = claim.words[place], _neighbours(claim, place)
    alike, most = 0.0, _SAME_THINGS * sum(near.values())
    there: Word | None = None
    for statement in region:
        for i, other in enumerate(statement.words):
            same = same_side(word.term, other.term)
            if not same and (other.term in claim.places or not _contrary(word, other)):
                continue
            around = _neighbours(statement, i)
            shared = sum(near[term] for term in near.keys() & around.keys())
            if same == (word.negated == other.negated):
                alike = max(alike, shared)
            elif not same and shared > most:
                most, there = shared, other
    return there if most > alike else None


def _neighbours(statement: Statement, place: int) -> dict[str, float]:
    """The terms around a word with their weights; of a preposition only those that follow."""
    own = statement.words[place]
    first = place if own.text.lower() in STOP_WORDS else max(0, place - _NEAR)
    words = statement.words[first : place + 1 + _NEAR]
    return {word.term: word.weight for word in words if word.weight and word is not own}


def _listed(claim: Statement, word: Word, other: Word) -> bool:
    """Whether the claim itself lists the word together with its opposite (``hot and cold``)."""
    for place in claim.places.get(other.term, ()):
        first, last = sorted((word, claim.words[place]), key=lambda w: w.start)
        between = claim.text[first.end : last.start].lower()
        if re.fullmatch(r"(?:[\s,/]|and|or|to|both)+", between):
            return True
    return False


def _contrary(first: Word, second: Word) -> bool:
    """Whether two words, or one part of two compounds that are else the same, are opposites."""
    if opposite(first.term, second.term):
        return True
    if len(first.parts) < 2 or len(first.parts) != len(second.parts):
        return False
    differ = [pair for pair in zip(first.parts, second.parts, strict=True) if pair[0] != pair[1]]
    return len(differ) == 1 and opposite(*differ[0])
