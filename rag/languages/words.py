"""Words of a language: one file each in ``rag/languages/words/``."""

import re
from functools import lru_cache
from importlib import resources
from typing import Literal

Class = Literal["stop", "name", "end"]
"""``stop``: function words, question words among them. ``name``: abbreviations after which a
sentence goes on, whatever follows, such as a title before a name. ``end``: abbreviations that may
end a sentence, such as *etc.*; each without its last full stop."""

LISTED = ("ar", "da", "de", "es", "fr", "it", "nl", "pl", "pt", "ru", "sv", "tr", "zh")
CAPITALIZING = frozenset({"de"})
"""Languages that write every noun with a capital, so that one says nothing of a name."""
_TAGS = re.compile(r"\[(\w+)\]")


@lru_cache(maxsize=64)
def load_words(language: str, kind: Class) -> frozenset[str]:
    """Read the words of one class.

    :param language: one of :data:`LISTED`, as an ISO 639-1 code.
    """
    file = resources.files("rag.languages").joinpath("words", f"{language}.txt")
    _, *parts = _TAGS.split(file.read_text(encoding="utf-8"))
    found = dict(zip(parts[::2], parts[1::2], strict=True))
    return frozenset(found[kind].split())


def find_function_words(language: str) -> frozenset[str]:
    """Find the function words of a language; none where it has no list."""
    return load_words(language, "stop") if language in LISTED else frozenset()
