"""Lists of words: one file each in ``rag/english/words/``."""

import re
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

_COMMENT = re.compile(r"#.*")
_TAGS = re.compile(r"\[([^\]]*)\]")


@lru_cache(maxsize=64)
def load_words(name: str, *tags: str) -> frozenset[str]:
    """Read the words of one list.

    Words stand between white space. ``#`` begins a comment, which says what the list and its tags
    are for; a line such as ``[finite bare]`` tags the words below it.

    :param name: of the file, without its ending; ``closed/`` has the closed classes.
    :param tags: take only the words that have one of these tags; without any, all words.
    """
    file = resources.files("rag.english").joinpath("words", f"{name}.txt")
    text = _COMMENT.sub("", file.read_text(encoding="utf-8"))
    untagged, *parts = _TAGS.split(text)
    found = untagged.split()
    for named, words in zip(parts[::2], parts[1::2], strict=True):
        found += words.split() if not tags or set(tags) & set(named.split()) else []
    return frozenset(found)


def match_any(words: Iterable[str]) -> str:
    """Write a regular expression for any of the words, the longest first."""
    return f"(?:{'|'.join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))})"
