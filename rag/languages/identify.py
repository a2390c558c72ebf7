"""Tells which language a text is in: by its script, and in Latin letters by its function words.

That takes no model and some microseconds for a short text. It says nothing where a text says too
little, such as a list of names, and takes a text in several languages for the one that has most of
it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection
from functools import lru_cache

from rag.english.words import load_words as load_english
from rag.languages.words import LISTED, load_words

ENGLISH = "en"
NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "da": "Danish or Norwegian",
    "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "fa": "Persian",
    "fr": "French", "he": "Hebrew", "hi": "Hindi", "hy": "Armenian", "it": "Italian",
    "ja": "Japanese", "ka": "Georgian", "km": "Khmer", "ko": "Korean", "lo": "Lao",
    "my": "Burmese", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese", "ru": "Russian",
    "sr": "Serbian", "sv": "Swedish", "ta": "Tamil", "te": "Telugu", "th": "Thai",
    "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "zh": "Chinese",
}  # fmt: skip
"""The languages that are told, as they are called in a sentence."""

_SCRIPTS = {
    "ja": "\u3040-\u30ff", "zh": "\u3400-\u9fff\U00020000-\U0003ffff", "ko": "\uac00-\ud7a3",
    "ru": "\u0400-\u052f", "ar": "\u0620-\u06ff\ufb50-\ufdff\ufe70-\ufeff", "he": "\u05d0-\u05ea",
    "el": "\u0370-\u03ff\u1f00-\u1fff", "hi": "\u0900-\u097f", "bn": "\u0980-\u09ff",
    "ta": "\u0b80-\u0bff", "te": "\u0c00-\u0c7f", "th": "\u0e00-\u0e7f", "lo": "\u0e80-\u0eff",
    "my": "\u1000-\u109f", "ka": "\u10a0-\u10ff", "hy": "\u0531-\u0587", "km": "\u1780-\u17ff",
}  # fmt: skip
_RUN = {language: re.compile(f"[{letters}]+") for language, letters in _SCRIPTS.items()}
_OWN_LETTERS = {
    "ru": (("uk", "іїєґ", "ыэё"), ("sr", "јљњћђџ", "ыэё"), ("bg", "ъ", "ыэё")),
    "ar": (("ur", "ٹڈڑں", "ة"), ("fa", "پچژگ", "ة")),
}
"""Of the languages in one script: another one, letters that it has, and letters that it lacks."""
_KANA = 0.05
"""Share of kana among the characters from which a text with Chinese characters is Japanese."""
_SAMPLE = 6_000
"""Characters that are looked at."""
_ASCII, _PLAIN = 0.95, 0.12
"""Share of ASCII characters, and of plainly English words, from which a text is English at once."""
_WORD = re.compile(r"(?![b-df-hj-np-tv-z]\b)[^\W\d_]+")
"""Single consonants are no words: they are left over from an elision, and from codes."""
_LATIN = re.compile(r"[a-zß-öø-ɏ]+")
_OF_ONE = {
    letter: languages.split()
    for letters, languages in {
        "ãõ": "pt", "ñ¿¡": "es", "ß": "de", "äö": "de sv", "ü": "de tr", "å": "sv da",
        "øæ": "da", "łąęśćńżź": "pl", "ğışİ": "tr", "ç": "fr pt tr", "êîûœ": "fr", "ò": "it",
    }.items()
    for letter in letters
}  # fmt: skip
"""Letters that few of the languages have; each that a text has counts once, as a function word."""
_LEAST, _MANY = 1.2, 0.14
"""Function words that a text has at least, and their share of all words; one that several languages
have counts in part for each."""
_LEAD = 1.5
"""How many times more it has of one language than of any other, English among them."""


def identify_language(text: str) -> str:
    """Tell the language of a text, as an ISO 639-1 code; "" where it is not told."""
    sample = text[:_SAMPLE]
    return ENGLISH if _is_plainly_english(sample) else _identify(sample.lower())


def is_foreign(text: str) -> bool:
    """Whether a text is told to be in another language than English."""
    return identify_language(text) not in ("", ENGLISH)


def _is_plainly_english(text: str) -> bool:
    """Whether one word in eight is English and nothing else, in a text of ASCII letters."""
    if len(text.encode("ascii", "ignore")) < _ASCII * len(text):
        return False
    words = text.split()
    return sum(map(_plain_words().__contains__, words)) >= max(1, _PLAIN * len(words))


@lru_cache(maxsize=512)
def _identify(text: str) -> str:
    if not text.isascii() and (found := _identify_script(text)):
        return found
    words = _WORD.findall(text)
    return _identify_latin(words, () if text.isascii() else _OF_ONE.keys() & set(text))


def name_language(language: str) -> str:
    """Name a language as in a sentence; "" for one that was not told."""
    return NAMES.get(language, language)


def _identify_script(text: str) -> str:
    """The language of a text whose letters are mostly of another script than Latin, or ""."""
    counts = Counter({name: sum(map(len, pattern.findall(text))) for name, pattern in _RUN.items()})
    kana = counts.pop("ja")
    counts["zh"] += kana
    script, letters = counts.most_common(1)[0]
    if letters <= sum(map(len, _LATIN.findall(text))) / 2:
        return ""
    if script == "zh" and kana >= _KANA * letters:
        return "ja"
    for language, has, lacks in _OWN_LETTERS.get(script, ()):
        if sum(map(text.count, has)) > sum(map(text.count, lacks)):
            return language
    return script


def _identify_latin(words: list[str], letters: Collection[str]) -> str:
    known = _function_words()
    scores: dict[str, float] = defaultdict(float)
    for letter in sorted(letters):
        for language in _OF_ONE[letter]:
            scores[language] += 1 / len(_OF_ONE[letter])
    for word in words:
        for language in known.get(word, ()):
            scores[language] += 1 / len(known[word])
    if not scores:
        return ""
    (score, best), *others = sorted(((score, name) for name, score in scores.items()), reverse=True)
    second = others[0][0] if others else 0.0
    enough = score >= _LEAST and score >= _MANY * len(words)
    return best if enough and score >= _LEAD * second else ""


@lru_cache(maxsize=1)
def _function_words() -> dict[str, tuple[str, ...]]:
    """Each function word with the languages that have it."""
    found: dict[str, list[str]] = {}
    lists = {language: load_words(language, "stop") for language in LISTED}
    english = {part for word in load_english("closed/stop_words") for part in _WORD.findall(word)}
    for language, words in (lists | {ENGLISH: english}).items():
        for word in words:
            found.setdefault(word, []).append(language)
    return {word: tuple(languages) for word, languages in found.items()}


@lru_cache(maxsize=1)
def _plain_words() -> frozenset[str]:
    """The function words that only English has, as they stand between white space."""
    english = {word for word, languages in _function_words().items() if languages == (ENGLISH,)}
    return frozenset(form for word in english for form in (word, word.capitalize()))
