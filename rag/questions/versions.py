"""Finds older versions of a document, which a question for what is valid now does not mean.

Versions have the same name but for their year or date: ``travel-policy-2021.md`` and
``travel-policy-2024.md``.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from rag.english.patterns.scope import ASKS_FOR_LATEST
from rag.library.catalog import NamedDocument
from rag.text.terms import fold

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?:[-_. ]?(?:0[1-9]|1[0-2])(?:[-_. ]?[0-3]\d)?)?(?!\d)")
"""A year, with its month and day or without."""


def asks_for_latest(question: str) -> bool:
    """Whether a question wants what is valid now."""
    return ASKS_FOR_LATEST.search(question) is not None


def find_older_versions(documents: Iterable[NamedDocument]) -> list[NamedDocument]:
    """Find the documents of which a newer version is there."""
    families: dict[str, dict[str, list[NamedDocument]]] = {}
    for each in documents:
        name = fold(PurePosixPath(each.source.replace("\\", "/")).name)
        dates = _YEAR.findall(name)
        if len(dates) == 1:
            date = re.sub(r"\D", "", dates[0])
            families.setdefault(_YEAR.sub("#", name), {}).setdefault(date, []).append(each)
    return [each for family in families.values() for each in _leave_out_newest(family)]


def _leave_out_newest(family: Mapping[str, Sequence[NamedDocument]]) -> Iterable[NamedDocument]:
    *older, _ = sorted(family)
    return (each for date in older for each in family[date])
