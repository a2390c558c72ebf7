"""A sentence laid beside a quote: what of it is there, what is missing, what is contradicted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.support.alignment import (
    COPY,
    THERE,
    Alignment,
    Matching,
    Source,
    Swap,
    Token,
    align,
    source_of,
)
from rag.support.contradictions import denied, reversed_words
from rag.support.quantities import Quantity
from rag.support.statements import Statement, Word, read
from rag.types import Embed

NOTHING = "there is nothing to compare"
"""The reason when sentence or quote has no word."""
_RARE = 0.9
"""Weight from which a word is too particular to be just another way of saying the same; there are
fewer ways of saying ``lymphoma`` than of saying ``showed``."""
_LIKE_MEANING = 0.4
"""Cosine of two words' vectors: 89 % of synonyms tried were above it, 2 % of unrelated words."""
_LISTED = 4
"""Missing words that a reason names."""
_NEAR_COPY = 0.8
"""Share of a claim's words found in order in a sentence, by weight, from which another ordinary
word in the same place says something; for numbers and names ``COPY`` is enough."""
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


def compare(sentence: str, quote: str, embed_words: Embed | None = None) -> Comparison:
    """Lay a sentence beside a quote.

    :param embed_words: words to unit vectors, ``(n, d) float32``; asked only when a near copy has
        another word in some place.
    """
    claim, source = read(" ".join(sentence.split())), source_of(quote)
    if not claim.words or not source.vocabulary:
        return Comparison(verbatim=False, uncovered=(NOTHING,))
    matching = Matching(claim, source)
    if source.contains(claim):
        return Comparison(verbatim=True, signals=_signals(matching))
    region = [source.sentences[i] for i in matching.region]
    alignment = align(claim, region[0])
    units, numbers = _numbers(claim, source)
    names = _names(matching)
    swapped = _swapped(matching, alignment, embed_words)
    contradictions = _once(
        units,
        denied(claim, region, alignment),
        reversed_words(claim, region, alignment),
        swapped.numbers,
    )
    return Comparison(
        verbatim=False,
        contradictions=contradictions,
        missing=_once(numbers, swapped.names, names),
        replaced=tuple(reason for reason in _once(swapped.words) if reason not in contradictions),
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


@dataclass
class _Swapped:
    """What the best sentence has in the place of the claim's numbers, names and other words."""

    numbers: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


def _swapped(matching: Matching, alignment: Alignment, embed_words: Embed | None) -> _Swapped:
    found = _Swapped()
    sentence = matching.region[0]
    best = matching.source.sentences[sentence]
    for swap in alignment.swaps if alignment.share >= COPY else ():
        there = [token for token in swap.there if _is_new(token, matching.claim, best)]
        counts = [token.quantity for token in there if token.quantity]
        others = [token.word for token in there if token.word]
        near = swap.counted or (alignment.share >= _NEAR_COPY and len(others) <= len(swap.said))
        for token in swap.said:
            quantity, word = token.quantity, token.word
            if quantity and counts and _said_more_often(quantity, matching.claim, best):
                found.numbers.append(f"source says '{shown(counts[0])}', not '{shown(quantity)}'")
            elif word and others and _lacks(matching, sentence, word):
                reason = f"source says '{best.from_to(others)}', not '{word.text}'"
                if word.named:
                    found.names.append(reason)
                elif near and _means_another(word, others, swap, embed_words):
                    found.words.append(reason)
    return found


def _means_another(
    word: Word, others: Sequence[Word], swap: Swap, embed_words: Embed | None
) -> bool:
    """Whether a word means something else than those in whose place it stands.

    Without vectors, what is counted does, and rare words do.
    """
    if embed_words is None:
        return swap.counted or word.weight >= _RARE
    vectors = embed_words([word.text.lower(), *(other.text.lower() for other in others)])
    return bool((vectors[1:] @ vectors[0]).max() < _LIKE_MEANING)


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
