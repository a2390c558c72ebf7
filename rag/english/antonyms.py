"""Words of English that say the opposite of each other."""

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Antonyms:
    """The table of antonyms.

    :param rows: each with the words of its two sides.
    :param prefix_pairs: prefixes that make opposites of the same root: ``("hyper", "hypo")``.
    :param negating_prefixes: prefixes that make the opposite of a word: ``un``.
    """

    rows: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
    prefix_pairs: tuple[tuple[str, str], ...]
    negating_prefixes: tuple[str, ...]


@lru_cache(maxsize=1)
def load_antonyms() -> Antonyms:
    """Load the table of antonyms; its format is explained at the top of the file."""
    text = resources.files("rag.english").joinpath("antonyms.txt").read_text(encoding="utf-8")
    table = re.sub(r"^#.*\n", "", text, flags=re.M).strip()
    rows, pairs, negating = [], [], ()
    for row in re.split(r"\n(?! )", table):
        left, right = (tuple(side.split()) for side in row.split("/"))
        if not right[0].endswith("-"):
            rows.append((left, right))
        elif left:
            pairs.append((left[0][:-1], right[0][:-1]))
        else:
            negating = tuple(prefix[:-1] for prefix in right)
    return Antonyms(tuple(rows), tuple(pairs), negating)
