"""Splits a text into search terms, for the lexical index and for word overlap alike.

Folding unifies spellings: case, accents, vowel points, soft hyphens, compatibility forms, Greek
letters by name, so that ``β-catenin`` and ``beta catenin`` share their terms. A compound such as
``IL-6`` gives its joined form and its parts (``il6``, ``il``, ``6``); the joined form is rare and
finds the exact marker. A decimal number stays whole. The Snowball stemmer removes English suffixes
from words of ASCII letters only: codes like ``CD133`` stay as they are. Scripts without spaces, and
Korean with its particles, give character pairs.

With the language of the text (:func:`rag.languages.identify.identify_language`), its own stemmer
and its own function words are taken instead, where there are any.
"""

import re
import threading
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import chain

from rag.english.words import load_words
from rag.languages.stemmer import stem
from rag.languages.words import find_function_words

_SEPARATOR = re.compile(r"[-‐/'’_]|\.(?!\d)|(?<!\d)\.")
_OPTIONAL = re.compile(
    r"[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    r"\u0610-\u061a\u0640\u064b-\u065f\u0670\u00ad\u2060]"
)
"""What may be left out in writing: accents, Hebrew and Arabic vowels, soft hyphens."""
_GREEK = re.compile(r"(?<![α-ω])[α-ω]{1,2}(?![α-ω])")
"""One or two Greek letters are symbols (``αβ T cells``); more are a Greek word, which is kept."""
_UNSPACED = re.compile(
    r"([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"
    r"\uf900-\ufaff\U00020000-\U0003ffff]+)"
)
_ELISION = re.compile(r"['’]")
_ELIDING = frozenset({"fr", "it"})
"""Languages in which an apostrophe ends a word of its own (``l'eau``)."""
_FOLDED_FIRST = frozenset({"ar", "de", "el"})
"""Languages whose stemmers do without marks; in others, endings have them (``-ção``, ``-ões``)."""
_HIRAGANA = re.compile("[\u3040-\u309f]+")
_LONGEST = 60
"""Characters; a longer token (a hash, a data URL) is cut: nobody searches for its end."""
_KEPT = 1 << 17
"""The most tokens whose terms are cached; then the cache is cleared."""

STOP_WORDS = load_words("closed/stop_words")
"""English function words, folded but not stemmed."""


def fold(text: str) -> str:
    """Fold case, remove accents and spell out Greek letters: ``β`` becomes ``beta``."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    folded = unicodedata.normalize("NFC", _OPTIONAL.sub("", decomposed))
    return _GREEK.sub(lambda letters: "".join(map(_spell_out, letters.group())), folded)


def terms(text: str, *, keep_stop_words: bool = True, language: str = "") -> list[str]:
    """Return the search terms of a text, in order, repeats kept.

    :param keep_stop_words: False leaves out function words, ``don't`` and ``what's`` among them.
    :param language: whose stemmer and function words are taken; "": English.
    """
    known = _tokens_of(language, keep_stop_words)
    return list(chain.from_iterable(map(known.__getitem__, text.split())))


def question_terms(question: str, language: str = "") -> list[str]:
    """Return the search terms of a question without function words, unless it has no others.

    :param language: see :func:`terms`.
    """
    return terms(question, keep_stop_words=False, language=language) or terms(
        question, language=language
    )


@lru_cache(maxsize=8192)
def words_of(text: str) -> tuple[str, ...]:
    """Return the search terms of a text; cached, since the same passages recur."""
    return tuple(terms(text))


@lru_cache(maxsize=8192)
def vocabulary(text: str) -> frozenset[str]:
    """Return the distinct search terms of a text."""
    return frozenset(words_of(text))


class _TermsOfToken(dict[str, tuple[str, ...]]):
    """A cache of the terms of a token, that is, of what stands between white space.

    Neither folding nor splitting reaches across white space.
    """

    def __init__(self, *, keep_stop_words: bool) -> None:
        super().__init__()
        self._keep_stop_words = keep_stop_words

    def __missing__(self, token: str) -> tuple[str, ...]:
        found = tuple(self._find_terms(token))
        if len(token) <= _LONGEST:
            if len(self) >= _KEPT:
                self.clear()
            self[token] = found
        return found

    def _find_terms(self, token: str) -> Iterator[str]:
        for word in _words().findall(fold(token)):
            if self._keep_stop_words or re.split("n?['’]", word, maxsplit=1)[0] not in STOP_WORDS:
                yield from _terms_of_word(word, _stem)


class _ForeignTermsOfToken(_TermsOfToken):
    """The same for another language."""

    def __init__(self, language: str, *, keep_stop_words: bool) -> None:
        super().__init__(keep_stop_words=keep_stop_words)
        self._language = language
        stop_words = () if keep_stop_words else find_function_words(language)
        self._left_out = frozenset({"", *map(fold, stop_words)})

    def _find_terms(self, token: str) -> Iterator[str]:
        language = self._language
        for written in _words().findall(unicodedata.normalize("NFC", token.lower())):
            for word in _ELISION.split(written) if language in _ELIDING else [written]:
                folded = fold(word)
                if self._left_out.issuperset(folded.split("-")):
                    continue
                if language in _FOLDED_FIRST:
                    found = _terms_of_word(folded, self._stem)
                else:
                    found = _terms_of_word(word, self._stem_and_fold)
                yield from found if self._keep_stop_words else filter(self._tells, found)

    def _stem(self, word: str) -> str:
        return stem(word, self._language) or _stem(word)

    def _stem_and_fold(self, word: str) -> str:
        return fold(stem(word, self._language)) or _stem(fold(word))

    def _tells(self, term: str) -> bool:
        """Whether a pair of characters does more than ask, join or end a sentence."""
        if self._language == "ja":
            return _HIRAGANA.fullmatch(term) is None
        return term not in self._left_out


@lru_cache(maxsize=64)
def _tokens_of(language: str, keep_stop_words: bool) -> _TermsOfToken:
    if language in ("", "en"):
        return _TermsOfToken(keep_stop_words=keep_stop_words)
    return _ForeignTermsOfToken(language, keep_stop_words=keep_stop_words)


def _terms_of_word(word: str, find_stem: Callable[[str], str]) -> Iterator[str]:
    """Yield the terms of a compound's joined form and of its parts, or of a single word."""
    parts = [part for part in _SEPARATOR.split(word) if part]
    if len(parts) > 1:
        joined = "".join(parts)
        parts = [joined, *(part for part in parts if len(part) > 1 or part.isdigit())]
    for part in parts:
        yield from _terms_of_part(part, find_stem)


def _terms_of_part(word: str, find_stem: Callable[[str], str]) -> Iterator[str]:
    """Yield a word's stem, or character pairs of a script without spaces."""
    for place, run in enumerate(_UNSPACED.split(word)):
        if place % 2 == 0:
            if run:
                yield find_stem(run[:_LONGEST])
        elif len(run) == 1:
            yield run
        else:
            yield from (run[i : i + 2] for i in range(len(run) - 1))


def _spell_out(letter: str) -> str:
    name = unicodedata.name(letter).split()[3].lower()
    return "lambda" if name == "lamda" else name  # Unicode spells λ without its b


@lru_cache(maxsize=1)
def _words() -> re.Pattern[str]:
    r"""Compile the pattern of a word, with the marks that Thai, Hindi and others put on letters.

    Python's ``\w`` leaves those marks out, and so splits such words.
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
