"""Reads which documents a list is asked of: all, or those of a kind, a name, a time, a folder."""

import re
from calendar import month_name
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from rag.english.patterns.requests.listing import (
    BARE,
    BEFORE,
    BETWEEN,
    BY_DATE,
    CHOOSES,
    CLAUSE,
    FILLER,
    FOLDER,
    KINDS,
    LEAD,
    NEWEST,
    NOUN,
    OLDEST,
    SINCE,
    WITHIN,
)
from rag.english.patterns.scope import MONTHS
from rag.english.patterns.tables import NEGATION
from rag.names import path_of
from rag.questions.scope.versions import find_date
from rag.text.terms import STOP_WORDS, fold, terms
from rag.types import DocumentInfo

_KINDS = [
    (re.compile(rf"\b(?:{words})\b"), kind, endings) for kind, (words, endings) in KINDS.items()
]
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")


Conditions = dict[str, object]
"""What a list is asked of, by the names of :class:`Listing`."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Documents that are asked for; without a condition, all of them.

    :param kind: what their kind is called, and ``endings`` of their file names.
    :param noun: the word that stands for the documents; those are meant whose names have it.
    :param called: terms that the name or the title of each of them has.
    :param first: the first year or month, ``2024`` or ``202403``; and ``last`` the last one, both
        included; "" for any.
    :param period: those in words; "" for any.
    :param order: 1 for the oldest one, -1 for the newest one, 0 for all.
    :param by_date: whether all are listed in the order of time, the newest first.
    :param folder: in which they stand; "" for any.
    """

    kind: str = ""
    endings: tuple[str, ...] = ()
    noun: str = ""
    called: frozenset[str] = frozenset()
    first: str = ""
    last: str = ""
    period: str = ""
    order: int = 0
    by_date: bool = False
    folder: str = ""

    def describe(self, count: int) -> str:
        """So many documents with these conditions, in words: ``3 PDF files of 2013``."""
        noun = f"{self.kind} file" if self.kind else "document"
        number = f"one {noun}" if count == 1 else f"{count or 'no'} {noun}s"
        called = " of that name" if self.called else ""
        folder = f" in the folder {self.folder}" if self.folder else ""
        return f"{number}{called}{f' {self.period}' if self.period else ''}{folder}"

    @property
    def is_of_all(self) -> bool:
        """Whether it has no condition."""
        return not (self.kind or self.called or self.period or self.folder or self.order)

    @property
    def shows_dates(self) -> bool:
        """Whether the dates of the documents belong to the answer."""
        return bool(self.order or self.period or self.by_date)

    def choose(self, documents: Sequence[DocumentInfo]) -> list[DocumentInfo]:
        """Choose the documents that are meant, in the order in which they were given."""
        found = [each for each in documents if self._fits(each)]
        if self.noun:
            named = [each for each in found if set(terms(self.noun)) <= name_terms(each)]
            found = named or found
        if self.by_date:
            found = sorted(found, key=date_of, reverse=True)
        if self.order and found:
            dated = [(date_of(each), each) for each in found]
            dated = [(date, each) for date, each in dated if date]
            if dated:
                best = (max if self.order < 0 else min)(date for date, _ in dated)
                return [each for date, each in dated if date == best]
        return found

    def _fits(self, document: DocumentInfo) -> bool:
        names = [path_of(fold(source)) for source in document.sources]
        if self.endings and not any(name.suffix in self.endings for name in names):
            return False
        if self.folder and not any(self.folder in map(str, name.parent.parts) for name in names):
            return False
        if not self.called <= name_terms(document):
            return False
        if not self.period:
            return True
        date = date_of(document)
        after = self.first <= date[: len(self.first)] and len(date) >= len(self.first)
        before = not self.last or date[: len(self.last)] <= self.last
        return bool(date) and after and before


def read_listing(question: str, *, is_list: bool = False) -> Listing | None:
    """Read which documents are asked for; None where a word of the question is not understood.

    :param is_list: whether it is known that a list of documents is asked for.
    """
    text = fold(question).replace("’", "'").strip()
    is_bare = not is_list and LEAD.match(text) is None
    if not is_list and ((is_bare and not BARE.match(text)) or CLAUSE.search(text)):
        return None
    found: Conditions = {}
    for take in (_take_folder, _take_time, _take_order, _take_kind):
        text = take(text, found)
    left = [word for word in _WORD.findall(text) if word not in FILLER | STOP_WORDS]
    left = [word for word in left if not word.endswith("'s") and word not in ("whats", "wich")]
    if left:  # words of names, as far as some document is called so
        found["called"] = frozenset(terms(" ".join(left)))
    may_call = is_list or "order" in found or CHOOSES.match(text) is not None
    in_time = bool(found.keys() & {"period", "by_date"})
    wrong = (
        not (is_list or found.keys() & {"kind", "noun"})
        or (left and not may_call)
        or (is_bare and (left or not in_time))
        or (text.startswith("when") and "order" not in found)
        or (left and NEGATION.search(fold(question)))
    )
    return None if wrong else Listing(**found)  # type: ignore[arg-type]


def _take_folder(text: str, found: Conditions) -> str:
    """Note the folder that is asked for; return what is left of the text, as all of these do."""
    if folder := FOLDER.search(text):
        found["folder"] = (folder[1] or folder[2]).strip("\"'/")
        return _cut(text, folder)
    return text


def _take_time(text: str, found: Conditions) -> str:
    for pattern, years, words in (
        (BETWEEN, (0, 1), "from {0} to {1}"), (SINCE, (0, None), "{how} {0}"),
        (BEFORE, (None, 0), "before {0}"), (WITHIN, (0, 0), "of {0}"),
    ):  # fmt: skip
        if dated := pattern.search(text):
            own = [_read_period(said) for said in dated.groups()]
            first, last = ("" if place is None else own[place] for place in years)
            after = pattern is SINCE and "since" not in dated[0]
            until = pattern is BEFORE and re.search("until|till|up to", dated[0]) is not None
            found["first"] = str(int(first) + 1) if after else first
            found["last"] = str(int(last) - 1) if pattern is BEFORE and not until else last
            how = "after" if after else "since"
            said = words if not until else "until {0}"
            found["period"] = said.format(*map(_show_period, own), how=how)
            return _cut(text, dated)
    return text


def _take_order(text: str, found: Conditions) -> str:
    if asked := BY_DATE.search(text):
        found["by_date"] = True
        text = _cut(text, asked)
    for pattern, order in ((NEWEST, -1), (OLDEST, 1)):
        if asked := pattern.search(text):
            found["order"] = order
            return _cut(text, asked)
    return text


def _take_kind(text: str, found: Conditions) -> str:
    for pattern, kind, endings in _KINDS:
        if asked := pattern.search(text):
            found |= {"kind": kind, "endings": endings}
            text = _cut(text, asked)
            break
    if asked := NOUN.search(text):
        found["noun"] = asked[0]
        text = NOUN.sub(" ", text)
    return text


def _read_period(said: str) -> str:
    """A year, ``2024``, or a month of one, ``202403``."""
    if said in ("this year", "last year"):
        return str(datetime.now(UTC).year - (said == "last year"))
    month = MONTHS.get(said[:3])
    return f"{said[-4:]}{month:02}" if month else said


def _show_period(period: str) -> str:
    return f"{month_name[int(period[4:])]} {period[:4]}" if period[4:] else period


def date_of(document: DocumentInfo) -> str:
    """The date of a document, ``20240305`` or the start of it; "" where there is none."""
    sources = document.sources[:1]
    return find_date(sources, document.title, document.date, own=document.own_date)


def _cut(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


def name_terms(document: DocumentInfo) -> frozenset[str]:
    """The terms of a document's title and of the names of its file."""
    names = [str(path_of(source).name).replace("_", " ") for source in document.sources]
    return frozenset(term for name in (document.title, *names) for term in terms(name))
