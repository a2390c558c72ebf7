"""Stems words of languages other than English, by the Snowball stemmers (snowballstem.org)."""

import threading
from functools import lru_cache
from typing import Any

_ALGORITHMS = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "es": "spanish",
    "fr": "french", "hi": "hindi", "hy": "armenian", "it": "italian", "nl": "dutch",
    "pl": "polish", "pt": "portuguese", "ru": "russian", "sv": "swedish", "ta": "tamil",
    "tr": "turkish",
}  # fmt: skip
_LATIN = frozenset("da de es fr it nl pl pt sv tr".split())
_AFTER_LATIN = "\u0250"
_stemming = threading.Lock()  # a Snowball stemmer works on its own state


@lru_cache(maxsize=1 << 16)
def stem(word: str, language: str) -> str:
    """Stem a word in small letters; "" where the language's stemmer has no say in it.

    That is a code, a number, a very short word, or a word in other letters than the language's.
    """
    if language not in _ALGORITHMS or not word.isalpha() or len(word) < 3:
        return ""
    if (word[0] < _AFTER_LATIN) != (language in _LATIN):
        return ""
    with _stemming:
        return str(_make_stemmer(language).stemWord(word))


@lru_cache(maxsize=32)
def _make_stemmer(language: str) -> Any:
    from Stemmer import Stemmer

    return Stemmer(_ALGORITHMS[language], 0)  # without a cache of its own
