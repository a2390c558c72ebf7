"""What can be seen of a sentence that may answer a question, and of a whole set of them.

Each signal is a number with a name; :mod:`rag.evidence` turns them into probabilities with the
fitted weights of ``evidence_weights.json``. Nothing here knows any document or any question.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from rag.question import Kind, Question
from rag.sentences import sentence_spans
from rag.terms import STOP_WORDS, terms
from rag.types import Passage

FloatArray = npt.NDArray[np.float32]
Rarity = Callable[[str], float]

_NUMBER = (
    r"(?:\d[\d.,]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty"
    r"|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?"
    r"|dozens?|once|twice|half|third|quarter)\b)"
)
_NAME = r"(?:(?<=[a-z,;:(] )[A-Z][\w'’.-]+|\b[A-Z][\w'’.-]+(?: [A-Z][\w'’.-]+)+)"
CANDIDATES: Mapping[Kind, re.Pattern[str]] = {
    "money": re.compile(
        r"[$€£¥₹]\s?\d[\d.,]*"
        r"|\d[\d.,]*\s?(?:\w+ )?(?:dollars|euros?|pounds|yen|cents|USD|EUR|GBP)\b"
    ),
    "dose": re.compile(
        r"\d[\d.,]*\s?(?:m|µ|μ|mc|k|n)?(?:g|l|L|M|mol|Gy|IU|U|units?|cells|doses|tablets?)"
        r"(?:/\w+)?\b"
    ),
    "percent": re.compile(
        r"\d[\d.,]*\s?(?:%|percent|per cent)|\b(?:half|thirds?|quarters?|fifths?|majority|most)\b"
    ),
    "time": re.compile(
        r"\b(?:1\d{3}|20\d{2})s?\b|\b\d+(?:st|nd|rd|th)\b|\b(?:centur(?:y|ies)|AD|BC|BCE|CE)\b"
        r"|\b(?:January|February|March|April|May|June|July|August|September|October|November"
        r"|December)\b|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b"
    ),
    "count": re.compile(_NUMBER, re.IGNORECASE),
    "measure": re.compile(_NUMBER, re.IGNORECASE),
    "person": re.compile(_NAME),
    "place": re.compile(_NAME),
    "reason": re.compile(
        r"\b(?:because|due to|since|owing to|so that|in order to|as a result|results? (?:in|from)"
        r"|caus\w+|lead\w* to|led to|therefore|thus|thereby|reason\w*|to \w+|for)\b",
        re.IGNORECASE,
    ),
    "definition": re.compile(
        r"^\W*(?:[\w()'’,-]+\s+){1,9}?(?:is|are|was|were|refers? to|means?|stands? for|denotes?"
        r"|consists? of|called|known as|defined as)\b",
        re.IGNORECASE,
    ),
    "manner": re.compile(r"\b(?:by|through|via|using|with|when|so that)\b", re.IGNORECASE),
}
"""What an answer of each kind looks like; kinds without a shape of their own are missing."""
EXACT_KINDS: frozenset[Kind] = frozenset({"money", "dose", "percent", "time", "count", "measure"})
NAME_KINDS: frozenset[Kind] = frozenset({"person", "place"})

_ENUMERATION = re.compile(
    r"\b(?:such as|including|include[sd]?|e\.g\.|namely)|,[^,]+,? (?:and|or)\b"
)
_LEANING = re.compile(
    r"(?:(?:these|this|those|such|both|it|its|they|their|he|she|his|her|the (?:latter|former))\b"
    r"|(?:for this reason|for these reasons|by (?:using|doing) (?:this|these|so)|as a result)\b)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:key\s?words?|index terms|tags|authors?|affiliations?|correspond\w+)\b\W", re.I
)
_CLOSED = re.compile(r"[.!?…。！？][\"”’')\]\d,\s]*$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a passage: ``passage.text[start:end]``; ``index`` counts in its passage."""

    passage: Passage
    rank: int
    index: int
    start: int
    end: int
    vocabulary: tuple[str, ...]

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]


def candidates(passages: Sequence[Passage]) -> list[Candidate]:
    """All sentences of the passages, in their order; the same text only once."""
    found: dict[str, Candidate] = {}
    for rank, passage in enumerate(passages):
        for index, (start, end) in enumerate(sentence_spans(passage.text)):
            text = passage.text[start:end]
            key = " ".join(text.split())
            if key not in found:
                vocabulary = tuple(terms(text))
                found[key] = Candidate(passage, rank, index, start, end, vocabulary)
    return list(found.values())


def leans(text: str) -> bool:
    """Whether a sentence opens with a word that points to the one before (``These markers …``)."""
    return _LEANING.match(text) is not None


def is_furniture(text: str) -> bool:
    """Whether a line is a heading, a keyword or author line: no prose, nothing that answers."""
    return _LABEL.match(text) is not None or (
        _CLOSED.search(text) is None and len(text.split()) < 15
    )


def weigh(question: Question, rarity: Rarity, commonness: Mapping[str, float]) -> dict[str, float]:
    """How telling each term of the question is, in (0, 1].

    In a library of a dozen chunks nearly every word is rare, so its own statistics are blended
    with how common the word is in general English, and count for more the larger it is.

    :param rarity: BM25's inverse document frequency; highest for a term the library does not have.
    :param commonness: general inverse document frequency of common words, in [0, 1]; others are 1.
    """
    unknown = rarity("\0")
    chunks = max((math.exp(unknown) - 1) / 2, 1.0)
    own = 0.5 * chunks / (chunks + 100)
    return {
        term: max(
            (1 - own) * commonness.get(term, 1.0) + own * rarity(term) / max(unknown, 1e-9), 0.02
        )
        for term in question.terms
    }


def spellings(question: Question, vocabulary: frozenset[str]) -> dict[str, dict[str, float]]:
    """For each term of the question the terms that stand for it, with how well, in (0, 1].

    Other than itself: its plural or singular, and for a word missing from the passages the words
    a slip of the keyboard away or of the same root (``regeneration``, ``regenerative``).
    """
    found = {}
    for term in question.terms:
        same = {term: 1.0, f"{term}s": 1.0}
        if term.endswith("s") and len(term) > 3:
            same[term[:-1]] = 1.0
        if not same.keys() & vocabulary and term.isalpha() and len(term) >= 5:
            for other in vocabulary:
                likeness = _likeness(term, other)
                if likeness:
                    same[other] = likeness
        found[term] = same
    return found


@lru_cache(maxsize=1 << 16)
def _likeness(term: str, other: str) -> float:
    if not other.isalpha() or term[0] != other[0] or len(other) < 4:
        return 0.0
    shared = next(
        (i for i, (a, b) in enumerate(zip(term, other, strict=False)) if a != b),
        min(len(term), len(other)),
    )
    allowed = 2 if len(term) >= 8 else 1
    if abs(len(term) - len(other)) <= allowed and edit_distance(term, other) <= allowed:
        return 0.9
    return 0.6 if shared >= 5 and shared >= 0.6 * max(len(term), len(other)) else 0.0


def edit_distance(first: str, second: str) -> int:
    """Insertions, deletions, substitutions and swaps of neighbours that turn one into the other.

    Damerau, A technique for computer detection and correction of spelling errors, CACM 1964.
    """
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, a in enumerate(first):
        above, row = row, [i + 1]
        for j, b in enumerate(second):
            cost = min(above[j] + (a != b), above[j + 1] + 1, row[j] + 1)
            if i and j and a == second[j - 1] and first[i - 1] == b:
                cost = min(cost, before[j - 1] + 1)
            row.append(cost)
        before = above
    return row[-1]


class Reader:
    """Reads sentences and passages for one question.

    :param weights: how telling each term of the question is.
    :param same: the spellings that stand for each term.
    """

    def __init__(
        self,
        question: Question,
        weights: Mapping[str, float],
        same: Mapping[str, Mapping[str, float]],
    ) -> None:
        self.question = question
        self.weights = weights
        self.total = sum(weights.values()) or 1.0
        self.stands_for: dict[str, list[tuple[str, float]]] = {}
        for term, others in same.items():
            for other, likeness in others.items():
                self.stands_for.setdefault(other, []).append((term, likeness))
        self._folded = f" {' '.join(terms(question.text))} "

    def matches(self, vocabulary: Sequence[str] | frozenset[str]) -> dict[str, float]:
        """Which terms of the question a text has, each with how well, in (0, 1]."""
        found: dict[str, float] = {}
        for other in vocabulary:
            for term, likeness in self.stands_for.get(other, ()):
                found[term] = max(likeness, found.get(term, 0.0))
        for joined, parts in self.question.compounds:
            if joined in found:
                found.update(dict.fromkeys(parts, 1.0))
            elif joined in self.weights and all(part in found for part in parts):
                found[joined] = 1.0
        return {term: likeness for term, likeness in found.items() if term in self.weights}

    def coverage(self, matches: Mapping[str, float]) -> float:
        """The share of the question's weight that is matched, in [0, 1]."""
        return sum(self.weights[term] * likeness for term, likeness in matches.items()) / self.total

    def named_coverage(self, matches: Mapping[str, float]) -> float:
        """The same over names, codes and numbers; 1 where the question has none."""
        total = sum(self.weights[term] for term in self.question.named)
        if not total:
            return 1.0
        return sum(self.weights[t] * matches.get(t, 0.0) for t in self.question.named) / total

    def order(self, vocabulary: Sequence[str]) -> float:
        """The share of the question's neighbouring terms that are neighbours in the text."""
        wanted = set(pairwise(self.question.terms))
        if not wanted:
            return 0.0
        content = [term for term in vocabulary if term not in STOP_WORDS]
        return len(wanted.intersection(pairwise(content))) / len(wanted)

    def new_candidates(self, text: str) -> list[re.Match[str]]:
        """What in a text has the shape of the answer and is not in the question already."""
        pattern = CANDIDATES.get(self.question.kind)
        if pattern is None:
            return []
        if self.question.kind not in EXACT_KINDS | NAME_KINDS:
            return list(pattern.finditer(text))
        return [
            match
            for match in pattern.finditer(text)
            if not all(f" {term} " in self._folded for term in terms(match.group()))
        ]

    def closeness(self, text: str) -> float:
        """How near a candidate answer stands to a matched term: 1 beside it, 0 if there is none."""
        pattern = CANDIDATES.get(self.question.kind)
        if pattern is None or self.question.kind not in EXACT_KINDS | NAME_KINDS:
            return 0.0
        spots = [
            match.start()
            for match in re.finditer(r"[\w-]+", text)
            if any(term in self.stands_for for term in terms(match.group()))
        ]
        best = 0.0
        for match in self.new_candidates(text):
            for spot in spots:
                if not match.start() <= spot < match.end():
                    best = max(best, 1 / (1 + abs(spot - match.start()) / 20))
        return best


def sentence_signals(
    reader: Reader,
    found: Sequence[Candidate],
    alone: FloatArray,
    titled: FloatArray,
) -> dict[str, FloatArray]:
    """The signals of each candidate, by name, each ``(n,) float32``.

    :param alone: cosine of question and sentence.
    :param titled: cosine of question and sentence with its title and heading before it.
    """
    question = reader.question
    by_place = {(c.rank, c.index): c for c in found}
    best_score = max((c.passage.score for c in found), default=0.0) or 1.0
    passage_matches: dict[int, dict[str, float]] = {}
    passage_cosine: dict[int, float] = {}
    for rank in {c.rank for c in found}:
        passage = next(c.passage for c in found if c.rank == rank)
        text = f"{passage.title} {passage.heading} {passage.text}"
        passage_matches[rank] = reader.matches(frozenset(terms(text)))
        inside = [float(titled[i]) for i, c in enumerate(found) if c.rank == rank]
        passage_cosine[rank] = max(inside) if passage.cosine is None else passage.cosine
    rows = []
    for i, candidate in enumerate(found):
        passage, text = candidate.passage, candidate.text
        own = reader.matches(candidate.vocabulary)
        context = reader.matches(terms(f"{passage.title} {passage.heading}"))
        previous = by_place.get((candidate.rank, candidate.index - 1))
        before = reader.matches(previous.vocabulary) if previous else {}
        around = {**passage_matches[candidate.rank]}
        near = _either(own, _either(context, before))
        words = [term for term in candidate.vocabulary if term not in STOP_WORDS]
        fits = len(reader.new_candidates(text))
        kind = question.kind
        rows.append(
            {
                "cosine": alone[i],
                "titled cosine": titled[i],
                "passage cosine": passage_cosine[candidate.rank],
                "passage score": passage.score / best_score,
                "passage first": float(candidate.rank == 0),
                "overlap": reader.coverage(own),
                "overlap with title": reader.coverage(_either(own, context)),
                "overlap with sentence before": reader.coverage(near),
                "overlap of passage": reader.coverage(around),
                "names": reader.named_coverage(_either(own, context)),
                "names in passage": reader.named_coverage(around),
                "order": reader.order(candidate.vocabulary),
                "exact fits": float(kind in EXACT_KINDS and fits > 0),
                "exact missing": float(kind in EXACT_KINDS and fits == 0),
                "closeness": reader.closeness(text),
                "name fits": float(kind in NAME_KINDS and fits > 0),
                "name missing": float(kind in NAME_KINDS and fits == 0),
                "cue fits": float(kind in ("reason", "definition", "manner") and fits > 0),
                "enumeration": float(question.several and bool(_ENUMERATION.search(text))),
                "length": math.log1p(len(words)),
                "new words": math.log1p(sum(t not in reader.stands_for for t in words)),
                "asks": float(text.endswith("?")),
                "furniture": float(is_furniture(text)),
                "leaning": float(leans(text)),
                "opens passage": float(candidate.index == 0),
            }
        )
    names = rows[0].keys() if rows else ()
    signals = {name: np.array([row[name] for row in rows], dtype=np.float32) for name in names}
    for name in ("cosine", "titled cosine", "overlap", "overlap with sentence before"):
        if name in signals:
            signals[f"{name} below best"] = signals[name].max() - signals[name]
    return signals


def _either(first: Mapping[str, float], second: Mapping[str, float]) -> dict[str, float]:
    return {term: max(first.get(term, 0.0), second.get(term, 0.0)) for term in {**first, **second}}


def question_signals(
    reader: Reader,
    passages: Sequence[Passage],
    sentences: Sequence[Mapping[str, float]],
    scores: Sequence[float],
    rarity: Rarity,
) -> dict[str, float]:
    """The signals of a question and all that was found for it, by name.

    :param sentences: the sentences' signals, best first; ``scores`` their probabilities.
    """
    question, best = reader.question, sentences[0]
    everything = reader.matches(
        frozenset(term for p in passages for term in terms(f"{p.title} {p.heading} {p.text}"))
    )
    missing = {t: w for t, w in reader.weights.items() if t not in everything}
    logits = [math.log(max(s, 1e-6) / max(1 - s, 1e-6)) for s in scores[:5]]
    cosines = sorted((p.cosine for p in passages if p.cosine is not None), reverse=True)
    chunks = max((math.exp(rarity("\0")) - 1) / 2, 1.0)
    kind = question.kind
    exact = float(kind in EXACT_KINDS)
    return {
        "best sentence": logits[0],
        "second sentence": logits[min(1, len(logits) - 1)],
        "best cosine": max(s["cosine"] for s in sentences),
        "best titled cosine": max(s["titled cosine"] for s in sentences),
        "passage cosine": cosines[0] if cosines else 0.0,
        "second passage cosine": cosines[1] if len(cosines) > 1 else 0.0,
        "cosine of best": best["cosine"],
        "titled cosine of best": best["titled cosine"],
        "overlap of best": best["overlap with title"],
        "overlap near best": best["overlap with sentence before"],
        "overlap of passage": best["overlap of passage"],
        "best overlap": max(s["overlap with title"] for s in sentences),
        "best overlap of a passage": max(s["overlap of passage"] for s in sentences),
        "coverage": reader.coverage(everything),
        "missing": max(missing.values(), default=0.0),
        "missing name": float(any(t in question.named for t in missing)),
        "missing number": float(any(any(c.isdigit() for c in t) for t in missing)),
        "names of best": best["names"],
        "named": float(bool(question.named)),
        "order of best": best["order"],
        "exact": exact,
        "exact missing in best": best["exact missing"],
        "exact missing in three": min(s["exact missing"] for s in sentences[:3]),
        "exact missing everywhere": min(s["exact missing"] for s in sentences),
        "closeness of best": best["closeness"],
        "name missing in best": best["name missing"],
        "name missing everywhere": min(s["name missing"] for s in sentences),
        "asks yes or no": float(kind == "yes_no"),
        "asks a definition": float(kind == "definition"),
        "asks why or how": float(kind in ("reason", "manner")),
        "asks for several": float(question.several),
        "terms": math.log1p(len(question.terms)),
        "library": math.log1p(chunks),
    }
