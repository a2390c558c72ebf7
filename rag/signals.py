"""What can be seen of a sentence that may answer a question, and of all that was found for it.

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

from rag.abbreviations import abbreviations
from rag.question import ANSWER_SHAPES, CUED_KINDS, EXACT_KINDS, NAME_KINDS, Question
from rag.sentences import sentence_spans
from rag.spelling import spellings
from rag.terms import STOP_WORDS, terms
from rag.types import Passage

FloatArray = npt.NDArray[np.float32]
Rarity = Callable[[str], float]
Embed = Callable[[list[str]], FloatArray]

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
    """A sentence of a passage: ``passage.text[start:end]``.

    :param rank: of the passage among those retrieved, counting from 0.
    :param index: of the sentence in its passage, counting from 0.
    """

    passage: Passage
    rank: int
    index: int
    start: int
    end: int
    text: str


def candidates(passages: Sequence[Passage]) -> list[Candidate]:
    """All sentences of the passages, in their order; the same words only once."""
    found: dict[str, Candidate] = {}
    for rank, passage in enumerate(passages):
        for index, (start, end) in enumerate(sentence_spans(passage.text)):
            text = passage.text[start:end]
            candidate = Candidate(passage, rank, index, start, end, text)
            found.setdefault(" ".join(text.split()), candidate)
    return list(found.values())


def leans(text: str) -> bool:
    """Whether a sentence opens with a word that points to the one before (``These markers …``)."""
    return _LEANING.match(text) is not None


def is_furniture(text: str) -> bool:
    """Whether a line is a heading, a keyword or author line: no prose, nothing that answers."""
    return _LABEL.match(text) is not None or (
        _CLOSED.search(text) is None and len(text.split()) < 15
    )


@lru_cache(maxsize=8192)
def words_of(text: str) -> tuple[str, ...]:
    """The search terms of a text; kept, since the same passages come again and again."""
    return tuple(terms(text))


@lru_cache(maxsize=8192)
def vocabulary(text: str) -> frozenset[str]:
    """The distinct search terms of a text."""
    return frozenset(words_of(text))


def passage_vocabulary(passage: Passage) -> frozenset[str]:
    """The distinct search terms of a passage, its title and its heading."""
    return vocabulary(passage.text) | vocabulary(f"{passage.title} {passage.heading}")


def term_weights(
    question: Question, rarity: Rarity, commonness: Mapping[str, float]
) -> dict[str, float]:
    """How telling each term of the question is, in (0, 1].

    In a library of a dozen chunks nearly every word is rare, so its own statistics are blended
    with how common the word is in general English, and count for more the larger it is.

    :param rarity: BM25's inverse document frequency; highest for a term the library does not have.
    :param commonness: general rarity of common words, in [0, 1]; other words have 1.
    """
    unknown = max(rarity("\0"), 1e-9)
    chunks = (math.exp(unknown) - 1) / 2
    own = 0.5 * chunks / (chunks + 100)
    weights = {}
    for term in question.terms:
        general = commonness.get(term, 1.0)
        weights[term] = max((1 - own) * general + own * rarity(term) / unknown, 0.02)
    return weights


def related(
    question: Question, passages: Sequence[Passage], embed_words: Embed
) -> dict[str, dict[str, float]]:
    """For each term of the question the passages' words of like meaning, with how like, in (0, 1).

    Names, codes and numbers mean nothing but themselves, and are left out. Of a single word's
    vector, synonyms have a cosine from about 0.6 on, and unrelated words one below 0.5.

    :param embed_words: words to unit vectors, ``(n, d) float32``; asked for the same words again
        and again.
    """
    asked = {t: w for t, w in _ordinary_words(question.text).items() if t in question.terms}
    asked = {term: word for term, word in asked.items() if term not in question.named}
    said = dict[str, str]()
    for passage in passages:
        said |= _ordinary_words(passage.text)
    if not asked or not said:
        return {}
    vectors = embed_words([*asked.values(), *said.values()])
    cosines = vectors[: len(asked)] @ vectors[len(asked) :].T
    likeness = np.minimum((cosines - 0.5) / 0.4, 0.9)
    others = list(said)
    return {
        term: {others[j]: float(row[j]) for j in np.flatnonzero(row > 0.25) if others[j] != term}
        for term, row in zip(asked, likeness, strict=True)
    }


@lru_cache(maxsize=8192)
def _ordinary_words(text: str) -> dict[str, str]:
    """The distinct words of a text that are neither function words nor codes, by their term."""
    found: dict[str, str] = {}
    for word in re.findall(r"[^\W\d_]{3,}", text):
        for term in terms(word, keep_stop_words=False):
            found.setdefault(term, word.lower())
    return found


def aliases(passages: Sequence[Passage]) -> list[tuple[str, frozenset[str]]]:
    """The short forms that the passages define, each with the terms of its long form.

    Plural and singular of a short form stand for the same.
    """
    found: dict[str, frozenset[str]] = {}
    for passage in passages:
        for short, long in abbreviations(passage.text).items():
            wanted = frozenset(terms(long, keep_stop_words=False))
            form = terms(short)[0]
            single = form[:-1] if short.endswith("s") else form
            found.setdefault(single, wanted)
            found.setdefault(f"{single}s", wanted)
    return list(found.items())


class Reader:
    """Reads sentences and passages for one question.

    :param commonness: see :func:`term_weights`; ``embed_words`` see :func:`related`.
    """

    def __init__(
        self,
        question: Question,
        passages: Sequence[Passage],
        rarity: Rarity,
        commonness: Mapping[str, float],
        embed_words: Embed,
    ) -> None:
        self.question = question
        self.passages = passages
        self.weights = term_weights(question, rarity, commonness)
        self.total = sum(self.weights.values()) or 1.0
        self._aliases = aliases(passages)
        known = frozenset[str]().union(*(passage_vocabulary(passage) for passage in passages))
        self.stands_for: dict[str, list[tuple[str, float]]] = {}
        alike = spellings(question.terms, known)
        for term, others in related(question, passages, embed_words).items():
            alike[term] = others | alike[term]
        for term, others in alike.items():
            for other, likeness in others.items():
                self.stands_for.setdefault(other, []).append((term, likeness))
        self.in_passage = [self.matches(passage_vocabulary(passage)) for passage in passages]
        self.in_all = self.matches(known)
        self._asked = vocabulary(question.text)

    def matches(self, words: frozenset[str]) -> dict[str, float]:
        """Which terms of the question a text has, each with how well, in (0, 1]."""
        for short, long in self._aliases:
            if short in words:
                words |= long
            elif long <= words:
                words |= {short}
        found: dict[str, float] = {}
        for word in words & self.stands_for.keys():
            for term, likeness in self.stands_for[word]:
                found[term] = max(likeness, found.get(term, 0.0))
        for joined, parts in self.question.compounds:
            if joined in found:
                found.update(dict.fromkeys(parts, 1.0))
            elif all(part in found for part in parts):
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

    def lacks_sought(self, matches: Mapping[str, float]) -> float:
        """How far the sort of thing asked for is from being named, in [0, 1]; 0 if none is."""
        sought = self.question.sought
        return 1 - max(matches.get(term, 0.0) for term in sought) if sought else 0.0

    def order(self, text: str) -> float:
        """The share of the question's neighbouring terms that are neighbours in the text."""
        wanted = set(pairwise(self.question.terms))
        content = (term for term in words_of(text) if term not in STOP_WORDS)
        found = wanted.intersection(pairwise(content))
        return len(found) / max(len(wanted), 1)

    def answers(self, text: str) -> list[re.Match[str]]:
        """What in a text has the shape of the answer and is not in the question already."""
        kind = self.question.kind
        shape = ANSWER_SHAPES.get(kind)
        found = list(shape.finditer(text)) if shape else []
        if kind in CUED_KINDS:
            return found
        return [match for match in found if not vocabulary(match.group()) <= self._asked]

    def closeness(self, text: str, answers: Sequence[re.Match[str]]) -> float:
        """How near an answer stands to a matched term: 1 beside it, 0 if there is none."""
        if not answers or self.question.kind in CUED_KINDS:
            return 0.0
        words = re.finditer(r"[\w-]+", text)
        spots = [w.start() for w in words if vocabulary(w.group()) & self.stands_for.keys()]
        gaps = [
            abs(spot - answer.start())
            for answer in answers
            for spot in spots
            if not answer.start() <= spot < answer.end()
        ]
        return 1 / (1 + min(gaps) / 20) if gaps else 0.0


def sentence_signals(reader: Reader, found: Sequence[Candidate]) -> list[dict[str, float]]:
    """The signals of each candidate that need no embedding, by name."""
    best_score = max((passage.score for passage in reader.passages), default=0.0)
    by_place = {(candidate.rank, candidate.index): candidate for candidate in found}
    rows = []
    for candidate in found:
        before = by_place.get((candidate.rank, candidate.index - 1))
        row = _signals(reader, candidate, before.text if before else "")
        row["passage score below best"] = best_score - candidate.passage.score
        rows.append(row)
    return rows


def _signals(reader: Reader, candidate: Candidate, before: str) -> dict[str, float]:
    kind, text, passage = reader.question.kind, candidate.text, candidate.passage
    words = vocabulary(text)
    headed = words | vocabulary(f"{passage.title} {passage.heading}")
    own, with_title = reader.matches(words), reader.matches(headed)
    in_context = reader.matches(headed | vocabulary(before))
    in_passage = reader.in_passage[candidate.rank]
    answers = reader.answers(text)
    content = words - STOP_WORDS
    return {
        "passage first": float(candidate.rank == 0),
        "overlap": reader.coverage(own),
        "overlap with title": reader.coverage(with_title),
        "overlap in context": reader.coverage(in_context),
        "overlap of passage": reader.coverage(in_passage),
        "names": reader.named_coverage(with_title),
        "names in passage": reader.named_coverage(in_passage),
        "order": reader.order(text),
        "exact missing": float(kind in EXACT_KINDS and not answers),
        "closeness": reader.closeness(text, answers),
        "name missing": float(kind in NAME_KINDS and not answers),
        "sought missing": reader.lacks_sought(own),
        "cue": float(kind in CUED_KINDS and bool(answers)),
        "enumeration": float(reader.question.several and bool(_ENUMERATION.search(text))),
        "length": math.log1p(len(content)),
        "new words": math.log1p(len(content - reader.stands_for.keys())),
        "asks": float(text.endswith("?")),
        "furniture": float(is_furniture(text)),
        "leaning": float(leans(text)),
        "opens passage": float(candidate.index == 0),
    }


def question_signals(
    reader: Reader, sentences: Sequence[Mapping[str, float]], scores: Sequence[float]
) -> dict[str, float]:
    """The signals of a question and all that was found for it, by name.

    :param sentences: the sentences' signals, best first; ``scores`` their probabilities.
    """
    question, best = reader.question, sentences[0]
    missing = {term: w for term, w in reader.weights.items() if term not in reader.in_all}
    logits = [math.log(max(score, 1e-6) / max(1 - score, 1e-6)) for score in scores[:2]]
    known = [passage.cosine for passage in reader.passages if passage.cosine is not None]
    cosines = sorted(known or [0.0], reverse=True)
    return {
        "best sentence": logits[0],
        "second sentence": logits[-1],
        "best cosine": max(sentence["cosine"] for sentence in sentences),
        "passage cosine": cosines[0],
        "second passage cosine": cosines[min(1, len(cosines) - 1)],
        "cosine of best": best["cosine"],
        "overlap of best": best["overlap with title"],
        "overlap near best": best["overlap in context"],
        "overlap of passage": best["overlap of passage"],
        "best overlap": max(sentence["overlap in context"] for sentence in sentences),
        "coverage": reader.coverage(reader.in_all),
        "missing": max(missing.values(), default=0.0),
        "missing name": float(any(term in question.named for term in missing)),
        "missing number": float(any(any(c.isdigit() for c in term) for term in missing)),
        "sought missing in best": best["sought missing"],
        "sought missing everywhere": reader.lacks_sought(reader.in_all),
        "asks for a sort": float(bool(question.sought)),
        "names of best": best["names"],
        "order of best": best["order"],
        "exact missing in best": best["exact missing"],
        "exact missing in three": min(sentence["exact missing"] for sentence in sentences[:3]),
        "exact missing everywhere": min(sentence["exact missing"] for sentence in sentences),
        "closeness of best": best["closeness"],
        "name missing in best": best["name missing"],
        "asks something exact": float(question.kind in EXACT_KINDS),
        "asks for a name": float(question.kind in NAME_KINDS),
        "asks yes or no": float(question.kind == "yes_no"),
        "asks why or how": float(question.kind in CUED_KINDS),
        "asks for several": float(question.several),
        "names something": float(bool(question.named)),
        "terms": math.log1p(len(question.terms)),
    }
