"""What a follow-up points to when only the answer before it has named it.

*Where was he born?* after *Who discovered penicillin?* is about the person in the answer, *What do
those cells do?* about cells that the answer named. The words of the question before would mislead
there. A pronoun for things (*How does it work?*) mostly stands for what was asked about.
"""

import re
from collections.abc import Sequence
from itertools import takewhile

from rag.english.patterns.follow_ups import PERSON, POINTED_TO, STATED, WHO_IS
from rag.english.words import load_words
from rag.questions.question import parse_question
from rag.text.names import PUNCTUATION, find_names, is_named
from rag.text.sentences import sentence_spans
from rag.text.terms import STOP_WORDS, fold, terms, vocabulary

_PLACE_PREPOSITIONS = load_words("closed/prepositions", "place")
_NEAR = 3
"""The most words between a thing and its name."""
_MARK = re.compile(r"\[\d+\]")


def resolve_topic(question: str, earlier: str, topic: Sequence[str], answer: str) -> list[str]:
    """Return the topic that a follow-up leans on: as it is, or what the answer names instead.

    :param question: the follow-up.
    :param earlier: the question that was answered.
    :param topic: what the conversation is about, in the words of its questions.
    :param answer: the answer to it, with or without its citation marks.
    """
    person = PERSON.search(question)
    if person:
        named_before = any(
            is_named(word, first=place == 0, shouting=question.isupper())
            for place, word in enumerate(question[: person.start()].split())
        )
        if named_before or parse_question(earlier).kind != "person" or WHO_IS.match(earlier):
            return list(topic)
        return _find_person(answer, earlier) or list(topic)
    known = set(terms(" ".join(topic))) - parse_question(earlier).sought
    thing = _find_pointed_to(question)
    if not thing or not known.isdisjoint(thing):
        return list(topic)
    return _find_beside(thing, answer, earlier) or list(topic)


def _find_pointed_to(question: str) -> list[str]:
    """Find the terms of the noun after a demonstrative: ``those stem cells``."""
    if STATED.search(question):
        return []
    for pointed in POINTED_TO.finditer(question):
        words = takewhile(lambda word: fold(word) not in STOP_WORDS, pointed[1].split())
        if thing := terms(" ".join(words)):
            return thing
    return []


def _find_person(answer: str, question: str) -> list[str]:
    """Find who is asked for: a name of several words in the sentence most like the question."""
    asked = vocabulary(question) - STOP_WORDS
    found = []
    for words in _split_into_words(answer):
        likeness, elsewhere = len(_terms(words) & asked), 0
        for first, last in find_names(words):
            name = [word.strip(PUNCTUATION) for word in words[first:last]]
            before = words[first - 1].lower() if first else ""
            if before in _PLACE_PREPOSITIONS or (elsewhere and elsewhere == first):
                elsewhere = last
            elif len(name) > 1 and not asked.issuperset(_terms(name)):
                found.append((likeness, before == "by", name))
    return max(found, key=lambda each: each[:2], default=(0, False, []))[2]


def _find_beside(thing: Sequence[str], answer: str, question: str) -> list[str]:
    """Find the name that stands nearest to the thing in the answer, or those listed there.

    A name that the question has, or that stands far away, does not count.
    """
    asked = vocabulary(question) - STOP_WORDS
    nearest, beside = _NEAR + 1, list[str]()
    for words in _split_into_words(answer):
        places = [i for i, word in enumerate(words) if not _terms([word]).isdisjoint(thing)]
        for first, last in _find_lists(words):
            if first and words[first - 1].lower() in _PLACE_PREPOSITIONS:
                continue
            found = [word.strip(PUNCTUATION) for word in words[first:last]]
            gaps = [max(first - place, place - last + 1) for place in places]
            if min(gaps, default=nearest) < nearest and not asked.issuperset(_terms(found)):
                nearest = min(gaps)
                beside = [word for word in found if fold(word) not in STOP_WORDS]
    return beside


def _find_lists(words: Sequence[str]) -> list[tuple[int, int]]:
    """Find the names in a sentence, those of a list together: ``Wnt, Notch and Hedgehog``."""
    found: list[tuple[int, int]] = []
    for first, last in find_names(words):
        between = words[found[-1][1] : first] if found else [""]
        if between in ([], ["and"], ["or"]):
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found


def _split_into_words(answer: str) -> list[list[str]]:
    """Split an answer into sentences, and these into words as they are written."""
    plain = _MARK.sub("", answer)
    return [plain[start:end].split() for start, end in sentence_spans(plain)]


def _terms(words: Sequence[str]) -> frozenset[str]:
    return vocabulary(" ".join(words)) - STOP_WORDS
