"""What a follow-up points to that no question has named, but the answer before it has.

*Where was he born?* after *Who discovered penicillin?* is about the person in the answer, *What do
those cells do?* about cells that the answer named. A pronoun for things (*How does it work?*)
mostly stands for what was asked about, and gets nothing from here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, groupby

from rag.question import analyse, is_named
from rag.sentences import sentence_spans
from rag.terms import STOP_WORDS, fold, terms, vocabulary

SOMEBODY = re.compile(
    r"""(?:anybody|anyone|actor|author|baby|boy|brother|candidate|captain|child|colleague|daughter
    |director|doctor|donor|driver|emperor|everybody|everyone|farmer|father|friend|girl|guest|guy
    |infant|judge|king|lady|leader|manager|member|mother|no(?:body|t? one)|nurse|owner|painter
    |parent|patient|pope|president|prince|prisoner|queen|ruler|sister|soldier|somebody|someone|son
    |speaker|student|survivor|teacher|user|victim|whoever|wife|winner|witness|worker|writer
    |\w*(?:husband|man|person|woman|ian|ist))""",
    re.VERBOSE,
)
"""Nouns that *he* and *she* may stand for, folded."""
_PERSON = re.compile(r"\b(?:he|him|his|she|her|hers)\b", re.IGNORECASE)
_POINTED_TO = re.compile(
    r"\b(?:that|these|this|those)\s+((?:[^\W\d_][\w'’-]*\s+){0,2}[^\W\d_][\w'’-]*)", re.IGNORECASE
)
_STATED = re.compile(
    r"\b(?:are|is|was|were)\s+(?:that|these|this|those)\s+\w+(?<!s)\W*$", re.IGNORECASE
)
"""*Is that safe?*, where the word that follows is no noun."""
_PARTICLES = frozenset("al bin da de del den der di dos du el la le van von".split())
"""What stands between the words of a name."""
_MOST_NAMES = 3
_MARK = re.compile(r"\s*\[\d+\]")
_AROUND = ".,;:!?()[]{}<>\"'“”‘’«»*_"


def topic_meant(question: str, earlier: str, topic: Sequence[str], answer: str) -> list[str]:
    """The topic that the question leans on: as it is, or with what the answer names.

    A person whom the answer names is a topic alone.

    :param earlier: the question that was answered.
    :param topic: what the conversation is about, as far as its questions say.
    """
    asked = analyse(earlier)
    if _PERSON.search(question):
        for_somebody = asked.kind == "person" or any(map(SOMEBODY.fullmatch, asked.sought))
        if not for_somebody and any(is_named(w, first=False, shouting=False) for w in topic):
            return list(topic)
        named = [*chain(*_new_names(answer, earlier))]
        person = next((name for name in named if len(name) > 1), None)
        return person or [*topic, *chain(*named[:1])]
    known = set(terms(" ".join(topic))) - asked.sought
    thing = _pointed_to(question)
    if not thing or not known.isdisjoint(thing):
        return list(topic)
    best = next(_new_names(answer, earlier, thing), [])
    return [*topic, *chain(*best[:_MOST_NAMES])]


def _pointed_to(question: str) -> list[str]:
    """The terms of the noun after a demonstrative: ``those stem cells``."""
    pointed = _POINTED_TO.search(question)
    if pointed is None or _STATED.search(question):
        return []
    thing: list[str] = []
    for word in pointed[1].split():
        if fold(word) in STOP_WORDS:
            break
        thing += terms(word)
    return thing


def _new_names(answer: str, question: str, thing: Sequence[str] = ()) -> Iterator[list[list[str]]]:
    """What each sentence of the answer names and the question does not.

    First the sentences that have a word of the thing, then those with most words of the question.
    """
    asked = vocabulary(question) - STOP_WORDS
    said = _MARK.sub("", answer)
    sentences = [said[start:end] for start, end in sentence_spans(said)]

    def likeness(text: str) -> tuple[bool, int]:
        words = vocabulary(text)
        return not words.isdisjoint(thing), len(words & asked)

    for sentence in sorted(sentences, key=likeness, reverse=True):
        new = ([w for w in name if fold(w) not in STOP_WORDS] for name in names(sentence))
        yield [name for name in new if not asked.issuperset(terms(" ".join(name)))]


def names(sentence: str) -> list[list[str]]:
    """The names and codes in a sentence, word by word."""
    written = sentence.split()
    bare = [word.strip(_AROUND) for word in written]
    named = [fold(w) not in STOP_WORDS and any(c.isupper() for c in w) for w in bare]
    for place in range(1, len(bare) - 1):
        if bare[place] in _PARTICLES and named[place - 1]:
            named[place] = any(named[place + 1 : place + 3])
    if named[:1] == [True] and named[1:2] != [True] and written[0][-1] != ":":
        named[0] = is_named(bare[0], first=True, shouting=False)  # or the capital of a sentence
    runs = groupby(range(len(bare)), key=named.__getitem__)
    return [
        name for is_name, places in runs if is_name for name in _apart([written[p] for p in places])
    ]


def _apart(written: Sequence[str]) -> Iterator[list[str]]:
    """Names one after the other, told apart by the marks between them: ``Wnt, Notch``."""
    name: list[str] = []
    for word in written:
        name.append(word.strip(_AROUND))
        if word[-1] in _AROUND:
            yield name
            name = []
    if name:
        yield name
