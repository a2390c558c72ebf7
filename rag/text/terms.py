"""Search terms of a text: one tokenisation for the lexical index and for word overlap.

Folding makes spellings meet: case, accents, vowel points, soft hyphens, compatibility forms, and
Greek letters by name, so ``β-catenin`` and ``beta catenin`` share their terms. A compound such as
``IL-6`` gives its joined form and its parts (``il6``, ``il``, ``6``): the joined form is rare, and
so finds exact markers; a decimal number stays whole. English suffixes are removed by the Snowball
stemmer from words of ASCII letters only, which leaves other languages and codes like ``CD133``
alone. Scripts written without spaces, and Korean with its particles, give character pairs.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from rag.english.words import load_words

_SEPARATOR = re.compile(r"[-‐/'’_]|\.(?!\d)|(?<!\d)\.")
_OPTIONAL = re.compile(
    r"[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    r"\u0610-\u061a\u0640\u064b-\u065f\u0670\u00ad\u2060]"
)
"""What writers leave out: Latin and Greek accents, Hebrew and Arabic vowels, soft hyphens."""
_GREEK = re.compile(r"(?<![α-ω])[α-ω]{1,2}(?![α-ω])")
"""One or two Greek letters are symbols (``αβ T cells``); more are a Greek word, left as it is."""
_UNSPACED = re.compile(
    r"([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"
    r"\uf900-\ufaff\U00020000-\U0003ffff]+)"
)
_LONGEST = 60
"""Characters; a longer token (a hash, a data URL) is cut, since nobody searches for its end."""
_KEPT = 1 << 17
"""Tokens whose terms are kept; then all are forgotten and learnt again."""

STOP_WORDS = load_words("stop_words")
"""English function words, folded but not stemmed."""


def fold(text: str) -> str:
    """Case-folded text without accents, Greek letters spelled out: ``β`` becomes ``beta``."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    folded = unicodedata.normalize("NFC", _OPTIONAL.sub("", decomposed))
    return _GREEK.sub(lambda letters: "".join(map(_spelled, letters.group())), folded)


def terms(text: str, *, keep_stop_words: bool = True) -> list[str]:
    """The search terms of a text, in order, repeats kept.

    :param keep_stop_words: False leaves out function words, ``don't`` and ``what's`` among them.
    """
    known = _every_term if keep_stop_words else _content_terms
    return list(chain.from_iterable(map(known.__getitem__, text.split())))


@lru_cache(maxsize=8192)
def words_of(text: str) -> tuple[str, ...]:
    """The search terms of a text; kept, since the same passages come again and again."""
    return tuple(terms(text))


@lru_cache(maxsize=8192)
def vocabulary(text: str) -> frozenset[str]:
    """The distinct search terms of a text."""
    return frozenset(words_of(text))


class _TermsOfToken(dict[str, tuple[str, ...]]):
    """The terms of what stands between white space; kept, since the same words come in all texts.

    Nothing that folding or splitting does reaches across white space.
    """

    def __init__(self, *, keep_stop_words: bool) -> None:
        super().__init__()
        self._keep_stop_words = keep_stop_words

    def __missing__(self, token: str) -> tuple[str, ...]:
        found = tuple(
            term
            for word in _words().findall(fold(token))
            if self._keep_stop_words or re.split("n?['’]", word, maxsplit=1)[0] not in STOP_WORDS
            for term in _terms_of_word(word)
        )
        if len(token) <= _LONGEST:
            if len(self) >= _KEPT:
                self.clear()
            self[token] = found
        return found


_every_term = _TermsOfToken(keep_stop_words=True)
_content_terms = _TermsOfToken(keep_stop_words=False)


def _terms_of_word(word: str) -> Iterator[str]:
    """The terms of a compound's joined form and of its parts, or of the one word it is."""
    parts = [part for part in _SEPARATOR.split(word) if part]
    if len(parts) > 1:
        joined = "".join(parts)
        parts = [joined, *(part for part in parts if len(part) > 1 or part.isdigit())]
    for part in parts:
        yield from _terms_of_part(part)


def _terms_of_part(word: str) -> Iterator[str]:
    """A word's stem; character pairs of what is written without spaces."""
    for place, run in enumerate(_UNSPACED.split(word)):
        if place % 2 == 0:
            if run:
                yield _stem(run[:_LONGEST])
        elif len(run) == 1:
            yield run
        else:
            yield from (run[i : i + 2] for i in range(len(run) - 1))


def _spelled(letter: str) -> str:
    name = unicodedata.name(letter).split()[3].lower()
    return "lambda" if name == "lamda" else name  # Unicode spells λ without its b


@lru_cache(maxsize=1)
def _words() -> re.Pattern[str]:
    """Letters, digits and the marks that Thai, Hindi and others write over and under them.

    Python's own word character leaves those marks out, and so cuts such words to pieces.
    """
    marks = "".join(
        char for char in map(chr, range(0x300, 0xFB20)) if unicodedata.category(char)[0] == "M"
    )
    letter = rf"[\w{marks}]"
    return re.compile(rf"{letter}+(?:[-‐/.'’]{letter}+)*")


_stemming = threading.Lock()  # a Snowball stemmer works on its own state


@lru_cache(maxsize=1)
def _english() -> object:
    from Stemmer import Stemmer

    return Stemmer("english", 0)  # without a cache of its own


@lru_cache(maxsize=1 << 17)
def _stem(word: str) -> str:
    if not (word.isascii() and word.isalpha()) or len(word) < 3:
        return word
    with _stemming:
        return str(_english().stemWord(word))  # type: ignore[attr-defined]
