"""Which words of a sentence stand in a quote, in which of its sentences, and in whose place.

A word is there as itself, as its plural, in another spelling or form, as an adjective made of a
name (``Mexico``, ``Mexican``), or as a short form for the long one or the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, lru_cache

from rag.support.antonyms import opposites, same_sides
from rag.support.quantities import Quantity
from rag.support.statements import Statement, Word, read
from rag.text.abbreviations import find_abbreviations
from rag.text.sentences import sentence_tiles
from rag.text.spelling import find_variants

_REGION = 3
"""Sentences of the quote that are taken together."""
_ADJECTIVE = re.compile(r"(?:i?an|i|ese|ish|ch|ic|er)\Z")
_LONGEST_SWAP = 4
"""Tokens; what differs by more is another wording, not another word in the same place."""
COPY = 0.6
"""Share of a claim's words found in order in a sentence, by weight, from which it is a copy with
changes, so that what stands in the same place says something."""
_LIKE = 0.7
"""How well a word does for another one that says the same of direction (``rose``, ``grew``)."""
THERE = 0.6
"""How surely a word has to be in a sentence to count as there."""


class Source:
    """A quote, read."""

    def __init__(self, text: str) -> None:
        spans = sentence_tiles(text) or [(0, len(text))]
        self.sentences = [read(" ".join(text[start:end].split())) for start, end in spans]
        self.definitions = find_abbreviations(text)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """All terms."""
        return frozenset().union(*(sentence.vocabulary for sentence in self.sentences))

    @cached_property
    def quantities(self) -> list[Quantity]:
        """All quantities, in order."""
        return [quantity for sentence in self.sentences for quantity in sentence.quantities]

    def contains(self, claim: Statement) -> bool:
        """Whether the claim's words stand here one after the other, denied where it denies them."""
        sought = [word.term for word in claim.words]
        for sentence in self.sentences:
            for start in sentence.places.get(sought[0], ()):
                run = sentence.words[start : start + len(sought)]
                if [word.term for word in run] == sought:
                    pairs = zip(run, claim.words, strict=True)
                    if all(mine.negated == theirs.negated for theirs, mine in pairs):
                        return True
        inside = any("\0".join(sought) in "\0".join(s.terms) for s in self.sentences)
        whole = "\0".join(("", *(term for s in self.sentences for term in s.terms), ""))
        return not inside and "\0".join(("", *sought, "")) in whole


@lru_cache(maxsize=256)
def source_of(quote: str) -> Source:
    """The quote read; kept, since several sentences often cite the same one."""
    return Source(quote)


class Matching:
    """A statement's words in a source.

    :ivar shares: for each source sentence how surely, in [0, 1], each content word is in it.
    :ivar expanded: for each, where words start that it has in short, or in full.
    :ivar region: the source sentences that together hold most of the words, the best one first.
    """

    def __init__(self, claim: Statement, source: Source) -> None:
        self.claim, self.source = claim, source
        self._short = find_abbreviations(claim.text) | source.definitions
        self._variants = {word: _variants(word, source.vocabulary) for word in claim.content}
        self.expanded: list[set[int]] = []
        self.shares = [list(self._row(sentence)) for sentence in source.sentences]
        self.region = self._best_region()

    def held(self, sentences: Iterable[int] | None = None) -> list[float]:
        """How surely each content word is in one of these sentences; by default in any."""
        chosen = range(len(self.shares)) if sentences is None else sentences
        rows = [self.shares[i] for i in chosen]
        return [max(column) for column in zip(*rows, strict=True)]

    def coverage(self, sentences: Iterable[int] | None = None) -> float:
        """Share of the claim's weight that these sentences hold together, in [0, 1]."""
        weights = [word.weight for word in self.claim.content]
        held = zip(self.held(sentences), weights, strict=True)
        return sum(share * weight for share, weight in held) / sum(weights) if weights else 1.0

    def has(self, word: Word, sentence: int) -> bool:
        """Whether a word of the claim is in that source sentence; a function word always is."""
        if not word.weight:
            return True
        return self.shares[sentence][self.claim.content.index(word)] >= THERE

    def _best_region(self) -> list[int]:
        weights = [word.weight for word in self.claim.content]
        chosen: list[int] = []
        held = [0.0] * len(weights)
        while len(chosen) < min(_REGION, len(self.shares)):
            gains = [
                sum(w * (s - h) for s, h, w in zip(row, held, weights, strict=True) if s > h)
                for row in self.shares
            ]
            best = max(range(len(gains)), key=gains.__getitem__)
            if chosen and gains[best] <= 0.0:
                break
            chosen.append(best)
            held = [max(pair) for pair in zip(held, self.shares[best], strict=True)]
        return chosen

    def _row(self, sentence: Statement) -> Iterator[float]:
        """How surely each content word is in a source sentence."""
        expanded = self._expansions(sentence)
        self.expanded.append(expanded)
        for word in self.claim.content:
            if word.start in expanded:
                yield 1.0
                continue
            whole, *parts = (
                max((how for term, how in same.items() if term in sentence.vocabulary), default=0.0)
                for same in self._variants[word]
            )
            joined = (min(parts) if word.named else sum(parts) / len(parts)) if parts else 0.0
            yield max(whole, joined)

    def _expansions(self, sentence: Statement) -> set[int]:
        """Where the claim's words start that the source sentence has in short or in full."""
        found: set[int] = set()
        for word in self.claim.acronyms:
            if spelled_out(word.text, sentence):
                found.add(word.start)
        for acronym in sentence.acronyms:
            found.update(word.start for word in spelled_out(acronym.text, self.claim))
        for short, long in self._short.items():
            in_short, in_full = _phrase(short, self.claim), _phrase(long, self.claim)
            if in_full and read(short).vocabulary <= sentence.vocabulary:
                found.update(word.start for word in in_full)
            if in_short and _phrase(long, sentence):
                found.update(word.start for word in in_short)
        return found


def _variants(word: Word, known: frozenset[str]) -> list[dict[str, float]]:
    """For the whole word, then for each of its parts, the terms that stand for it and how well."""
    if not word.named:
        found = list(find_variants(word.terms, known).values())
        like = opposites(word.term) if word.negated else same_sides(word.term)
        found[0] = dict.fromkeys(like, _LIKE) | found[0]
        return found
    return [_name_variants(term, known) for term in word.terms]


def _name_variants(term: str, known: frozenset[str]) -> dict[str, float]:
    """A name, its plural or singular, and the adjective made of it or the other way round."""
    same = {term: 1.0, f"{term}s": 1.0}
    if term.endswith("s") and len(term) > 3:
        same[term[:-1]] = 1.0
    if term.isalpha() and len(term) >= 4 and not same.keys() & known:
        alike = (other for other in known if other.startswith(term[:4]) and other.isalpha())
        same.update({other: 0.9 for other in alike if _adjective(*sorted((term, other), key=len))})
    return same


def _adjective(short: str, long: str) -> bool:
    shared = max(4, len(short) - 2)
    return (
        len(long) - len(short) <= 4
        and long[:shared] == short[:shared]
        and (_ADJECTIVE.search(long) is not None or _ADJECTIVE.search(short) is not None)
    )


def spelled_out(acronym: str, statement: Statement) -> list[Word]:
    """The words of a statement whose first letters are the acronym's; empty if there are none.

    Two letters have to stand for capitals, since any two words have initials.
    """
    letters = acronym.removesuffix("s").replace(".", "").lower()
    initials, words = statement.initials
    start = initials.find(letters)
    while start >= 0:
        run = words[start : start + len(letters)]
        if len(letters) > 2 or all(word.text[0].isupper() for word in run):
            return list(run)
        start = initials.find(letters, start + 1)
    return []


def _phrase(wanted: str, statement: Statement) -> list[Word]:
    """The words of a statement that are the wanted ones, one after the other."""
    sought = [word.term for word in read(wanted).words]
    for start in statement.places.get(sought[0], ()) if sought else ():
        run = list(statement.words[start : start + len(sought)])
        if [word.term for word in run] == sought:
            return run
    return []


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a quantity of a statement, as it is aligned."""

    key: str
    word: Word | None = None
    quantity: Quantity | None = None


def tokens(statement: Statement) -> list[Token]:
    """Words and quantities in their order."""
    measured = {
        q.start: Token(f"#{q.value * q.factor:g} {q.dimension}", quantity=q)
        for q in statement.quantities
    }
    spans = [(q.start, q.end) for q in statement.quantities]
    plain = {
        w.start: Token(w.term, word=w)
        for w in statement.words
        if not any(start < w.end and w.start < end for start, end in spans)
    }
    together = measured | plain
    return [together[start] for start in sorted(together)]


@dataclass(frozen=True, slots=True)
class Swap:
    """Tokens of a claim that stand where the source has others.

    :param counted: whether a quantity stands before them, so that they are what is counted.
    """

    said: tuple[Token, ...]
    there: tuple[Token, ...]
    counted: bool


@dataclass(frozen=True, slots=True)
class Alignment:
    """A claim laid along a source sentence.

    :param placed: where the claim's words start that stand there in the same order.
    :param share: of the claim's content words, by weight, in [0, 1]: how nearly it is a copy.
    :param swaps: what stands in each other's place between words that are the same; nothing, on
        one side, where the other has something more.
    """

    placed: frozenset[int]
    share: float
    swaps: tuple[Swap, ...]


def align(claim: Statement, other: Statement) -> Alignment:
    """Lay a claim along a source sentence."""
    mine, theirs = tokens(claim), tokens(other)
    matcher = SequenceMatcher(
        None, [token.key for token in mine], [token.key for token in theirs], autojunk=False
    )
    placed: set[int] = set()
    swaps = []
    codes = matcher.get_opcodes()
    for place, (tag, i1, i2, j1, j2) in enumerate(codes):
        if tag == "equal":
            placed.update(token.word.start for token in mine[i1:i2] if token.word)
        elif i2 - i1 <= _LONGEST_SWAP:
            if i2 == len(mine):  # the source goes on where the claim ends
                j2 = min(j2, j1 + i2 - i1)
            elif i1 == 0:
                j1 = max(j1, j2 - i2)
            if j2 - j1 > _LONGEST_SWAP:
                continue
            around = [codes[k] for k in (place - 1, place + 1) if 0 <= k < len(codes)]
            if all(code[0] == "equal" for code in around) and sum(c[2] - c[1] for c in around) > 1:
                counted = i1 > 0 and mine[i1 - 1].quantity is not None
                swaps.append(Swap(tuple(mine[i1:i2]), tuple(theirs[j1:j2]), counted))
    total = sum(word.weight for word in claim.content)
    same = sum(word.weight for word in claim.content if word.start in placed)
    return Alignment(frozenset(placed), same / total if total else 1.0, tuple(swaps))
