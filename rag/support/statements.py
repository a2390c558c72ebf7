"""A sentence read for comparison: its words with weight and sign, its quantities, its names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rag.english.idf import load_idf
from rag.support.quantities import Quantity, quantities
from rag.text.names import find_named_words
from rag.text.terms import STOP_WORDS, fold, terms

_WORD = re.compile(r"[^\W_]+(?:[-‐/.'’_][^\W_]+)*\+?")
_BOUNDARY = re.compile(r"[,;:()\[\]—–]|\s-\s|\.\s")
_TURNS = frozenset(
    """but however although though whereas while yet because since if unless when where which who
    whose whom""".split()
)
"""Words that begin a clause of its own, in which an earlier ``not`` no longer counts."""
_NEGATIONS = frozenset(
    """not cannot never no none nobody nothing nowhere neither nor without lack lacks lacked lacking
    absence unable hardly scarcely barely devoid unlikely except excluding""".split()
)
_NEGATING_PHRASE = re.compile(
    r"\b(?:rather than|instead of|free (?:of|from)|fail(?:s|ed|ing|ure)? to)\b", re.I
)
_NOT_NEGATING = re.compile(
    r"\b(?:not (?:only|just|merely|simply|least|until)|no (?:doubt|matter|sooner)|nothing but"
    r"|(?:no|not) (?:more|less|fewer|later|earlier|greater) than|whether or not|if not"
    r"|with(?: \([^()]*\))?,? (?:and|or) without|without(?: \([^()]*\))? (?:and|or) with)\b",
    re.I,
)
_SCOPE = 6
"""Content words after a negation that it can reach."""
_AUXILIARIES = frozenset(
    """do does did is are was were be been am has have had can could will would shall should may
    might must""".split()
)
_PREPOSITIONS = frozenset(
    """against along among amid around behind beneath beside besides beyond despite inside near onto
    outside since throughout till toward towards unlike upon versus via within""".split()
)
_FUNCTION_WORDS = STOP_WORDS | _AUXILIARIES | _PREPOSITIONS
_MONTHS = {
    name[:3]: name
    for name in """january february march april may june july august september october november
    december""".split()
} | {"sept": "september"}  # fmt: skip
_ACRONYM = re.compile(r"(?:[A-Z]\.?){2,8}s?")
_LEAST_WEIGHT = 0.05


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a statement, ``text[start:end]``.

    :param terms: its search terms; the first one is the whole word.
    :param weight: how rare it is in general English, in [0, 1]; 0 for function words, negations
        and what belongs to a quantity.
    :param negations: the places of the negations in whose reach it stands.
    :param loosely: whether one of them reaches it past an ``and``, where it may have ended.
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
    """A sentence with what is compared of it."""

    text: str
    words: tuple[Word, ...]
    quantities: tuple[Quantity, ...]

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """All terms, those of function words too."""
        return frozenset(term for word in self.words for term in word.terms)

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """The whole words' terms, in order."""
        return tuple(word.term for word in self.words)

    @cached_property
    def content(self) -> tuple[Word, ...]:
        """The words that have weight."""
        return tuple(word for word in self.words if word.weight)

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Where each whole word's term stands among the words."""
        found: dict[str, list[int]] = {}
        for i, word in enumerate(self.words):
            for term in word.terms[:1]:
                found.setdefault(term, []).append(i)
        return found

    @cached_property
    def acronyms(self) -> tuple[Word, ...]:
        """The words that are written in capitals throughout, two letters at least."""
        return tuple(word for word in self.words if _ACRONYM.fullmatch(word.text))

    @cached_property
    def initials(self) -> tuple[str, tuple[Word, ...]]:
        """The first letters of all words but function words and acronyms, and those words."""
        parts = [
            (part[0].lower(), word)
            for word in self.words
            if word.text.lower() not in STOP_WORDS and not _ACRONYM.fullmatch(word.text)
            for part in re.split(r"[-‐/]", word.text)
            if part
        ]
        return "".join(letter for letter, _ in parts), tuple(word for _, word in parts)

    def from_to(self, words: Sequence[Word]) -> str:
        """The text from the first of some words to the last."""
        return self.text[words[0].start : words[-1].end]

    def count(self, term: str) -> int:
        """How many words the term stands for."""
        return len(self.places.get(term, ()))

    def reach(self, cue: int) -> list[Word]:
        """The content words that the negation at place ``cue`` surely reaches, in order."""
        return [word for word in self.content if cue in word.negations and not word.loosely]

    @cached_property
    def cues(self) -> tuple[int, ...]:
        """The places of the negations that reach something."""
        return tuple(sorted({cue for word in self.words for cue in word.negations}))


@lru_cache(maxsize=4096)
def read(text: str) -> Statement:
    """Everything that is compared of a sentence; kept, since quotes are judged again and again."""
    measured = tuple(quantities(text))
    matches = list(_WORD.finditer(text))
    lowered = [match.group().lower().replace("’", "'") for match in matches]
    cues = _cues(text, matches, lowered)
    reach = _reached(text, matches, lowered, cues)
    names = find_named_words(text, matches)
    words = []
    for i, match in enumerate(matches):
        in_number = any(q.start < match.end() and match.start() < q.end for q in measured)
        found = _terms(match.group())
        bare = lowered[i].split("'")[0]
        silent = in_number or bare in _FUNCTION_WORDS or _negates(lowered[i])
        by = reach.get(i, {})
        words.append(
            Word(
                text=match.group(),
                start=match.start(),
                end=match.end(),
                terms=found,
                weight=0.0
                if silent or _negates(lowered[i])
                else max(_idf(found[0]), _LEAST_WEIGHT),
                negations=tuple(by),
                loosely=any(by.values()),
                cue=i in cues,
                named=i in names and not in_number,
            )
        )
    return Statement(text, tuple(words), measured)


def _idf(term: str) -> float:
    return load_idf().get(term, 1.0)


def _terms(word: str) -> tuple[str, ...]:
    """The word's terms, months by their full names."""
    month = _MONTHS.get(word.lower()) if word[:1].isupper() else None
    return tuple(terms(month or word)) or (fold(word) or word,)


def _negates(word: str) -> bool:
    return word in _NEGATIONS or word.endswith("n't")


def _cues(text: str, matches: Sequence[re.Match[str]], lowered: Sequence[str]) -> set[int]:
    """The places of the words that negate."""
    starts = {match.start(): i for i, match in enumerate(matches)}
    harmless = {
        i
        for phrase in _NOT_NEGATING.finditer(text)
        for i, match in enumerate(matches)
        if phrase.start() <= match.start() < phrase.end()
    }
    cues = {i for i, word in enumerate(lowered) if _negates(word)} - harmless
    cues = {i for i in cues if not (lowered[i] == "no" and _is_number_sign(text, matches, i))}
    return cues | {
        starts[p.start()] for p in _NEGATING_PHRASE.finditer(text) if p.start() in starts
    }


def _reached(
    text: str, matches: Sequence[re.Match[str]], lowered: Sequence[str], cues: set[int]
) -> dict[int, dict[int, bool]]:
    """For each word the places of the negations that reach it, and whether only past an ``and``."""
    reached: dict[int, dict[int, bool]] = {}
    for cue in sorted(cues):
        past_and = False
        for i in _scope(text, matches, lowered, cue):
            past_and = past_and or lowered[i] == "and"
            reached.setdefault(i, {})[cue] = past_and
    return reached


def _is_number_sign(text: str, matches: Sequence[re.Match[str]], i: int) -> bool:
    """Whether a ``No`` is short for number, as in ``No. 12``."""
    return re.match(r"\.?\s?\d", text[matches[i].end() :]) is not None


def _scope(
    text: str, matches: Sequence[re.Match[str]], lowered: Sequence[str], cue: int
) -> Iterator[int]:
    """The words a negation reaches: to the end of its clause, some content words at most."""
    reached = 0
    for i in range(cue + 1, len(matches)):
        between = text[matches[i - 1].end() : matches[i].start()]
        if reached and (_BOUNDARY.search(between) or lowered[i] in _TURNS):
            return
        if lowered[i] in _FUNCTION_WORDS or _negates(lowered[i]):
            if reached and _negates(lowered[i]):
                return
            yield i
            continue
        yield i
        reached += 1
        if reached == _SCOPE:
            return
