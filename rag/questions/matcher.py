"""How far a text answers to one question: which of its terms it has, in which form, how close.

Each term counts by its idf, in the library and in general English. Nothing here knows any document
or any question.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from rag.english.idf import load_idf
from rag.english.patterns.answer_shapes import CUED_KINDS, UNIT_KINDS
from rag.questions.question import ANSWER_SHAPES, Question
from rag.questions.related_terms import collect_ordinary_words, find_related_terms, find_short_forms
from rag.text.spelling import correct_spelling, find_misspelt, find_variants
from rag.text.terms import vocabulary
from rag.types import Embed, Passage

Idf = Callable[[str], float]
"""BM25's inverse document frequency of a term in the library."""
_UNIT = re.compile(r"[%$€£¥]|[^\W\d_]+(?:/\w+)?")


class QuestionMatcher:
    """Matches passages and their sentences with one question.

    :param passages: those that were retrieved for the question.
    :param idf: see :func:`weigh_terms`.
    :param embed_words: see :func:`rag.questions.related_terms.find_related_terms`; asked for the
        question too, which was embedded to find the passages.
    :ivar vector: of the question, ``(d,) float32``, of length 1.
    :ivar weights: the idf of each term of the question.
    :ivar stands_for: the terms of the question that a term of the passages stands for, with how
        well.
    :ivar in_passage: what each passage matches, its title and heading included; see :meth:`match`.
    :ivar in_all: what all passages together match.
    :ivar corrected: the question without typing errors; see
        :func:`rag.text.spelling.correct_spelling`.
    """

    def __init__(
        self, question: Question, passages: Sequence[Passage], idf: Idf, embed_words: Embed
    ) -> None:
        self.question = question
        self.passages = passages
        self.vector = embed_words([question.text])[0]
        self.weights = weigh_terms(question, idf)
        self._total = sum(self.weights.values()) or 1.0
        self._short_forms = find_short_forms(passages)
        known = frozenset[str]().union(*(_vocabulary_of(passage) for passage in passages))
        self.stands_for: dict[str, list[tuple[str, float]]] = {}
        misspelt = find_misspelt(question.text, idf) - known
        alike = find_variants(question.terms, known, misspelt, question.named)
        for term, others in find_related_terms(question, passages, embed_words).items():
            alike[term] = others | alike[term]
        for term, others in alike.items():
            for other, likeness in others.items():
                self.stands_for.setdefault(other, []).append((term, likeness))
        self.in_passage = [self.match(_vocabulary_of(passage)) for passage in passages]
        self.in_all = self.match(known)
        self._asked = vocabulary(question.text)
        self.corrected = correct_spelling(
            question.text, misspelt, question.named, lambda: collect_ordinary_words(passages)
        )

    def match(self, words: frozenset[str]) -> dict[str, float]:
        """Find the terms of the question that a text has, each with how well, in (0, 1].

        In the question's order, so that sums over them are the same in every process.
        """
        for short, long in self._short_forms:
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
        return {term: found[term] for term in self.weights if term in found}

    def coverage(self, matches: Mapping[str, float]) -> float:
        """Return the share of the question's weight that is matched, in [0, 1]."""
        matched = sum(self.weights[term] * likeness for term, likeness in matches.items())
        return matched / self._total

    def distinctive_coverage(self, found: Sequence[Mapping[str, float]]) -> list[float]:
        """Return what each text has of the question that the other texts lack, in [0, 1].

        The more of the texts have a term, the less it counts: the words of a common title
        distinguish none of them. Names do not count: they say what the document is about, and a
        sentence often has a pronoun instead.

        :param found: what each text matches.
        """
        most = math.log(len(found) + 1)
        spread: Counter[str] = Counter()
        for matches in found:
            spread.update(matches)
        weights = {
            term: weight * max(math.log((len(found) + 1) / (spread[term] + 0.5)) / most, 0.0)
            for term, weight in self.weights.items()
            if term not in self.question.named
        }
        total = sum(self.weights[term] for term in weights) or 1.0
        return [
            sum(weights.get(term, 0.0) * likeness for term, likeness in matches.items()) / total
            for matches in found
        ]

    def unmatched(self, matches: Mapping[str, float]) -> float:
        """Return the share of the question's weight, names aside, that is not matched, in [0, 1].

        A term that is matched in part, by a word of like meaning, counts as matched.
        """
        known = self.question.named | matches.keys()
        return sum(w for term, w in self.weights.items() if term not in known) / self._total

    def named_coverage(self, matches: Mapping[str, float]) -> float:
        """Return the coverage of the question's names, codes and numbers; 1 if it has none."""
        named = {t: w for t, w in self.weights.items() if t in self.question.named}
        total = sum(named.values())
        return sum(w * matches.get(t, 0.0) for t, w in named.items()) / total if total else 1.0

    def sought_missing(self, matches: Mapping[str, float]) -> float:
        """Return how badly the sort of thing asked for is matched, in [0, 1]; 0 if none is."""
        sought = self.question.sought
        return 1 - max(matches.get(term, 0.0) for term in sought) if sought else 0.0

    def find_answers(self, text: str, above: str = "") -> list[re.Match[str]]:
        """Find what has the shape of the answer and is not in the question already.

        :param above: the column names of a table's row, which hold the units of its numbers.
        """
        kind = self.question.kind
        shape = ANSWER_SHAPES.get(kind)
        units = _UNIT.findall(above) if kind in UNIT_KINDS else []
        if shape and any(shape.search(f"{unit}1") or shape.search(f"1 {unit}") for unit in units):
            shape = ANSWER_SHAPES["count"]
        found = list(shape.finditer(text)) if shape else []
        if kind in CUED_KINDS:
            return found
        return [match for match in found if not vocabulary(match.group()) <= self._asked]

    def closeness(self, text: str, answers: Sequence[re.Match[str]]) -> float:
        """Return how near an answer stands to a matched term: 1 beside it, 0 if there is none."""
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


def weigh_terms(question: Question, idf: Idf) -> dict[str, float]:
    """Weigh the terms of the question by their idf, in (0, 1].

    In a library of a dozen chunks nearly every word is rare. The idf of general English is
    therefore blended in, and counts the less the larger the library is.

    :param idf: BM25's inverse document frequency; highest for a term the library does not have.
    """
    general = load_idf()
    unknown = max(idf("\0"), 1e-9)
    chunks = (math.exp(unknown) - 1) / 2
    own = 0.5 * chunks / (chunks + 100)
    weights = {}
    for term in question.terms:
        blended = (1 - own) * general.get(term, 1.0) + own * idf(term) / unknown
        weights[term] = max(blended, 0.02)
    return weights


def _vocabulary_of(passage: Passage) -> frozenset[str]:
    """Return the distinct search terms of a passage, its title and its heading."""
    return vocabulary(passage.text) | vocabulary(f"{passage.title} {passage.heading}")
