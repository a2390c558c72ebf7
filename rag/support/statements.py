"""Reads a sentence for comparison: words with weights and negations, quantities, names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rag.english.idf import load_idf
from rag.english.negations import load_negations
from rag.english.words import load_words
from rag.support.quantities import Quantity, find_quantities
from rag.text.names import find_named_words
from rag.text.terms import STOP_WORDS, fold, terms

_WORD = re.compile(r"[^\W_]+(?:[-‐/.'’_][^\W_]+)*\+?")
_BOUNDARY = re.compile(r"[,;:()\[\]—–]|\s-\s|\.\s")
_NEGATIONS = load_negations()
_NEGATING_PHRASE = re.compile(rf"\b(?:{'|'.join(_NEGATIONS.phrases)})\b", re.I)
_BOTH = r"(?: \([^()]*\))?,? (?:and|or) "
_HARMLESS = re.compile(
    rf"\b(?:{'|'.join(_NEGATIONS.harmless)}"
    + "".join(rf"|{a}{_BOTH}{b}|{b}{_BOTH}{a}" for a, b in _NEGATIONS.listed_pairs)
    + r")\b",
    re.I,
)
_SCOPE = 6
"""Content words after a negation that it reaches at most."""
_FUNCTION_WORDS = (
    STOP_WORDS | load_words("closed/auxiliaries") | load_words("closed/prepositions", "bare")
)
_MONTHS = {name[:3].lower(): name.lower() for name in load_words("months", "English")}
_MONTHS["sept"] = "september"
_ACRONYM = re.compile(r"(?:[A-Z]\.?){2,8}s?")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a statement, ``text[start:end]``.

    :param terms: its search terms; the first one stands for the whole word.
    :param weight: how rare it is in general English (idf), in [0, 1]; 0 for function words,
        negations and the words of a quantity.
    :param negations: the places of the negations that reach it.
    :param loosely: whether one of them reaches it only past an ``and``, where its scope may end.
    :param cue: whether it is a negation itself.
    :param named: whether it is a name or a code.
    """

    text: str
    start: int
    end: int
    terms: tuple[str, ...]
    weight: float
    negations: tuple[int, ...] = ()
    loosely: bool = False
    cue: bool = False
    named: bool = False

    @property
    def term(self) -> str:
        """The term that stands for the whole word."""
        return self.terms[0]

    @property
    def parts(self) -> tuple[str, ...]:
        """The terms of a compound's parts (``early-onset``), or of the word itself."""
        return self.terms[1:] or self.terms

    @property
    def negated(self) -> bool:
        """Whether an odd number of negations reach it."""
        return len(self.negations) % 2 == 1


@dataclass(frozen=True)
class Statement:
    """A sentence and what is compared of it."""

    text: str
    words: tuple[Word, ...]
    quantities: tuple[Quantity, ...]

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """All terms, those of function words too."""
        return frozenset(term for word in self.words for term in word.terms)

    @cached_property
    def terms(self) -> tuple[str, ...]:
        return tuple(word.term for word in self.words)

    @cached_property
    def content(self) -> tuple[Word, ...]:
        return tuple(word for word in self.words if word.weight)

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """The places among the words at which each word's term stands."""
        found: dict[str, list[int]] = {}
        for i, word in enumerate(self.words):
            found.setdefault(word.term, []).append(i)
        return found

    @cached_property
    def acronyms(self) -> tuple[Word, ...]:
        """The words of at least two letters that are written in capitals throughout."""
        return tuple(word for word in self.words if _ACRONYM.fullmatch(word.text))

    @cached_property
    def initials(self) -> tuple[str, tuple[Word, ...]]:
        """The first letters of all words except function words and acronyms, and those words."""
        parts = [
            (part[0].lower(), word)
            for word in self.words
            if word.text.lower() not in STOP_WORDS and not _ACRONYM.fullmatch(word.text)
            for part in re.split(r"[-‐/]", word.text)
            if part
        ]
        return "".join(letter for letter, _ in parts), tuple(word for _, word in parts)

    def quote(self, words: Sequence[Word]) -> str:
        return self.text[words[0].start : words[-1].end]

    def find_runs(self, terms: Sequence[str]) -> Iterator[tuple[Word, ...]]:
        """Find where words with these terms stand one after the other."""
        for start in self.places.get(terms[0], ()) if terms else ():
            if self.terms[start : start + len(terms)] == tuple(terms):
                yield self.words[start : start + len(terms)]

    def count(self, term: str) -> int:
        """Count the words that a term stands for."""
        return len(self.places.get(term, ()))

    def list_negated_by(self, cue: int) -> list[Word]:
        """List the content words that the negation at place ``cue`` surely reaches, in order."""
        return [word for word in self.content if cue in word.negations and not word.loosely]

    @cached_property
    def cues(self) -> tuple[int, ...]:
        """The places of the negations that reach a word."""
        return tuple(sorted({cue for word in self.words for cue in word.negations}))


@lru_cache(maxsize=4096)
def read_statement(text: str) -> Statement:
    """Read everything that is compared of a sentence; kept, since quotes are judged repeatedly."""
    measured = tuple(find_quantities(text))
    in_numbers = {place for q in measured for place in range(q.start, q.end)}
    matches = list(_WORD.finditer(text))
    lowered = [match.group().lower().replace("’", "'") for match in matches]
    cues = _find_cues(text, matches, lowered)
    negations = _find_negations(text, matches, lowered, cues)
    names = find_named_words(text, matches)
    words = []
    for i, match in enumerate(matches):
        in_number = not in_numbers.isdisjoint(range(*match.span()))
        found = _list_terms(match.group())
        bare = lowered[i].split("'")[0]
        silent = in_number or bare in _FUNCTION_WORDS or _negates(lowered[i])
        by = negations.get(i, {})
        words.append(
            Word(
                text=match.group(),
                start=match.start(),
                end=match.end(),
                terms=found,
                weight=0.0 if silent else load_idf().get(found[0], 1.0),
                negations=tuple(by),
                loosely=any(by.values()),
                cue=i in cues,
                named=i in names and not in_number,
            )
        )
    return Statement(text, tuple(words), measured)


def _list_terms(word: str) -> tuple[str, ...]:
    """List the word's terms, months by their full names."""
    month = _MONTHS.get(word.lower()) if word[:1].isupper() else None
    return tuple(terms(month or word)) or (fold(word) or word,)


def _negates(word: str) -> bool:
    return word in _NEGATIONS.words or word.endswith("n't")


def _find_cues(text: str, matches: Sequence[re.Match[str]], lowered: Sequence[str]) -> set[int]:
    """Find the places of the words that negate."""
    starts = {match.start(): i for i, match in enumerate(matches)}
    harmless = {
        i
        for phrase in _HARMLESS.finditer(text)
        for i, match in enumerate(matches)
        if phrase.start() <= match.start() < phrase.end()
    }
    cues = {i for i, word in enumerate(lowered) if _negates(word)} - harmless
    cues = {i for i in cues if not (lowered[i] == "no" and _is_number_sign(text, matches, i))}
    return cues | {
        starts[p.start()] for p in _NEGATING_PHRASE.finditer(text) if p.start() in starts
    }


def _find_negations(
    text: str, matches: Sequence[re.Match[str]], lowered: Sequence[str], cues: set[int]
) -> dict[int, dict[int, bool]]:
    """Find for each word which negations reach it, and whether each does only past an ``and``."""
    found: dict[int, dict[int, bool]] = {}
    for cue in sorted(cues):
        past_and = False
        for i in _list_scope(text, matches, lowered, cue):
            past_and = past_and or lowered[i] == "and"
            found.setdefault(i, {})[cue] = past_and
    return found


def _is_number_sign(text: str, matches: Sequence[re.Match[str]], i: int) -> bool:
    """Whether a ``No`` is short for number, as in ``No. 12``."""
    return re.match(r"\.?\s?\d", text[matches[i].end() :]) is not None


def _list_scope(
    text: str, matches: Sequence[re.Match[str]], lowered: Sequence[str], cue: int
) -> Iterator[int]:
    """List the words that a negation reaches: to the end of its clause, ``_SCOPE`` at most."""
    reached = 0
    for i in range(cue + 1, len(matches)):
        between = text[matches[i - 1].end() : matches[i].start()]
        word, negates = lowered[i], _negates(lowered[i])
        ends = _BOUNDARY.search(between) or word in _NEGATIONS.clause_openers or negates
        if reached and ends:
            return
        yield i
        reached += word not in _FUNCTION_WORDS and not negates
        if reached == _SCOPE:
            return
