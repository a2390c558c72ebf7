"""What a follow-up points to that no question has named, but the answer before it has.

*Where was he born?* after *Who discovered penicillin?* is about the person in the answer, *What do
those cells do?* about cells that the answer named; what was asked before would only mislead. A
pronoun for things (*How does it work?*) mostly stands for what was asked about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from rag.questions.question import analyse, is_named
from rag.text.sentences import sentence_spans
from rag.text.terms import STOP_WORDS, fold, terms, vocabulary

_PERSON = re.compile(r"\b(?:he|him|his|she|her|hers)\b", re.IGNORECASE)
_POINTED_TO = re.compile(
    r"\b(?:that|these|this|those)\s+(?=((?:[^\W\d_][\w'’-]*\s+){0,2}[^\W\d_][\w'’-]*))",
    re.IGNORECASE,
)
_STATED = re.compile(
    r"^\W*(?:(?:and|but|so) )?(?:are|is|was|were)\s+(?:that|these|this|those)\s+\w+(?<!s)\W*$",
    re.IGNORECASE,
)
"""*Is that safe?*, where the word that follows is no noun."""
_WHO_IS = re.compile(r"\W*who(?:['’]s| is| was| were| are)\s+(?!the\b|an?\b)", re.IGNORECASE)
"""A question about somebody whom it names."""
_PARTICLES = frozenset("al bin da de del den der di dos du el la le van von".split())
"""What stands between the words of a name."""
_WHERE = frozenset("at from in into near on outside through to".split())
"""What stands before the name of a place, rather than of who did something or what was done."""
_NEAR = 3
"""Words between a thing and its name."""
_SHORT = re.compile(r"[^\W\d_]\.|(?:Dr|Jr|Mrs?|Ms|Prof|Sr|St)\.", re.IGNORECASE)
"""What stands in a name with a full stop: ``Charles W. Eliot``."""
_MARK = re.compile(r"\[\d+\]")
_AROUND = ".,;:!?()[]{}<>\"'“”‘’«»*_"


def topic_meant(question: str, earlier: str, topic: Sequence[str], answer: str) -> list[str]:
    """The topic that the question leans on: as it is, or what the answer names in its place.

    :param question: the follow-up.
    :param earlier: the question that was answered.
    :param topic: what the conversation is about, as far as its questions say.
    :param answer: what was answered, with or without its marks.
    """
    somebody = _PERSON.search(question)
    if somebody:
        spoken_of = any(
            is_named(word, first=place == 0, shouting=question.isupper())
            for place, word in enumerate(question[: somebody.start()].split())
        )
        if spoken_of or analyse(earlier).kind != "person" or _WHO_IS.match(earlier):
            return list(topic)
        return _person(answer, earlier) or list(topic)
    known = set(terms(" ".join(topic))) - analyse(earlier).sought
    thing = _pointed_to(question)
    if not thing or not known.isdisjoint(thing):
        return list(topic)
    return _beside(thing, answer, earlier) or list(topic)


def _pointed_to(question: str) -> list[str]:
    """The terms of the noun after a demonstrative: ``those stem cells``."""
    if _STATED.search(question):
        return []
    for pointed in _POINTED_TO.finditer(question):
        words = takewhile(lambda word: fold(word) not in STOP_WORDS, pointed[1].split())
        if thing := terms(" ".join(words)):
            return thing
    return []


def _person(answer: str, question: str) -> list[str]:
    """Who is asked for: a name of several words in the sentence most like the question."""
    asked = vocabulary(question) - STOP_WORDS
    found = []
    for words in _sentences(answer):
        likeness, elsewhere = len(_terms(words) & asked), 0
        for first, last in names(words):
            name = [word.strip(_AROUND) for word in words[first:last]]
            before = words[first - 1].lower() if first else ""
            if before in _WHERE or (elsewhere and elsewhere == first):
                elsewhere = last
            elif len(name) > 1 and not asked.issuperset(_terms(name)):
                found.append((likeness, before == "by", name))
    return max(found, key=lambda each: each[:2], default=(0, False, []))[2]


def _beside(thing: Sequence[str], answer: str, question: str) -> list[str]:
    """The name that stands nearest to the thing in the answer, or those listed there.

    None when the question has it, or when it stands far away.
    """
    asked = vocabulary(question) - STOP_WORDS
    nearest, beside = _NEAR + 1, list[str]()
    for words in _sentences(answer):
        places = [i for i, word in enumerate(words) if not _terms([word]).isdisjoint(thing)]
        for first, last in _listed(words):
            if first and words[first - 1].lower() in _WHERE:
                continue
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
        follows = found and found[-1][1] == place and _goes_on(words[place - 1])
        if named[place] and follows:
            found[-1] = (found[-1][0], place + 1)
        elif named[place]:
            found.append((place, place + 1))
    return found


def _goes_on(word: str) -> bool:
    """Whether a name may go on after this word of it."""
    return word[-1] not in _AROUND or _SHORT.fullmatch(word) is not None
