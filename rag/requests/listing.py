"""Reads which documents a list is asked of: all of them, or those of a kind, a time, a folder."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.english.patterns.requests.listing import (
    BEFORE,
    BETWEEN,
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
from rag.names import path_of
from rag.questions.scope.versions import find_date
from rag.text.terms import STOP_WORDS, fold, terms
from rag.types import DocumentInfo

_KINDS = [
    (re.compile(rf"\b(?:{words})\b"), kind, endings) for kind, (words, endings) in KINDS.items()
]
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_LAST_YEAR = 9999


@dataclass(frozen=True, slots=True)
class Listing:
    """Documents that are asked for; without a condition, all of them.

    :param kind: what their kind is called, and ``endings`` of their file names.
    :param noun: the word that stands for the documents; those are meant whose names have it.
    :param first: the first year, and ``last`` the last one, both included; 0 and 9999 for any.
    :param period: those years in words; "" for any.
    :param order: 1 for the oldest one, -1 for the newest one, 0 for all.
    :param folder: in which they stand; "" for any.
    """

    kind: str = ""
    endings: tuple[str, ...] = ()
    noun: str = ""
    first: int = 0
    last: int = _LAST_YEAR
    period: str = ""
    order: int = 0
    folder: str = ""

    def describe(self, count: int) -> str:
        """So many documents with these conditions, in words: ``3 PDF files of 2013``."""
        noun = f"{self.kind} file" if self.kind else "document"
        number = f"one {noun}" if count == 1 else f"{count or 'no'} {noun}s"
        folder = f" in the folder {self.folder}" if self.folder else ""
        return f"{number}{f' {self.period}' if self.period else ''}{folder}"

    @property
    def is_of_all(self) -> bool:
        """Whether it has no condition."""
        return not (self.kind or self.period or self.folder or self.order)

    def choose(self, documents: Sequence[DocumentInfo]) -> list[DocumentInfo]:
        """Choose the documents that are meant, in the order in which they were given."""
        found = [each for each in documents if self._fits(each)]
        if self.noun:
            named = [each for each in found if _is_called(each, self.noun)]
            found = named or found
        if self.order and found:
            dated = [(_date_of(each), each) for each in found]
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
        if not self.period:
            return True
        date = _date_of(document)
        return bool(date) and self.first <= int(date[:4]) <= self.last


def read_listing(question: str, *, is_list: bool = False) -> Listing | None:
    """Read which documents are asked for; None where a word of the question is not understood.

    :param is_list: whether it is known that a list of documents is asked for.
    """
    text = fold(question).replace("’", "'").strip()
    if not is_list and (not LEAD.match(text) or CLAUSE.search(text)):
        return None
    found: dict[str, object] = {}
    if folder := FOLDER.search(text):
        found["folder"] = (folder[1] or folder[2]).strip("\"'/")
        text = _cut(text, folder)
    for pattern, years, words in (
        (BETWEEN, (0, 1), "from {0} to {1}"), (SINCE, (0, None), "{how} {0}"),
        (BEFORE, (None, 0), "before {0}"), (WITHIN, (0, 0), "of {0}"),
    ):  # fmt: skip
        if dated := pattern.search(text):
            own = [int(year) for year in dated.groups()]
            first, last = (None if place is None else own[place] for place in years)
            after = pattern is SINCE and "since" not in dated[0]
            until = pattern is BEFORE and re.search("until|till|up to", dated[0]) is not None
            found["first"] = 0 if first is None else first + after
            found["last"] = _LAST_YEAR if last is None else last - (pattern is BEFORE and not until)
            how = "after" if after else "since"
            said = words if not until else "until {0}"
            found["period"] = said.format(*own, how=how)
            text = _cut(text, dated)
            break
    for pattern, order in ((NEWEST, -1), (OLDEST, 1)):
        if asked := pattern.search(text):
            found["order"] = order
            text = _cut(text, asked)
            break
    for pattern, kind, endings in _KINDS:
        if asked := pattern.search(text):
            found |= {"kind": kind, "endings": endings}
            text = _cut(text, asked)
            break
    if asked := NOUN.search(text):
        found["noun"] = asked[0]
        text = NOUN.sub(" ", text)
    left = [word for word in _WORD.findall(text) if word not in FILLER | STOP_WORDS]
    left = [word for word in left if not word.endswith("'s") and word not in ("whats", "wich")]
    if left or not (is_list or found.keys() & {"kind", "noun"}):
        return None
    return Listing(**found)  # type: ignore[arg-type]


def _date_of(document: DocumentInfo) -> str:
    sources = document.sources[:1]
    return find_date(sources, document.title, document.date, own=document.own_date)


def _cut(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


def _is_called(document: DocumentInfo, noun: str) -> bool:
    """Whether a document's title or the path of its file has a noun."""
    names = [str(path_of(source).name).replace("_", " ") for source in document.sources]
    own = {term for name in (document.title, *names) for term in terms(name)}
    return set(terms(noun)) <= own
