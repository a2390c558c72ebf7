"""Search terms of a text: one tokenisation for the lexical index and for word overlap.

Folding makes spellings meet: case, accents, compatibility forms, and Greek letters by name, so
``β-catenin`` and ``beta catenin`` share their terms. A compound such as ``IL-6`` gives its parts
and its joined form (``il``, ``6``, ``il6``): the joined form is rare, and so finds exact markers.
English suffixes are removed by the Snowball stemmer from words of ASCII letters only, which leaves
other languages and codes like ``CD133`` alone. Scripts written without spaces give character pairs.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"\w+(?:[-‐‑/.'’]\w+)*")
_SEPARATOR = re.compile(r"[-‐‑/.'’]")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_LONGEST = 60
"""Characters; a longer token (a hash, a data URL) is cut, since nobody searches for its end."""

STOP_WORDS = frozenset(
    """a about above after again all also am an and any are as at be because been before being
    below between both but by can could did do does doing down during each either few for from
    further get gets had has have having he her here hers him his how i if in into is it its just
    many may me might more most much must my no nor not of off on once only or other our out over
    own per please same shall she should so some such tell than that the their theirs them then
    there these they this those through to too under until up upon us very was we were what when
    where whether which while who whom whose why will with within would you your""".split()
)
"""English function words, folded but not stemmed."""


def fold(text: str) -> str:
    """Case-folded text without accents, Greek letters spelled out: ``β`` becomes ``beta``."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(_spelled(char) for char in decomposed if not _is_accent(char))


def terms(text: str, *, keep_stop_words: bool = True) -> list[str]:
    """The search terms of a text, in order, repeats kept."""
    found: list[str] = []
    for match in _WORD.finditer(fold(text)):
        word = match.group()
        if not keep_stop_words and word in STOP_WORDS:
            continue
        parts = _SEPARATOR.split(word)
        if len(parts) > 1:
            found.append("".join(parts)[:_LONGEST])
            parts = [part for part in parts if len(part) > 1 or part.isdigit()]
        for part in parts:
            found.extend(_pairs(part) if _UNSPACED.search(part) else [_stem(part[:_LONGEST])])
    return found


def _is_accent(char: str) -> bool:
    """Whether a decomposed character is a Latin or Greek accent (U+0300–U+036F)."""
    return "\u0300" <= char <= "\u036f"


def _spelled(char: str) -> str:
    if "\u03b1" <= char <= "\u03c9":
        return unicodedata.name(char).split()[3].lower()
    return char


def _pairs(word: str) -> list[str]:
    return [word] if len(word) < 2 else [word[i : i + 2] for i in range(len(word) - 1)]


@lru_cache(maxsize=1)
def _english() -> object:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=1 << 17)
def _stem(word: str) -> str:
    if not (word.isascii() and word.isalpha()) or len(word) < 3:
        return word
    return str(_english().stemWord(word))  # type: ignore[attr-defined]
