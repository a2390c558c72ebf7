"""What makes a passage's score: its cosine, and how much of the question its words answer to.

Each signal is a share, in [0, 1], of the question's weight, where a term weighs the square of its
rarity: a passage with the one rare word of a question says more than one with two common ones, and
BM25, which adds rarities up, says so too faintly. A question in other words than the documents'
has little covered anywhere, and so leaves the word to the cosine. The figures are in
docs/measured/retrieval.md.
"""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from rag.text.terms import question_terms, terms

_ROOT = 5
"""Letters that words of one root share (``religion``, ``religious``)."""
_WINDOW = 12
"""Terms from the first to the last of what counts as said together."""


@dataclass(frozen=True, slots=True)
class Signals:
    """How a passage's words answer to a question's, each a share of the question's weight.

    :param coverage: terms that the passage has.
    :param closeness: terms that it has close together, the best window counted; those of its title
        and heading stand near all the others.
    :param roots: terms that it lacks, while it has another word of the same root.
    :param misspellings: terms that the library lacks, a slip of the keyboard from one of its own.
    """

    coverage: float = 0.0
    closeness: float = 0.0
    roots: float = 0.0
    misspellings: float = 0.0


WEIGHTS = Signals(coverage=0.50, closeness=0.10, roots=0.35, misspellings=0.20)
"""What each signal adds to the cosine; found by ``bench/quality/retrieval.py fit``, rounded."""


UNREAD_COSINE = 0.2
"""What a cosine counts when the embedding model does not read the question's language: it still
tells a little, but no longer as much as a word; see docs/measured/languages.md."""


def fuse_scores(cosine: float, signals: Signals, weight: float = 1.0) -> float:
    """A passage's score: its cosine and its weighted signals, in [−1, 1.6].

    :param weight: of the cosine, 1 or :data:`UNREAD_COSINE`.
    """
    return (
        weight * cosine
        + WEIGHTS.coverage * signals.coverage
        + WEIGHTS.closeness * signals.closeness
        + WEIGHTS.roots * signals.roots
        + WEIGHTS.misspellings * signals.misspellings
    )


class QuestionTerms:
    """The terms of a question, each with its share of the question's weight.

    :param rarity: BM25's inverse document frequency of a term, highest for one that is nowhere.
    :param known: whether the library has a term.
    :param language: of the question, or of the passages where it tells none; "": English.
    """

    def __init__(
        self,
        question: str,
        rarity: Callable[[str], float],
        known: Callable[[str], bool],
        language: str = "",
    ) -> None:
        self.language = language
        content = question_terms(question, language)
        weights = {term: rarity(term) ** 2 for term in content}
        total = sum(weights.values()) or 1.0
        self.shares = {term: weight / total for term, weight in weights.items()}
        long = [term for term in self.shares if term.isalpha() and len(term) >= _ROOT]
        self._roots = {term: f" {term[:_ROOT]}" for term in long if len(term) > _ROOT}
        self._unknown = [term for term in long if not known(term)]

    def terms_of(self, text: str) -> list[str]:
        """The terms of a passage, made as those of the question are."""
        return terms(text, language=self.language)

    def signals(self, passages: Sequence[tuple[Sequence[str], Sequence[str]]]) -> list[Signals]:
        """The signals of passages, each as the terms of its title and heading, and of its text."""
        meant = self._misspelt(passages) if self._unknown else {}
        return [self._of_one(title, text, meant) for title, text in passages]

    def _of_one(
        self, title: Sequence[str], text: Sequence[str], meant: dict[str, set[str]]
    ) -> Signals:
        have = {*title, *text}
        found = have & self.shares.keys()
        missing = [term for term in self._roots if term not in found]
        words = f" {' '.join(have)}" if missing else ""
        return Signals(
            coverage=self._sum(found),
            closeness=self._closest(found.intersection(title), text),
            roots=sum(self.shares[term] for term in missing if self._roots[term] in words),
            misspellings=sum(self.shares[term] for term in meant if meant[term] & have),
        )

    def _sum(self, found: Set[str]) -> float:
        """The share of these terms, summed in the question's order: the same in every process."""
        return sum(share for term, share in self.shares.items() if term in found)

    def _closest(self, titled: set[str], text: Sequence[str]) -> float:
        """The largest share that one window of the text holds together with the title."""
        places = [(i, term) for i, term in enumerate(text) if term in self.shares]
        held = dict.fromkeys(titled, 1)  # never counted down, so always held
        share = best = self._sum(titled)
        first = 0
        for place, term in places:
            held[term] = held.get(term, 0) + 1
            if held[term] == 1:
                share += self.shares[term]
            while places[first][0] < place - _WINDOW:
                left = places[first][1]
                first += 1
                held[left] -= 1
                if held[left] == 0:
                    share -= self.shares[left]
            best = max(best, share)
        return best

    def _misspelt(
        self, passages: Sequence[tuple[Sequence[str], Sequence[str]]]
    ) -> dict[str, set[str]]:
        """For each term that the library lacks the passages' terms that it may be a slip for."""
        there = {term for title, text in passages for term in (*title, *text)}
        return {
            term: {
                other
                for other in there
                if other[0] == term[0]
                and abs(len(other) - len(term)) <= (allowed := 2 if len(term) >= 8 else 1)
                and OSA.distance(term, other) <= allowed
            }
            for term in self._unknown
        }
