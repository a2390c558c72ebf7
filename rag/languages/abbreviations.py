"""Abbreviations of languages other than English: whether a full stop after one ends a sentence."""

import re
from functools import lru_cache

from rag.languages.words import LISTED, load_words

_REACH = 16
"""Characters before and after a place that an abbreviation there may have."""
_QUOTE_CLOSED = re.compile(r"[」』）]\s*\Z")
_HIRAGANA = re.compile("[\u3040-\u309f]")


def goes_on(text: str, place: int, language: str) -> bool:
    """Tell whether a sentence goes on at ``place``, where white space or a full stop came before.

    :param language: of the text, another one than English.
    """
    if language == "ja":  # 「はい。」と言った。
        return (
            _HIRAGANA.match(text, place) is not None
            and _QUOTE_CLOSED.search(text[max(0, place - 3) : place]) is not None
        )
    if language not in LISTED:
        return False
    first, last = max(0, place - _REACH), place + _REACH
    following = text[place : place + 1]
    for match in _find_pattern(language).finditer(text, first, last):
        if match.start() >= place:
            break
        inside = place < match.end()
        if inside or not text[match.end() : place].strip():
            return inside or match["end"] is None or following.isdigit() or following.islower()
    return False


@lru_cache(maxsize=32)
def _find_pattern(language: str) -> re.Pattern[str]:
    """The pattern of a language's abbreviations, those that may end a sentence as ``end``."""
    name, end = (
        "|".join(map(_write_pattern, sorted(load_words(language, kind), key=len, reverse=True)))
        for kind in ("name", "end")
    )
    never = "(?!)"
    return re.compile(rf"(?<![\w.])(?:(?:{name or never})|(?P<end>{end or never}))\.")


def _write_pattern(abbreviation: str) -> str:
    r"""``z.B`` as ``[zZ]\.\s?B``: at the beginning of a sentence it has a capital."""
    first, rest = abbreviation[0], abbreviation[1:]
    initial = f"[{first}{first.upper()}]" if first != first.upper() else re.escape(first)
    return initial + re.escape(rest).replace(r"\.", r"\.\s?")
