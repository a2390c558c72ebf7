"""Finds the words of a sentence in a quote, and the sentences of the quote that have most of them.

A word is found as itself, as its plural, in another spelling or form, as an adjective that is made
of a name (``Mexico``, ``Mexican``), and as a short form for the long one or the other way round.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache

from rag.english.words import load_words
from rag.support.antonyms import list_alike, list_antonyms
from rag.support.quantities import Quantity
from rag.support.statements import Statement, Word, read_statement
from rag.text.abbreviations import find_abbreviations
from rag.text.sentences import sentence_tiles
from rag.text.spelling import find_variants, list_numbers

_REGION = 3
"""Sentences of the quote that are compared together, at most."""
_LIKE = 0.7
"""How well a word stands for another one on its side of the antonyms (``rose``, ``grew``)."""
_DEMONYM_ENDINGS = tuple(load_words("demonym_endings"))
"""Of adjectives that are made of names: ``an`` of ``Mexican``."""
THERE = 0.6
"""How surely a word has to be in a sentence to count as found."""


class Source:
    """A quote with its sentences read."""

    def __init__(self, text: str) -> None:
        spans = sentence_tiles(text) or [(0, len(text))]
        self.sentences = [read_statement(" ".join(text[start:end].split())) for start, end in spans]
        self.definitions = find_abbreviations(text)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        return frozenset().union(*(sentence.vocabulary for sentence in self.sentences))

    @cached_property
    def quantities(self) -> list[Quantity]:
        return [quantity for sentence in self.sentences for quantity in sentence.quantities]

    def contains(self, claim: Statement) -> bool:
        """Whether the claim's words stand here one after the other, with the same negations."""
        sought, negated = claim.terms, [word.negated for word in claim.words]
        runs = (run for sentence in self.sentences for run in sentence.find_runs(sought))
        if any([word.negated for word in run] == negated for run in runs):
            return True
        inside = any("\0".join(sought) in "\0".join(s.terms) for s in self.sentences)
        whole = "\0".join(("", *(term for s in self.sentences for term in s.terms), ""))
        return not inside and "\0".join(("", *sought, "")) in whole


@lru_cache(maxsize=256)
def read_source(quote: str) -> Source:
    """Read a quote; kept, since several sentences often cite the same one."""
    return Source(quote)


class Matching:
    """The words of a statement as they are found in a source.

    :ivar shares: for each source sentence how surely, in [0, 1], each content word is in it.
    :ivar expanded: for each, where the words start that it has in short or in full.
    :ivar region: the source sentences that together have most of the words, the best one first.
    """

    def __init__(self, claim: Statement, source: Source) -> None:
        self.claim, self.source = claim, source
        self._short = find_abbreviations(claim.text) | source.definitions
        self._variants = {word: _list_variants(word, source.vocabulary) for word in claim.content}
        self.expanded: list[set[int]] = []
        self.shares = [list(self._match_sentence(sentence)) for sentence in source.sentences]
        self.region = self._choose_region()

    def best_shares(self, sentences: Iterable[int] | None = None) -> list[float]:
        """How surely each content word is in one of these sentences; by default in any."""
        chosen = range(len(self.shares)) if sentences is None else sentences
        rows = [self.shares[i] for i in chosen]
        return [max(column) for column in zip(*rows, strict=True)]

    def coverage(self, sentences: Iterable[int] | None = None) -> float:
        """Share of the claim's weight that is found in these sentences together, in [0, 1]."""
        weights = [word.weight for word in self.claim.content]
        held = zip(self.best_shares(sentences), weights, strict=True)
        return sum(share * weight for share, weight in held) / sum(weights) if weights else 1.0

    def has(self, word: Word, sentence: int) -> bool:
        """Whether a source sentence has a word of the claim; a function word it always has."""
        if not word.weight:
            return True
        return self.shares[sentence][self.claim.content.index(word)] >= THERE

    def _choose_region(self) -> list[int]:
        """Choose the sentences that add most weight, one after the other."""
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

    def _match_sentence(self, sentence: Statement) -> Iterator[float]:
        """Say how surely each content word is in a source sentence."""
        expanded = self._find_expansions(sentence)
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

    def _find_expansions(self, sentence: Statement) -> set[int]:
        """Find where the claim's words start that the source sentence has in short or in full."""
        found: set[int] = set()
        for word in self.claim.acronyms:
            if find_expansion(word.text, sentence):
                found.add(word.start)
        for acronym in sentence.acronyms:
            found.update(word.start for word in find_expansion(acronym.text, self.claim))
        for short, long in self._short.items():
            in_short, in_full = _find_phrase(short, self.claim), _find_phrase(long, self.claim)
            if in_full and read_statement(short).vocabulary <= sentence.vocabulary:
                found.update(word.start for word in in_full)
            if in_short and _find_phrase(long, sentence):
                found.update(word.start for word in in_short)
        return found


def _list_variants(word: Word, known: frozenset[str]) -> list[dict[str, float]]:
    """List the terms that stand for the whole word, then for each of its parts, and how well."""
    if not word.named:
        found = list(find_variants(word.terms, known).values())
        like = list_antonyms(word.term) if word.negated else list_alike(word.term)
        found[0] = dict.fromkeys(like, _LIKE) | found[0]
        return found
    return [_list_name_variants(term, known) for term in word.terms]


def _list_name_variants(term: str, known: frozenset[str]) -> dict[str, float]:
    """List a name, its plural or singular, and the adjective made of it or the other way round."""
    same = list_numbers(term)
    if term.isalpha() and len(term) >= 4 and not same.keys() & known:
        alike = (other for other in known if other.startswith(term[:4]) and other.isalpha())
        same.update(
            {other: 0.9 for other in alike if _is_adjective(*sorted((term, other), key=len))}
        )
    return same


def _is_adjective(short: str, long: str) -> bool:
    """Whether one of two words is an adjective that is made of the other, a name."""
    shared = max(4, len(short) - 2)
    ends = long.endswith(_DEMONYM_ENDINGS) or short.endswith(_DEMONYM_ENDINGS)
    return len(long) - len(short) <= 4 and long[:shared] == short[:shared] and ends


def find_expansion(acronym: str, statement: Statement) -> list[Word]:
    """Find the words of a statement whose first letters are the acronym's; empty without any.

    For two letters the words need capitals, since any two words have initials.
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


def _find_phrase(wanted: str, statement: Statement) -> list[Word]:
    """Find the wanted words in a statement, one after the other; empty without them."""
    return list(next(statement.find_runs(read_statement(wanted).terms), ()))
