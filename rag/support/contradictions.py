"""Finds where a sentence and its source contradict each other: by a negation, or by antonyms."""

import re
from collections.abc import Sequence

from rag.support.alignment import COPY, Alignment
from rag.support.antonyms import are_alike, are_antonyms
from rag.support.statements import Statement, Word
from rag.text.terms import STOP_WORDS

_HEADS = 3
"""Content words after a negation that it is said of above all."""
_ENOUGH = 0.4
"""Share of a negation's scope, by weight, from which a text speaks of the same thing."""
_NEAR = 4
"""Words on each side of a word that say what it is said of."""
_SAME_THINGS = 0.3
"""Share of the words around a word, by weight, that are around its opposite too."""


def find_denials(claim: Statement, region: Sequence[Statement], alignment: Alignment) -> list[str]:
    """Find what claim or source negates and the other one does not; as reasons for a reader."""
    best = region[0]
    found = []
    for cue in claim.cues:
        head = _find_conflict(claim.list_negated_by(cue), region)
        if head:
            found.append(f"source says '{head.text}' without '{claim.words[cue].text}'")
    for cue in best.cues:
        head = _find_conflict(best.list_negated_by(cue), [claim])
        if head and all(best.words[i].negated != head.negated for i in best.places[head.term]):
            found.append(f"source says '{_quote_negation(best, cue)}'")
    return found or _find_added_negation(claim, best, alignment)


def _find_added_negation(claim: Statement, best: Statement, alignment: Alignment) -> list[str]:
    """Find a negation that only one of two texts has between words that are the same."""
    if alignment.share < COPY:
        return []
    mine = [t.word for swap in alignment.swaps for t in swap.in_claim if t.word and t.word.cue]
    theirs = [t.word for swap in alignment.swaps for t in swap.in_source if t.word and t.word.cue]
    if len(mine) > len(theirs):
        return [f"source does not say '{_quote_negation(claim, claim.words.index(mine[0]))}'"]
    if len(theirs) > len(mine):
        return [f"source says '{_quote_negation(best, best.words.index(theirs[0]))}'"]
    return []


def _find_conflict(negated: Sequence[Word], others: Sequence[Statement]) -> Word | None:
    """Find the first negated word that other statements have, if they never have it negated.

    Only statements count that have enough of the negated words, or of the first ones.
    """
    heads = negated[:_HEADS]
    alike = [o for o in others if _has_enough(o, heads) or _has_enough(o, negated)]
    known = [word for word in heads if any(other.count(word.term) for other in alike)]
    if not known:
        return None
    theirs = [other.words[i] for other in alike for i in other.places.get(known[0].term, ())]
    other_sign = (w.negated != known[0].negated and not w.loosely for w in theirs)
    return theirs[0] if all(other_sign) else None


def _has_enough(statement: Statement, words: Sequence[Word]) -> bool:
    there = sum(word.weight for word in words if statement.count(word.term))
    return there > 0 and there >= _ENOUGH * sum(word.weight for word in words)


def _quote_negation(statement: Statement, cue: int) -> str:
    """Quote a negation with the word before it and the word after it."""
    return statement.quote(statement.words[max(0, cue - 1) : cue + 2])


def find_reversals(
    claim: Statement, region: Sequence[Statement], alignment: Alignment
) -> list[str]:
    """Find words whose antonym the source says of the same things, or has in the same place."""
    found = []
    for swap in alignment.swaps:
        pairs = [
            (s.word, t.word) for s in swap.in_claim for t in swap.in_source if s.word and t.word
        ]
        found += [
            f"source says '{other.text}', not '{word.text}'"
            for word, other in pairs
            if _are_contrary(word, other)
            and word.negated == other.negated
            and not _lists_both(claim, word, other)
        ]
    elsewhere = (i for i, word in enumerate(claim.words) if word.start not in alignment.placed)
    opposed = ((claim.words[i], _find_antonym(claim, i, region)) for i in elsewhere)
    found += [f"source says '{there.text}', not '{word.text}'" for word, there in opposed if there]
    return found


def _find_antonym(claim: Statement, place: int, region: Sequence[Statement]) -> Word | None:
    """Find the antonym of a claim's word that the source says of the same things.

    None when the source says the word itself, or a like one, of as many of these things, or when
    the claim has that antonym too.
    """
    word, near = claim.words[place], _weigh_neighbours(claim, place)
    alike, most = 0.0, _SAME_THINGS * sum(near.values())
    there: Word | None = None
    for statement in region:
        for i, other in enumerate(statement.words):
            same = are_alike(word.term, other.term)
            if not same and (other.term in claim.places or not _are_contrary(word, other)):
                continue
            around = _weigh_neighbours(statement, i)
            shared = sum(near[term] for term in near.keys() & around.keys())
            if same == (word.negated == other.negated):
                alike = max(alike, shared)
            elif not same and shared > most:
                most, there = shared, other
    return there if most > alike else None


def _weigh_neighbours(statement: Statement, place: int) -> dict[str, float]:
    """List the terms around a word with their weights; for a preposition only those that follow."""
    own = statement.words[place]
    first = place if own.text.lower() in STOP_WORDS else max(0, place - _NEAR)
    words = statement.words[first : place + 1 + _NEAR]
    return {word.term: word.weight for word in words if word.weight and word is not own}


def _lists_both(claim: Statement, word: Word, other: Word) -> bool:
    """Whether the claim itself lists a word together with its antonym (``hot and cold``)."""
    for place in claim.places.get(other.term, ()):
        first, last = sorted((word, claim.words[place]), key=lambda w: w.start)
        between = claim.text[first.end : last.start].lower()
        if re.fullmatch(r"(?:[\s,/]|and|or|to|both)+", between):
            return True
    return False


def _are_contrary(first: Word, second: Word) -> bool:
    """Whether two words are antonyms, or two compounds are that differ in one part only."""
    if are_antonyms(first.term, second.term):
        return True
    if len(first.parts) < 2 or len(first.parts) != len(second.parts):
        return False
    differ = [pair for pair in zip(first.parts, second.parts, strict=True) if pair[0] != pair[1]]
    return len(differ) == 1 and are_antonyms(*differ[0])
