"""Compares a sentence with a quote: what of it is found, missing, replaced and contradicted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.support.alignment import COPY, Alignment, Swap, Token, align_statements
from rag.support.contradictions import find_denials, find_reversals
from rag.support.matching import THERE, Matching, Source, read_source
from rag.support.quantities import Quantity
from rag.support.statements import Statement, Word, read_statement
from rag.types import Embed

NOTHING = "there is nothing to compare"
"""The reason when sentence or quote has no word."""
_RARE = 0.9
"""Weight from which a word is too particular to be just another way of saying the same: there are
fewer ways of saying ``lymphoma`` than of saying ``showed``."""
_LIKE_MEANING = 0.4
"""Cosine of two words' vectors: 89 % of synonyms tried were above it, 2 % of unrelated words."""
_LISTED = 4
"""Missing words that a reason names, at most."""
_NEAR_COPY = 0.8
"""Like ``COPY``, but for ordinary words in the same place; numbers and names need ``COPY`` only."""
_TELLING = 0.2
"""Weight from which a missing word is named to a reader."""
_UNSPOKEN = frozenset({"month", "s", "$", "€", "£", "degree"})
"""Dimensions whose unit is often left out (``aged 12``), so that its absence says nothing."""


@dataclass(frozen=True)
class Comparison:
    """How a sentence and a quote compare; lists of reasons are for a reader.

    :param verbatim: whether the sentence's words stand in the quote, one after the other.
    :param contradictions: what the source says otherwise.
    :param missing: numbers and names that are not in the source.
    :param replaced: other words in whose place the source has another one.
    :param uncovered: the remaining words that are not in the source.
    :param coverage: share of the sentence's words, by weight, that the source has, in [0, 1].
    :param alignment: share of the sentence's words that the best source sentence has in the same
        order, in [0, 1].
    :param numbers_missing: how many numbers are not in the source.
    :param names_missing: how many names are not in the source.
    """

    verbatim: bool
    contradictions: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    uncovered: tuple[str, ...] = ()
    coverage: float = 0.0
    alignment: float = 0.0
    numbers_missing: int = 0
    names_missing: int = 0

    @property
    def faults(self) -> tuple[str, ...]:
        """What is said otherwise, missing or replaced, all of it exact; the worst first."""
        return (*self.contradictions, *self.missing, *self.replaced)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Everything that speaks against support, the worst first."""
        return (*self.faults, *self.uncovered)


def compare(sentence: str, quote: str, embed_words: Embed | None = None) -> Comparison:
    """Compare a sentence with a quote.

    :param embed_words: words to unit vectors, ``(n, d) float32``; called only when a near copy has
        another word in some place.
    """
    claim, source = read_statement(" ".join(sentence.split())), read_source(quote)
    if not claim.words or not source.vocabulary:
        return Comparison(verbatim=False, uncovered=(NOTHING,))
    matching = Matching(claim, source)
    coverage = matching.coverage(matching.region)
    if source.contains(claim):
        return Comparison(verbatim=True, coverage=coverage)
    region = [source.sentences[i] for i in matching.region]
    alignment = align_statements(claim, region[0])
    units, numbers = _check_numbers(claim, source)
    names = _find_missing_names(matching)
    swapped = _find_swapped(matching, alignment, embed_words)
    denials = find_denials(claim, region, alignment)
    reversals = find_reversals(claim, region, alignment)
    contradictions = _unique(units, denials, reversals, swapped.numbers)
    return Comparison(
        verbatim=False,
        contradictions=contradictions,
        missing=_unique(numbers, swapped.names, names),
        replaced=tuple(reason for reason in _unique(swapped.words) if reason not in contradictions),
        uncovered=_list_uncovered(matching),
        coverage=coverage,
        alignment=alignment.share,
        numbers_missing=len(numbers),
        names_missing=len(names),
    )


def _unique(*lists: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reason for reasons in lists for reason in reasons))


def _check_numbers(claim: Statement, source: Source) -> tuple[list[str], list[str]]:
    """Find the numbers that the source has with another unit, and those that it does not have."""
    other, missing = [], []
    for quantity in claim.quantities:
        if any(quantity.means(q) for q in source.quantities):
            continue
        same = [q for q in source.quantities if quantity.counts_as(q)]
        contrary = [q for q in same if not agree(quantity, q)]
        spoken = [q for q in contrary if q.dimension]
        if spoken or (contrary and len(contrary) == len(same)):
            there = (spoken or contrary)[0]
            other.append(
                f"source says '{format_quantity(there)}', not '{format_quantity(quantity)}'"
            )
        elif not same and not quantity.lenient:
            missing.append(f"number {format_quantity(quantity)} not in the source")
    return other, missing


def agree(first: Quantity, second: Quantity) -> bool:
    """Whether two quantities mean the same; one of them may leave out a unit that often is."""
    spoken = {first.dimension, second.dimension} - {""}
    unit_left_out = "" in (first.dimension, second.dimension) and spoken <= _UNSPOKEN
    return first.means(second) or (unit_left_out and first.counts_as(second))


def format_quantity(quantity: Quantity) -> str:
    """Write a quantity as the text has it, with the unit that it takes from its neighbour."""
    text = quantity.text
    bare = text[-1].isdigit() and not quantity.text.startswith(("$", "€", "£", "¥", "₹", "US"))
    return f"{text} {quantity.unit}" if bare and quantity.unit else text


def _find_missing_names(matching: Matching) -> list[str]:
    found = zip(matching.claim.content, matching.best_shares(), strict=True)
    return [f"'{w.text}' not in the source" for w, share in found if w.named and share < THERE]


def _list_uncovered(matching: Matching) -> tuple[str, ...]:
    """List the other words that the best sentences do not have, as one reason."""
    found = zip(matching.claim.content, matching.best_shares(matching.region), strict=True)
    lost = [w.text for w, share in found if share < THERE and not w.named and w.weight > _TELLING]
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


def _find_swapped(matching: Matching, alignment: Alignment, embed_words: Embed | None) -> _Swapped:
    """Find the numbers, names and words in whose place the best sentence has others."""
    found = _Swapped()
    sentence = matching.region[0]
    best = matching.source.sentences[sentence]
    for swap in alignment.swaps if alignment.share >= COPY else ():
        there = [token for token in swap.in_source if _is_new(token, matching.claim, best)]
        counts = [token.quantity for token in there if token.quantity]
        others = [token.word for token in there if token.word]
        near = swap.counted or (alignment.share >= _NEAR_COPY and len(others) <= len(swap.in_claim))
        for token in swap.in_claim:
            quantity, word = token.quantity, token.word
            if quantity and counts and _is_more_frequent(quantity, matching.claim, best):
                found.numbers.append(
                    f"source says '{format_quantity(counts[0])}', not '{format_quantity(quantity)}'"
                )
            elif word and others and _lacks(matching, sentence, word):
                reason = f"source says '{best.quote(others)}', not '{word.text}'"
                if word.named:
                    found.names.append(reason)
                elif near and _means_another(word, others, swap, embed_words):
                    found.words.append(reason)
    return found


def _means_another(
    word: Word, others: Sequence[Word], swap: Swap, embed_words: Embed | None
) -> bool:
    """Whether a word means something else than the words in whose place it stands.

    Without vectors, a word that is counted does, and a rare word does.
    """
    if embed_words is None:
        return swap.counted or word.weight >= _RARE
    vectors = embed_words([word.text.lower(), *(other.text.lower() for other in others)])
    return bool((vectors[1:] @ vectors[0]).max() < _LIKE_MEANING)


def _is_more_frequent(quantity: Quantity, claim: Statement, source: Statement) -> bool:
    """Whether the claim has a quantity more often than the source sentence."""
    mine, theirs = (sum(agree(quantity, q) for q in s.quantities) for s in (claim, source))
    return mine > theirs


def _lacks(matching: Matching, sentence: int, word: Word) -> bool:
    """Whether the source sentence lacks a word, or has it less often than the claim."""
    if not word.weight or word.start in matching.expanded[sentence]:
        return False
    there = matching.source.sentences[sentence].count(word.term)
    return not matching.has(word, sentence) or matching.claim.count(word.term) > there > 0


def _is_new(token: Token, claim: Statement, source: Statement) -> bool:
    """Whether the source sentence has a token more often than the claim."""
    if token.quantity:
        return not any(quantity.means(token.quantity) for quantity in claim.quantities)
    word = token.word
    return word is not None and word.weight > 0 and source.count(word.term) > claim.count(word.term)
