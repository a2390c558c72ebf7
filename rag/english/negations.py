"""Words of English that negate what follows them, and where they stop doing so."""

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Negations:
    """The words by kind, in lower case.

    :param words: negate alone; so does every word that ends in ``n't``.
    :param phrases: negate together.
    :param harmless: contain such a word and negate nothing (``not only``).
    :param listed_pairs: words that negate nothing together (``with or without``).
    :param clause_openers: begin a clause that an earlier negation does not reach.
    """

    words: frozenset[str]
    phrases: tuple[str, ...]
    harmless: tuple[str, ...]
    listed_pairs: tuple[tuple[str, str], ...]
    clause_openers: frozenset[str]


@lru_cache(maxsize=1)
def load_negations() -> Negations:
    text = resources.files("rag.english").joinpath("negations.json").read_text(encoding="utf-8")
    kinds = json.loads(text)
    return Negations(
        words=frozenset(kinds["words"]),
        phrases=tuple(kinds["phrases"]),
        harmless=tuple(kinds["harmless"]),
        listed_pairs=tuple((with_it, without) for with_it, without in kinds["listed_pairs"]),
        clause_openers=frozenset(kinds["clause_openers"]),
    )
