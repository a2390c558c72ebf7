"""A sentence laid beside a quote: what of it is there, what is missing, what is contradicted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.matching import THERE, Alignment, Matching, Source, Token, align, source_of
from rag.opposites import opposite, same_side
from rag.quantities import Quantity
from rag.statements import Statement, Word, read
from rag.terms import STOP_WORDS

_SAME_THINGS = 0.3
"""Share of the words around a word, by weight, that are around its opposite too."""
_NEAR = 4
"""Words on each side of a word that tell what it is said of."""
_HEADS = 3
"""Content words after a negation that it is above all said of."""
_LISTED = 4
"""Missing words that a reason names."""
_COPY, _NEAR_COPY = 0.6, 0.8
"""Share of a claim's words found in order in a sentence, by weight, from which it is a copy with
changes, so that another number or name in the same place says something; and another word."""
_TELLING = 0.2
"""Weight from which a word's absence is worth a reader's attention."""
_UNSPOKEN = frozenset({"month", "s", "$", "€", "£", "degree"})
"""Dimensions that are often left out (``aged 12``), so that their absence says nothing."""


@dataclass(frozen=True)
class Comparison:
    """What was seen.

    :param verbatim: the sentence's words stand in the quote, one after the other.
    :param contradictions: what the source says otherwise, for a reader.
    :param missing: numbers and names that are not in the source.
    :param replaced: other words in whose place the source has another.
    :param uncovered: the remaining words that are not in the source.
    :param signals: what the probability is computed from, by name.
    """

    verbatim: bool
    contradictions: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    uncovered: tuple[str, ...] = ()
    signals: dict[str, float] = field(default_factory=dict)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Everything that speaks against support, the worst first, each only once."""
        return (*self.contradictions, *self.missing, *self.replaced, *self.uncovered)


def compare(sentence: str, quote: str) -> Comparison:
    """Lay a sentence beside a quote."""
    claim, source = read(" ".join(sentence.split())), source_of(quote)
    if not claim.words or not source.vocabulary:
        return Comparison(verbatim=False, uncovered=("there is nothing to compare",))
    matching = Matching(claim, source)
    best = source.sentences[matching.region[0]]
    alignment = align(claim, best)
    region = [source.sentences[i] for i in matching.region]
    if source.contains(claim):
        return Comparison(verbatim=True, signals=_signals(matching))
    contradictions = [*_negated(claim, region, alignment), *_reversed(claim, region, alignment)]
    units, numbers = _numbers(claim, source)
    names = _names(matching)
    numbers_swapped, names_swapped, words_swapped = _swapped(matching, alignment)
    return Comparison(
        verbatim=False,
        contradictions=_once(units, contradictions, numbers_swapped),
        missing=_once(numbers, names_swapped, names),
        replaced=tuple(swap for swap in _once(words_swapped) if swap not in contradictions),
        uncovered=_uncovered(matching),
        signals=_signals(matching, len(numbers), len(names)),
    )


def _once(*lists: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reason for reasons in lists for reason in reasons))


def _signals(matching: Matching, numbers: int = 0, names: int = 0) -> dict[str, float]:
    return {
        "coverage": matching.coverage(matching.region),
        "numbers missing": float(numbers),
        "names missing": float(names),
    }


def _numbers(claim: Statement, source: Source) -> tuple[list[str], list[str]]:
    """What the source says with another unit, and what numbers it does not have."""
    other, missing = [], []
    for quantity in claim.quantities:
        if any(quantity.means(q) for q in source.quantities):
            continue
        same = [q for q in source.quantities if quantity.counts_as(q)]
        contrary = [q for q in same if not agree(quantity, q)]
        spoken = [q for q in contrary if q.dimension]
        if spoken or (contrary and len(contrary) == len(same)):
            there = (spoken or contrary)[0]
            other.append(f"source says '{shown(there)}', not '{shown(quantity)}'")
        elif not same and not quantity.lenient:
            missing.append(f"number {shown(quantity)} not in the source")
    return other, missing


def agree(first: Quantity, second: Quantity) -> bool:
    """Whether two quantities mean the same, a unit that often goes without saying left out."""
    spoken = {first.dimension, second.dimension} - {""}
    unit_left_out = "" in (first.dimension, second.dimension) and spoken <= _UNSPOKEN
    return first.means(second) or (unit_left_out and first.counts_as(second))


def shown(quantity: Quantity) -> str:
    """The quantity as written, with the unit that it takes from its neighbour."""
    text = quantity.text
    bare = text[-1].isdigit() and not quantity.text.startswith(("$", "€", "£", "¥", "₹", "US"))
    return f"{text} {quantity.unit}" if bare and quantity.unit else text


def _names(matching: Matching) -> list[str]:
    """The names and codes that the source does not have."""
    held = zip(matching.claim.content, matching.held(), strict=True)
    return [f"'{w.text}' not in the source" for w, share in held if w.named and share < THERE]


def _uncovered(matching: Matching) -> tuple[str, ...]:
    """The other words that the best sentences do not have."""
    held = zip(matching.claim.content, matching.held(matching.region), strict=True)
    lost = [w.text for w, share in held if share < THERE and not w.named and w.weight > _TELLING]
    if not lost:
        return ()
    more = ", …" if len(lost) > _LISTED else ""
    return (f"not in the source: {', '.join(lost[:_LISTED])}{more}",)


def _swapped(matching: Matching, alignment: Alignment) -> tuple[list[str], list[str], list[str]]:
    """What the best sentence has in the place of the claim's numbers, names and other words."""
    numbers: list[str] = []
    names: list[str] = []
    words: list[str] = []
    sentence = matching.region[0]
    best = matching.source.sentences[sentence]
    for swap in alignment.swaps if alignment.share >= _COPY else ():
        telling = swap.counted or alignment.share >= _NEAR_COPY
        there = [token for token in swap.there if _is_new(token, matching.claim, best)]
        counts = [token.quantity for token in there if token.quantity]
        others = [token.word for token in there if token.word]
        for token in swap.said:
            quantity, word = token.quantity, token.word
            if quantity and counts and _said_more_often(quantity, matching.claim, best):
                numbers.append(f"source says '{shown(counts[0])}', not '{shown(quantity)}'")
            elif word and others and _lacks(matching, sentence, word):
                reason = f"source says '{_joined(best, others)}', not '{word.text}'"
                if word.named:
                    names.append(reason)
                elif telling and len(others) <= len(swap.said):
                    words.append(reason)
    return numbers, names, words


def _said_more_often(quantity: Quantity, claim: Statement, source: Statement) -> bool:
    """Whether the claim has the quantity more often than the source sentence."""
    mine, theirs = (sum(agree(quantity, q) for q in s.quantities) for s in (claim, source))
    return mine > theirs


def _lacks(matching: Matching, sentence: int, word: Word) -> bool:
    """Whether the source sentence does not have the word, or not as often as the claim."""
    if not word.weight or word.start in matching.expanded[sentence]:
        return False
    there = matching.source.sentences[sentence].count(word.term)
    return not matching.has(word, sentence) or matching.claim.count(word.term) > there > 0


def _is_new(token: Token, claim: Statement, source: Statement) -> bool:
    """Whether a token of the source sentence is there more often than in the claim."""
    if token.quantity:
        return not any(quantity.means(token.quantity) for quantity in claim.quantities)
    word = token.word
    return word is not None and word.weight > 0 and source.count(word.term) > claim.count(word.term)


def contrary(first: Word, second: Word) -> bool:
    """Whether two words, or one part of two compounds that are else the same, are opposites."""
    if opposite(first.term, second.term):
        return True
    if len(first.parts) < 2 or len(first.parts) != len(second.parts):
        return False
    differ = [pair for pair in zip(first.parts, second.parts, strict=True) if pair[0] != pair[1]]
    return len(differ) == 1 and opposite(*differ[0])


def _joined(statement: Statement, words: Sequence[Word]) -> str:
    return statement.text[words[0].start : words[-1].end]


def _negated(claim: Statement, region: Sequence[Statement], alignment: Alignment) -> list[str]:
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
    if alignment.share < _COPY:
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

    Only statements count that have at least half of what the negation reaches first.
    """
    heads = reached[:_HEADS]
    half = sum(word.weight for word in heads) / 2
    alike = [o for o in others if sum(w.weight for w in heads if o.count(w.term)) >= half]
    known = [word for word in heads if any(other.count(word.term) for other in alike)]
    if not known:
        return None
    theirs = [other.words[i] for other in alike for i in other.places.get(known[0].term, ())]
    other_sign = (w.negated != known[0].negated and not w.loosely for w in theirs)
    return theirs[0] if all(other_sign) else None


def _negation(statement: Statement, cue: int) -> str:
    """The negation with the words around it, as the source has it."""
    words = statement.words[max(0, cue - 1) : cue + 2]
    return _joined(statement, words)


def _reversed(claim: Statement, region: Sequence[Statement], alignment: Alignment) -> list[str]:
    """Words whose opposite is said in the source: of the same things, or in the same place."""
    found = []
    for swap in alignment.swaps:
        pairs = [(s.word, t.word) for s in swap.said for t in swap.there if s.word and t.word]
        found += [
            f"source says '{other.text}', not '{word.text}'"
            for word, other in pairs
            if contrary(word, other)
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
            if not same and (other.term in claim.places or not contrary(word, other)):
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
