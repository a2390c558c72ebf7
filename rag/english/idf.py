"""How rare a word is in general English."""

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType

FILE = "idf.json"


@lru_cache(maxsize=1)
def load_idf() -> Mapping[str, float]:
    """Load the inverse document frequency of common English terms.

    It is scaled to [0, 1]; a missing term has 1. The table is the geometric mean over texts of
    several fields, written by ``training/evidence/fit.py``.

    :return: search terms (see :func:`rag.text.terms.terms`) with their idf; it cannot be changed.
    """
    text = resources.files("rag.english").joinpath(FILE).read_text(encoding="utf-8")
    return MappingProxyType(json.loads(text))
