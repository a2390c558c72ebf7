"""Finds which versions and which dates of documents a question means.

Versions of a document have the same name but for their year or date (``travel-policy-2021.md`` and
``travel-policy-2024.md``), the same title but for the date in it, or the same title and dates of
their own. A question for what is valid now means the newest, one for what was valid in a year the
newest of that time.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.english.patterns.scope import (
    ASKS_FOR_LATEST,
    AT_PRESENT,
    DATED_DOCUMENTS,
    MONTHS,
    OF_VERSION,
    VALID_THEN,
    VERSION_OF,
    WRITTEN_DATE,
)
from rag.library.catalog import NamedDocument
from rag.names import path_of
from rag.text.terms import fold, terms

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?:[-_. ]?(?:0[1-9]|1[0-2])(?:[-_. ]?[0-3]\d)?)?(?!\d)")
"""A year, with its month and day or without."""
_LEAST_TITLE = 2
"""Words of a title by which versions are known."""

_PERIODS = (
    ("version", OF_VERSION), ("version", VERSION_OF), ("dated", DATED_DOCUMENTS),
    ("then", VALID_THEN),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Period:
    """The time that a question means: ``question[start:end]``.

    :param kind: of the versions that are valid in it, or of all documents dated in it.
    :param first: the first year, and ``last`` the last one, both included.
    """

    start: int
    end: int
    kind: str
    first: int
    last: int

    @property
    def name(self) -> str:
        """In words, to be shown."""
        if self.first == self.last:
            return str(self.first)
        return f"before {self.last + 1}" if self.first == 0 else f"{self.first} or later"


def asks_for_latest(question: str) -> bool:
    """Whether a question wants what is valid now."""
    return ASKS_FOR_LATEST.search(question) is not None


def leave_out_present(question: str) -> str:
    """Return the question without *now* or *most recently*; as it is where little is left."""
    left = AT_PRESENT.sub("", question).strip()
    return left if len(terms(left, keep_stop_words=False)) > 1 else question


def find_period(question: str) -> Period | None:
    """Find the time that a question names; a version and dated documents before a mere year."""
    for kind, pattern in _PERIODS:
        if found := pattern.search(question):
            year, how = int(found["year"]), fold(found.groupdict().get("how") or "in")
            if how in ("before", "until"):
                return Period(*found.span(), kind, 0, year - (how == "before"))
            if how in ("after", "since"):
                return Period(*found.span(), kind, year + (how == "after"), 9999)
            return Period(*found.span(), kind, year, year)
    return None


Versions = list[tuple[str, NamedDocument]]
"""The versions of one document, each with its date, ``20240305`` or the start of it."""


def group_versions(documents: Iterable[NamedDocument]) -> list[Versions]:
    """Group the documents of which there are several versions."""
    named: dict[str, Versions] = {}
    titled: dict[tuple[str, ...], Versions] = {}
    for each in documents:
        name = fold(path_of(each.source).name)
        dates = _YEAR.findall(name)
        title = tuple(terms(WRITTEN_DATE.sub(" ", each.title)))
        if len(dates) == 1:
            date = re.sub(r"\D", "", dates[0])
            named.setdefault(_YEAR.sub("#", name), []).append((date, each))
        elif not dates and len(title) >= _LEAST_TITLE:
            own = each.date.replace("-", "") if each.own_date else ""
            titled.setdefault(title, []).append((_read_written(each.title) or own, each))
    known = [[each for each in family if each[0]] for family in titled.values()]
    families = [*named.values(), *known]
    return [family for family in families if len({date for date, _ in family}) > 1]


def find_invalid_versions(
    families: Sequence[Versions], period: Period
) -> tuple[list[NamedDocument], list[NamedDocument]]:
    """Find the versions that are not valid in a period, and those that are."""
    others: list[NamedDocument] = []
    valid: list[NamedDocument] = []
    for family in families:
        known = [date for date, _ in family if int(date[:4]) <= period.last]
        if not known:
            continue
        newest = max(known)
        valid += [each for date, each in family if date == newest]
        others += [each for date, each in family if date != newest]
    return others, valid


def find_dated(documents: Iterable[NamedDocument], period: Period) -> list[NamedDocument]:
    """Find the documents of a period: by the year in their name, else by their date."""
    return [each for each in documents if period.first <= _year_of(each) <= period.last]


def find_date(sources: Sequence[str], title: str, date: str, *, own: bool) -> str:
    """Find the date of a document, ``20240305`` or the start of it; "" where there is none.

    The date in its file name comes first, then the one that it gives itself, then the one in its
    title, and last that of its file.

    :param date: of the document, or of its file, ``2024-03-05``.
    :param own: whether the document gives it itself.
    """
    for source in sources:
        years = _YEAR.findall(path_of(source).name)
        if len(years) == 1:
            return re.sub(r"\D", "", years[0])
    written = "" if own else _read_written(title)
    return written or date.replace("-", "")


def _read_written(title: str) -> str:
    """The date that is written in a title, ``20240305`` or the start of it; "" without one."""
    written = WRITTEN_DATE.search(title)
    if not written:
        return ""
    month = MONTHS[fold(written["month"] or written["month_first"])[:3]]
    day = int(written["day"] or written["day_after"] or 0)
    return f"{written['year']}{month:02}{day:02}" if day else f"{written['year']}{month:02}"


def _year_of(document: NamedDocument) -> int:
    date = find_date([document.source], document.title, document.date, own=document.own_date)
    return int(date[:4] or -1)


def sort_versions(family: Versions) -> list[list[NamedDocument]]:
    """The documents of each date, the newest date first."""
    dates = sorted({date for date, _ in family}, reverse=True)
    return [[each for own, each in family if own == date] for date in dates]
