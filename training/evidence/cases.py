"""Questions with the libraries they are asked of, for fitting and judging the answer's evidence.

A library is a list of chunks with their vectors and BM25 statistics; a case is one question, what
was retrieved for it, whether the library answers it, and which sentences do. Small libraries of
one to six documents are cut from the large ones, since that is how many people begin.
"""

from __future__ import annotations

import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from rag.retrieval.fusion import QuestionTerms, fused
from rag.text.terms import STOP_WORDS, terms
from rag.types import Passage
from training.data.cached import CachedEmbedder, FloatArray
from training.data.changed_questions import Thesaurus, donors, misspelt, probes, swapped
from training.data.public_sets import Asked, Chunk, bioasq, held_out, pubmedqa, squad


@dataclass
class Case:
    """One question asked of one library.

    :param family: what the case is counted with.
    :param group: the article, year or abstract that the question is from.
    :param holds: whether the library holds the answer.
    :param exact: whether an answer is a short string to look for.
    """

    question: str
    family: str
    group: str
    held_out: bool
    holds: bool
    exact: bool
    passages: list[Passage]
    gold: frozenset[str]
    answers: tuple[str, ...]
    rarity: Callable[[str], float] = field(repr=False)


class Library:
    """Chunks that can be searched as the product does."""

    def __init__(self, chunks: Sequence[Chunk], embed: CachedEmbedder) -> None:
        self.chunks = list(chunks)
        self.vectors = embed([self._headed(chunk) for chunk in self.chunks])
        self._embed = embed
        self._postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        lengths = []
        for i, chunk in enumerate(self.chunks):
            counts = Counter(terms(f"{chunk.title} {chunk.text}"))
            lengths.append(sum(counts.values()))
            for term, count in counts.items():
                self._postings[term].append((i, count))
        self._length = np.array(lengths) / (np.mean(lengths) or 1)

    @staticmethod
    def _headed(chunk: Chunk) -> str:
        return f"{chunk.title}\n{chunk.text}" if chunk.title else chunk.text

    def rarity(self, term: str) -> float:
        """BM25's inverse document frequency, highest for an unknown term."""
        count = len(self._postings.get(term, ()))
        return math.log(1 + (len(self.chunks) - count + 0.5) / (count + 0.5))

    def search(
        self, question: str, without: str = "", limit: int = 8, pool: int = 50
    ) -> list[Passage]:
        """The best passages, best first; k1 1.2, b 0.75.

        :param without: a group of chunks that is passed over.
        """
        bm25 = np.zeros(len(self.chunks))
        for term in set(terms(question, keep_stop_words=False)):
            for i, count in self._postings.get(term, ()):
                bm25[i] += self.rarity(term) * count * 2.2 / (count + 0.3 + 0.9 * self._length[i])
        cosine = self.vectors @ self._embed([question])[0]
        lexical = {int(i) for i in np.argsort(-bm25, kind="stable")[:pool] if bm25[i] > 0}
        dense = {int(i) for i in np.argsort(-cosine, kind="stable")[:pool]}
        allowed = [i for i in sorted(lexical | dense) if self.chunks[i].group != without]
        asked = QuestionTerms(question, self.rarity, self._postings.__contains__)
        signals = asked.signals(
            [(terms(self.chunks[i].title), terms(self.chunks[i].text)) for i in allowed]
        )
        score = {i: fused(float(cosine[i]), s) for i, s in zip(allowed, signals, strict=True)}
        top = sorted(allowed, key=lambda i: (-score[i], i))[:limit]
        return [self._passage(i, cosine, bm25, i in lexical, score[i]) for i in top]

    def _passage(
        self, i: int, cosine: FloatArray, bm25: npt.NDArray[np.float64], lexical: bool, score: float
    ) -> Passage:
        chunk = self.chunks[i]
        return Passage(
            chunk_id=chunk.name,
            document_id=chunk.group,
            source=chunk.name,
            title=chunk.title,
            heading="",
            text=chunk.text,
            start=0,
            end=len(chunk.text),
            page=None,
            cosine=float(cosine[i]),
            bm25=float(bm25[i]) if lexical else None,
            score=score,
        )


def holds_answer(sentence: str, answers: Sequence[str]) -> bool:
    """Whether a sentence contains one of the answers, as whole words, case folded."""
    words = _words(sentence)
    return any(_words(answer) in words for answer in answers)


@lru_cache(maxsize=1 << 14)
def _words(text: str) -> str:
    return " ".join(["", *re.findall(r"\w+", text.casefold()), ""])


class _Maker:
    """Collects cases, drawing questions with one random generator."""

    def __init__(self, embed: CachedEmbedder, rng: random.Random, scale: float) -> None:
        self.embed, self.rng, self.scale = embed, rng, scale
        self.cases: list[Case] = []
        self.donors: dict[str, list[str]] = {}
        self.thesaurus: Thesaurus | None = None
        self.out = False

    def add(
        self, library: Library, asked: Asked, family: str, question: str = "", without: str = ""
    ) -> None:
        """Ask one question of a library."""
        text = question or asked.text
        gold = asked.gold & {chunk.name for chunk in library.chunks}
        self.cases.append(
            Case(
                question=text,
                family=family,
                group=asked.group,
                held_out=self.out,
                holds=bool(gold) and not without and family not in ("small probe", "small swapped"),
                exact=asked.form == "factoid",
                passages=library.search(text, without),
                gold=asked.gold,
                answers=asked.answers,
                rarity=library.rarity,
            )
        )

    def ask(
        self,
        library: Library,
        asked: Sequence[Asked],
        number: int,
        family: str,
        change: Callable[[str], str] = str,
        *,
        elsewhere: bool = False,
    ) -> None:
        """Ask so many of the questions, changed, or with the documents on them passed over."""
        for one in self.some(asked, number):
            self.add(library, one, family, change(one.text), one.group if elsewhere else "")

    def reworded(self, question: str) -> str:
        """The question in other words."""
        assert self.thesaurus
        return self.thesaurus.reworded(question, self.rng)

    def some(self, asked: Iterable[Asked], number: float) -> list[Asked]:
        """That many of them, scaled, at random."""
        listed = list(asked)
        return self.rng.sample(listed, min(len(listed), round(number * self.scale)))

    def small(
        self,
        source: str,
        chunks: Sequence[Chunk],
        own: list[Asked],
        other: list[Asked],
        family: str = "",
    ) -> None:
        """A library of one to six paragraphs, abstracts or answers, asked questions of all kinds.

        :param own: questions on the data set the library is cut from; ``other`` on another field.
        """
        answered = [asked for asked in own if asked.gold]
        first = self.rng.choice(answered)
        names = self._documents(source, first, answered)
        library = Library([chunk for chunk in chunks if chunk.name in names], self.embed)
        text = " ".join(chunk.text for chunk in library.chunks)
        for asked in self.some((a for a in answered if a.gold & names), 2 / self.scale):
            self.add(library, asked, f"small {family or source}")
        for asked in self.some((a for a in answered if a.gold & names), 2 / self.scale):
            self.add(library, asked, "small paraphrase", self.reworded(asked.text))
        if source == "squad":
            bait = (a for a in own if not a.gold and a.about in names)
            for asked in self.some(bait, 2 / self.scale):
                self.add(library, asked, "small impossible")
            near = (a for a in answered if a.group == first.group and _absent(a, names, text))
            for asked in self.some(near, 2 / self.scale):
                self.add(library, asked, "small near")
        for asked in self.some((a for a in answered if a.gold & names), 2 / self.scale):
            question = swapped(asked.text, text, self.donors[source], self.rng)
            if question:
                self.add(library, asked, "small swapped", question)
        far = [a for a in answered if a.group != first.group and _absent(a, names, text)]
        for asked in self.some(far, 1 / self.scale) + self.some(other, 1 / self.scale):
            self.add(library, asked, "small off-topic")
        topic = library.chunks[0].title or _topic(first, text)
        titled = " ".join(f"{chunk.title} {chunk.text}" for chunk in library.chunks)
        for question in probes(titled, topic, self.rng, 2):
            self.add(library, first, "small probe", question)

    def _documents(self, source: str, first: Asked, answered: list[Asked]) -> set[str]:
        size = self.rng.randint(1, 6)
        if source == "squad":
            near = sorted({asked.about for asked in answered if asked.group == first.group})
            names = {first.about, *self.rng.sample(near, min(len(near), size - 1))}
            return names | {self.rng.choice(answered).about} if self.rng.random() < 0.5 else names
        chosen = [first, *self.rng.sample(answered, size - 1)]
        return {name for asked in chosen for name in sorted(asked.gold)[:6]}


def _absent(asked: Asked, names: set[str], text: str) -> bool:
    return not asked.gold & names and not holds_answer(text, asked.answers)


def _topic(asked: Asked, text: str) -> str:
    """The longest word of a question that the text has too."""
    known = set(terms(text))
    words = [word.strip("?.,()") for word in asked.text.split()]
    shared = [word for word in words if set(terms(word, keep_stop_words=False)) & known]
    return max(shared, key=len, default="it")


def with_headlines(chunks: Sequence[Chunk], words: int = 6) -> list[Chunk]:
    """The chunks under titles as papers and articles have: the topic, and what is said of it.

    Wikipedia's titles are a word or two. A headline adds the words that most of an article's
    paragraphs have and few others do, so that what it says is said again in many a sentence.
    """
    groups: dict[str, list[Chunk]] = defaultdict(list)
    for chunk in chunks:
        groups[chunk.group].append(chunk)
    spread = Counter(term for chunk in chunks for term in set(terms(chunk.text)))
    titles = {}
    for group, members in groups.items():
        known = set(terms(members[0].title)) | STOP_WORDS
        written = {
            term: word.lower()
            for chunk in members
            for word in re.findall(r"[^\W\d_]{3,}", chunk.text)
            for term in terms(word, keep_stop_words=False)
            if term not in known
        }
        counts = Counter(
            term for chunk in members for term in set(terms(chunk.text)) & written.keys()
        )
        telling = sorted(counts, key=lambda term: (-(counts[term] ** 2) / spread[term], term))
        titles[group] = f"{members[0].title}: {' '.join(written[term] for term in telling[:words])}"
    return [replace(chunk, title=titles[chunk.group]) for chunk in chunks]


def rest_of_squad(embed: CachedEmbedder, but: Collection[str]) -> list[Case]:
    """What else was asked about Wikipedia's articles that are not held out, as it was asked."""
    maker = _Maker(embed, random.Random(0), 1.0)
    chunks, everything = squad()
    library = Library(chunks, embed)
    for asked in everything:
        if not held_out(asked.group) and asked.text not in but:
            maker.add(library, asked, "squad" if asked.gold else "squad impossible")
    return maker.cases


def make_cases(embed: CachedEmbedder, rng: random.Random, scale: float) -> list[Case]:
    """All cases, for fitting and held out."""
    maker = _Maker(embed, rng, scale)
    wiki, wiki_asked = squad()
    medical, medical_asked = bioasq()
    abstracts, abstract_asked = pubmedqa()
    wiki_library, medical_library = Library(wiki, embed), Library(medical, embed)
    abstract_library = Library(abstracts, embed)
    titled = with_headlines(wiki)
    titled_library = Library(titled, embed)
    maker.thesaurus = Thesaurus((chunk.text for chunk in [*wiki, *medical]), embed)
    for maker.out in (False, True):
        on_wiki, on_medicine, on_abstracts = (
            [asked for asked in everything if held_out(asked.group) == maker.out]
            for everything in (wiki_asked, medical_asked, abstract_asked)
        )
        maker.donors = {
            "squad": donors(on_wiki),
            "bioasq": donors(on_medicine),
            "pubmedqa": donors(on_medicine),
        }
        answered = [asked for asked in on_wiki if asked.gold]
        not_answered = [asked for asked in on_wiki if not asked.gold]
        maker.ask(wiki_library, answered, 1200, "squad")
        maker.ask(wiki_library, not_answered, 1200, "squad impossible")
        maker.ask(wiki_library, answered, 600, "squad off-topic", elsewhere=True)
        maker.ask(wiki_library, answered, 240, "typo", lambda text: misspelt(text, rng))
        maker.ask(wiki_library, answered, 500, "paraphrase", maker.reworded)
        maker.ask(titled_library, answered, 600, "titled")
        maker.ask(titled_library, answered, 300, "titled off-topic", elsewhere=True)
        maker.ask(medical_library, on_medicine, 600, "bioasq")
        maker.ask(wiki_library, on_medicine, 150, "other field")
        maker.ask(medical_library, answered, 150, "other field")
        maker.ask(abstract_library, on_abstracts, 200, "pubmedqa")
        for _ in range(int(100 * scale)):
            maker.small("squad", wiki, on_wiki, on_medicine)
            maker.small("squad", titled, on_wiki, on_abstracts, "titled")
            maker.small("bioasq", medical, on_medicine, on_wiki)
            maker.small("pubmedqa", abstracts, on_abstracts, on_wiki)
    return maker.cases
