"""Endings that make an adjective of a name."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

FILE = "words/demonym_endings.txt"


@lru_cache(maxsize=1)
def load_demonym_endings() -> tuple[str, ...]:
    """Load the endings of adjectives that are made of names: ``an`` of ``Mexican``."""
    text = resources.files("rag.english").joinpath(FILE).read_text(encoding="utf-8")
    return tuple(text.partition("\n")[2].split())
