"""What a follow-up points to that no question has named, but the answer before it has.

*Where was he born?* after *Who discovered penicillin?* is about the person in the answer, *What do
those cells do?* about cells that the answer named; what was asked before would only mislead. A
pronoun for things (*How does it work?*) mostly stands for what was asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

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
_WHERE = frozenset("at for from in into near of on outside through to".split())
"""What stands before the name of a place, rather than of somebody who did something."""
_NEAR = 3
"""Words between a thing and its name."""
_MARK = re.compile(r"\s*\[\d+\]")
_AROUND = ".,;:!?()[]{}<>\"'“”‘’«»*_"


def topic_meant(question: str, earlier: str, topic: Sequence[str], answer: str) -> list[str]:
    """The topic that the question leans on: as it is, or what the answer names in its place.

    :param earlier: the question that was answered.
    :param topic: what the conversation is about, as far as its questions say.
    """
    asked = analyse(earlier)
    if _PERSON.search(question):
        for_somebody = asked.kind == "person" or any(map(SOMEBODY.fullmatch, asked.sought))
        if not for_somebody and any(is_named(w, first=False, shouting=False) for w in topic):
            return list(topic)
        person = next(_people(answer, earlier), None)
        return person or list(topic)
    known = set(terms(" ".join(topic))) - asked.sought
    thing = _pointed_to(question)
    if not thing or not known.isdisjoint(thing):
        return list(topic)
    return _beside(thing, answer, earlier) or list(topic)


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


def _people(answer: str, question: str) -> Iterator[list[str]]:
    """Names of several words that the question lacks, from the sentence most like it on."""
    asked = vocabulary(question) - STOP_WORDS
    for words in sorted(_sentences(answer), key=lambda words: -len(_terms(words) & asked)):
        elsewhere = 0
        for first, last in names(words):
            name = [word.strip(_AROUND) for word in words[first:last]]
            if first and (words[first - 1].lower() in _WHERE or elsewhere == first):
                elsewhere = last
            elif len(name) > 1 and not asked.issuperset(_terms(name)):
                yield name


def _beside(thing: Sequence[str], answer: str, question: str) -> list[str]:
    """The name that stands nearest to the thing in the answer, or those listed there.

    None when the question has it, or when it stands far away.
    """
    asked = vocabulary(question) - STOP_WORDS
    nearest, beside = _NEAR + 1, list[str]()
    for words in _sentences(answer):
        places = [i for i, word in enumerate(words) if not _terms([word]).isdisjoint(thing)]
        for first, last in _listed(words):
            found = [word.strip(_AROUND) for word in words[first:last]]
            gaps = [max(first - place, place - last + 1) for place in places]
            if min(gaps, default=nearest) < nearest and not asked.issuperset(_terms(found)):
                nearest = min(gaps)
                beside = [word for word in found if fold(word) not in STOP_WORDS]
    return beside


def _listed(words: Sequence[str]) -> list[tuple[int, int]]:
    """The names in a sentence, those of a list together: ``Wnt, Notch and Hedgehog``."""
    found: list[tuple[int, int]] = []
    for first, last in names(words):
        between = words[found[-1][1] : first] if found else [""]
        if between in ([], ["and"], ["or"]):
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found


def _sentences(answer: str) -> list[list[str]]:
    """The words of each sentence, as they are written."""
    said = _MARK.sub("", answer)
    return [said[start:end].split() for start, end in sentence_spans(said)]


def _terms(words: Sequence[str]) -> frozenset[str]:
    return vocabulary(" ".join(words)) - STOP_WORDS


def names(words: Sequence[str]) -> list[tuple[int, int]]:
    """The names and codes in a sentence, by the places of their words, half-open."""
    bare = [word.strip(_AROUND) for word in words]
    named = [fold(w) not in STOP_WORDS and any(c.isupper() for c in w) for w in bare]
    for place in range(1, len(bare) - 1):
        if bare[place] in _PARTICLES and named[place - 1]:
            named[place] = any(named[place + 1 : place + 3])
    if named[:1] == [True] and named[1:2] != [True] and words[0][-1] != ":":
        named[0] = is_named(bare[0], first=True, shouting=False)  # or the capital of a sentence
    found: list[tuple[int, int]] = []
    for place in range(len(words)):
        follows = found and found[-1][1] == place and words[place - 1][-1] not in _AROUND
        if named[place] and follows:
            found[-1] = (found[-1][0], place + 1)
        elif named[place]:
            found.append((place, place + 1))
    return found
