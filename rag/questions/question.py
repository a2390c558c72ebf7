"""What a question asks for: the type of answer, its content terms, the things it names.

All of it is read off the question's own English words (:mod:`rag.english.patterns.questions`). A
question in another language, or one that fits no pattern, is of kind ``"thing"``; of another
language its own function words are no content.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from rag.english.patterns.answer_shapes import ANSWER_CUES
from rag.english.patterns.questions import KIND_PATTERNS, SEVERAL, SOUGHT, Kind
from rag.english.words import load_words
from rag.languages.identify import ENGLISH, identify_language
from rag.languages.words import CAPITALIZING, find_function_words
from rag.text.names import NAME, PUNCTUATION, is_named
from rag.text.terms import fold, terms

ANSWER_SHAPES: Mapping[Kind, re.Pattern[str]] = {**ANSWER_CUES, "person": NAME, "place": NAME}
"""What an answer of each kind looks like; kinds without a shape of their own are missing."""

_ANSWER_TYPE_TERMS = frozenset(
    term for word in load_words("answer_type_words") for term in terms(word)
)
_WORD = re.compile(r"[^\s,;:?!()\[\]\"“”]+")
_BRACKETS = re.compile(r"(?<!\s)\s*\([^()]*\)\W*$")
_POSSESSIVE = re.compile(r"['’]s?(?=[\s?!.,;:]|$)")


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart.

    :param kind: the type of answer it wants.
    :param several: whether it asks for more than one thing, as a list does.
    :param terms: its distinct content terms, in order, without words that only say what is asked.
    :param named: those of the terms that belong to names, codes and numbers.
    :param sought: the terms of the word after ``what`` or ``which``: the sort of thing asked for.
    :param compounds: terms joined from parts (``il6``), each with its parts (``il``, ``6``).
    """

    text: str
    kind: Kind
    several: bool
    terms: tuple[str, ...]
    named: frozenset[str]
    sought: frozenset[str]
    compounds: tuple[tuple[str, tuple[str, ...]], ...]


def leave_out_function_words(question: str, language: str) -> str:
    """Leave out the function words of another language than English, unless there are no others."""
    known = find_function_words(language)
    left = [w for w in question.split() if w.strip(PUNCTUATION + "¿¡؟。、").lower() not in known]
    return " ".join(left) or question


@lru_cache(maxsize=256)
def parse_question(text: str) -> Question:
    """Take a question apart."""
    asked = text
    # A topic carried along in brackets is not part of how the question is put.
    folded = _BRACKETS.sub("", fold(text)).strip()
    language = identify_language(text)
    if language not in ("", ENGLISH):
        text, folded = leave_out_function_words(text, language), ""
    kind: Kind = next((kind for kind, pattern in KIND_PATTERNS if pattern.search(folded)), "thing")
    shouting = text.isupper() or language in CAPITALIZING
    content: dict[str, bool] = {}
    compounds = []
    for position, match in enumerate(_WORD.finditer(_POSSESSIVE.sub("", text))):
        word = match.group().strip(".'’")
        found = terms(word, keep_stop_words=False)
        named = is_named(word, first=position == 0, shouting=shouting)
        content.update({term: named or content.get(term, False) for term in found})
        if len(found) > 2:
            compounds.append((found[0], tuple(found[1:])))
    kept = [term for term in content if term not in _ANSWER_TYPE_TERMS] or list(content)
    sought = terms(" ".join(SOUGHT.findall(folded)), keep_stop_words=False)
    return Question(
        text=asked,
        kind=kind,
        several=bool(SEVERAL.search(folded)),
        terms=tuple(kept),
        named=frozenset(term for term in kept if content[term]),
        sought=frozenset(sought).intersection(kept),
        compounds=tuple(compounds),
    )
