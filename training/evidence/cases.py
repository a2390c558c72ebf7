"""Makes the questions, each asked of a library, on which the evidence is fitted and judged.

A case is one question, what the product's search retrieves for it, whether the library answers it,
and which passages do. Small libraries of one to six documents are cut from the large ones, since
many people begin with so few.
"""

import random
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import lru_cache

from rag.text.terms import terms
from rag.types import Passage
from training.data.cached import CachedEmbedder
from training.data.changed_questions import Thesaurus, find_donors, make_probes, misspell, swap_word
from training.data.headlines import add_headlines
from training.data.libraries import ChunkLibrary
from training.data.public_sets import (
    SETS,
    Asked,
    Chunk,
    is_held_out,
    is_unread,
    load_squad_rest,
    load_written,
)


@dataclass
class Case:
    """One question asked of one library.

    :param family: what the case is counted with.
    :param group: the article, year or abstract that the question is from.
    :param holds: whether the library holds the answer.
    :param exact: whether an answer is a short string to look for.
    :param gold: ids of the passages that answer.
    :param idf: BM25's inverse document frequency of a term in the library.
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
    idf: Callable[[str], float] = field(repr=False)


def holds_answer(sentence: str, answers: Sequence[str]) -> bool:
    """Whether a sentence contains one of the answers, as whole words, case folded."""
    words = _words(sentence)
    return any(_words(answer) in words for answer in answers)


@lru_cache(maxsize=1 << 14)
def _words(text: str) -> str:
    return " ".join(["", *re.findall(r"\w+", text.casefold()), ""])


class _CaseMaker:
    """Collects cases; one random generator draws the questions."""

    def __init__(self, embed: CachedEmbedder, rng: random.Random, scale: float) -> None:
        self.embed, self.rng, self.scale = embed, rng, scale
        self.cases: list[Case] = []
        self.donors: dict[str, list[str]] = {}
        self.thesaurus: Thesaurus | None = None
        self.out = False

    def asks(self, asked: Asked) -> bool:
        """Whether a question belongs to the part that is made; the reader has seen neither part."""
        held = is_held_out(asked.group)
        return held if self.out else not held and is_unread(asked.group)

    def add(
        self,
        library: ChunkLibrary,
        asked: Asked,
        family: str,
        question: str = "",
        without: str = "",
    ) -> None:
        """Ask one question of a library."""
        text = question or asked.text
        passages, gold = library.search(text, without), library.chunk_ids(asked.gold)
        twins = {p.chunk_id for p in passages if gold.intersection(p.duplicates)}
        self.cases.append(
            Case(
                question=text,
                family=family,
                group=asked.group,
                held_out=self.out,
                holds=bool(gold) and not without and family not in ("small probe", "small swapped"),
                exact=asked.form == "factoid",
                passages=passages,
                gold=gold | twins,
                answers=asked.answers,
                idf=library.idf,
            )
        )

    def ask(
        self,
        library: ChunkLibrary,
        asked: Sequence[Asked],
        number: int,
        family: str,
        change: Callable[[str], str] = str,
        *,
        elsewhere: bool = False,
    ) -> None:
        """Ask some of the questions, drawn at random.

        :param number: how many, before scaling.
        :param change: applied to each question first.
        :param elsewhere: leave out the documents that each question is about.
        """
        for one in self.draw(asked, number):
            self.add(library, one, family, change(one.text), one.group if elsewhere else "")

    def reword(self, question: str) -> str:
        """Say the question in other words."""
        assert self.thesaurus
        return self.thesaurus.reword(question, self.rng)

    def draw(self, asked: Iterable[Asked], number: float) -> list[Asked]:
        """Draw that many, scaled, or all where there are fewer."""
        listed = list(asked)
        return self.rng.sample(listed, min(len(listed), round(number * self.scale)))

    def ask_small_library(
        self,
        source: str,
        chunks: Sequence[Chunk],
        own: list[Asked],
        other: list[Asked],
        family: str = "",
    ) -> None:
        """Cut out a library of one to six paragraphs, abstracts or answers, and ask all kinds.

        :param own: questions on the data set the library is cut from; ``other`` on another field.
        """
        answered = [asked for asked in own if asked.gold]
        first = self.rng.choice(answered)
        names = self._draw_documents(source, first, answered)
        some = [chunk for chunk in chunks if chunk.name in names]
        text = " ".join(chunk.text for chunk in some)
        there = [asked for asked in answered if asked.gold & names]
        lacking = [
            asked
            for asked in answered
            if not asked.gold & names and not holds_answer(text, asked.answers)
        ]
        with closing(ChunkLibrary(some, self.embed)) as library:
            for asked in self.draw(there, 2 / self.scale):
                self.add(library, asked, f"small {family or source}")
            for asked in self.draw(there, 2 / self.scale):
                self.add(library, asked, "small paraphrase", self.reword(asked.text))
            if source == "squad":
                bait = (a for a in own if not a.gold and a.about in names)
                for asked in self.draw(bait, 2 / self.scale):
                    self.add(library, asked, "small impossible")
                near = (a for a in lacking if a.group == first.group)
                for asked in self.draw(near, 2 / self.scale):
                    self.add(library, asked, "small near")
            for asked in self.draw(there, 2 / self.scale):
                if question := swap_word(asked.text, text, self.donors[source], self.rng):
                    self.add(library, asked, "small swapped", question)
            far = [a for a in lacking if a.group != first.group]
            for asked in self.draw(far, 1 / self.scale) + self.draw(other, 1 / self.scale):
                self.add(library, asked, "small off-topic")
            topic = some[0].title or _find_topic(first, text)
            titled = " ".join(f"{chunk.title} {chunk.text}" for chunk in some)
            for question in make_probes(titled, topic, self.rng, 2):
                self.add(library, first, "small probe", question)

    def _draw_documents(self, source: str, first: Asked, answered: list[Asked]) -> set[str]:
        size = self.rng.randint(1, 6)
        if source == "squad":
            near = sorted({asked.about for asked in answered if asked.group == first.group})
            names = {first.about, *self.rng.sample(near, min(len(near), size - 1))}
            return names | {self.rng.choice(answered).about} if self.rng.random() < 0.5 else names
        chosen = [first, *self.rng.sample(answered, size - 1)]
        return {name for asked in chosen for name in sorted(asked.gold)[:6]}


def _find_topic(asked: Asked, text: str) -> str:
    """Find the longest word of a question that the text has too; ``it`` when there is none."""
    known = set(terms(text))
    words = [word.strip("?.,()") for word in asked.text.split()]
    shared = [word for word in words if set(terms(word, keep_stop_words=False)) & known]
    return max(shared, key=len, default="it")


def make_cases(embed: CachedEmbedder, rng: random.Random, scale: float) -> list[Case]:
    """Make all cases, those for fitting and those held out.

    :param scale: share of the cases to make, in (0, 1].
    """
    maker = _CaseMaker(embed, rng, scale)
    for maker.out in (False, True):
        sets = [load() for load in SETS]
        if not maker.out:
            for own, more in zip(sets[0], load_squad_rest(), strict=True):
                own += more  # type: ignore[operator]
        _make_cases(maker, sets)
    return maker.cases


def _make_cases(maker: _CaseMaker, sets: Sequence[tuple[list[Chunk], list[Asked]]]) -> None:
    """Make the cases of one part, for fitting or held out, by the sets' libraries."""
    embed, rng, scale = maker.embed, maker.rng, maker.scale
    wiki, medical, abstracts = (chunks for chunks, _ in sets)
    titled = add_headlines(wiki)
    maker.thesaurus = Thesaurus((chunk.text for chunk in [*wiki, *medical]), embed)
    with ExitStack() as opened:
        wiki_library, medical_library, abstract_library, titled_library = (
            opened.enter_context(closing(ChunkLibrary(chunks, embed)))
            for chunks in (wiki, medical, abstracts, titled)
        )
        on_wiki, on_medicine, on_abstracts = (
            [asked for asked in everything if maker.asks(asked)] for _, everything in sets
        )
        maker.donors = {
            "squad": find_donors(asked.text for asked in on_wiki),
            "bioasq": find_donors(asked.text for asked in on_medicine),
        }
        maker.donors["pubmedqa"] = maker.donors["bioasq"]
        answered = [asked for asked in on_wiki if asked.gold]
        not_answered = [asked for asked in on_wiki if not asked.gold]
        maker.ask(wiki_library, answered, 1200, "squad")
        maker.ask(wiki_library, not_answered, 1200, "squad impossible")
        maker.ask(wiki_library, answered, 600, "squad off-topic", elsewhere=True)
        maker.ask(wiki_library, answered, 240, "typo", lambda text: misspell(text, rng))
        maker.ask(wiki_library, answered, 500, "paraphrase", maker.reword)
        maker.ask(titled_library, answered, 600, "titled")
        maker.ask(titled_library, answered, 300, "titled off-topic", elsewhere=True)
        maker.ask(medical_library, on_medicine, 600, "bioasq")
        maker.ask(wiki_library, on_medicine, 150, "other field")
        maker.ask(medical_library, answered, 150, "other field")
        maker.ask(abstract_library, on_abstracts, 200, "pubmedqa")
        chunks, asked = load_written()
        written = [each for each in asked if maker.asks(each)]
        library = opened.enter_context(closing(ChunkLibrary(chunks, embed)))
        maker.ask(library, [each for each in written if each.gold], 2000, "written")
        maker.ask(library, [each for each in written if not each.gold], 1500, "written near")
        for _ in range(int(100 * scale)):
            maker.ask_small_library("squad", wiki, on_wiki, on_medicine)
            maker.ask_small_library("squad", titled, on_wiki, on_abstracts, "titled")
            maker.ask_small_library("bioasq", medical, on_medicine, on_wiki)
            maker.ask_small_library("pubmedqa", abstracts, on_abstracts, on_wiki)
