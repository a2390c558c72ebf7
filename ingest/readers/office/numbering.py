"""Counts the automatic numbers of a Word document: ``2.2``, ``(a)``, ``Article IV``.

A paragraph names a list (``num``) and a level. Lists that share an abstract one count on together;
a number begins again when a higher level goes on, or when a list says so (ECMA-376-1, 17.9).
"""

import re
from dataclasses import dataclass, field, replace

from ingest.readers.office.styles import Styles
from ingest.readers.shared.archive import Attributes, parse

_LEVELS = 9
_LONGEST = 60
"""Characters of a number; the rest is cut, since every paragraph would repeat it."""
_LARGEST = 999_999
SIGNS = frozenset("☐☑☒✓✔✗✘")
"""Bullets that say whether something is done."""
_PLACE = re.compile(r"%([1-9])")
_ROMAN = tuple(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        "M CM D CD C XC L XL X IX V IV I".split(),
        strict=True,
    )
)
_LARGEST_ROMAN, _MOST_LETTERS = 3999, 26 * 5


@dataclass(frozen=True, slots=True)
class Level:
    """How the numbers of a level look.

    :param restart: the level, counted from 1, whose numbers start these again; 0 is none, None any
        higher one.
    :param style: the style whose paragraphs have this level.
    """

    start: int = 1
    form: str = "decimal"
    text: str = ""
    restart: int | None = None
    legal: bool = False
    style: str = ""


@dataclass
class _Abstract:
    levels: dict[int, Level] = field(default_factory=dict)
    linked: str = ""
    """The style that names the list whose levels these are."""


@dataclass
class _List:
    abstract: str = ""
    starts: dict[int, int] = field(default_factory=dict)
    levels: dict[int, Level] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Label:
    """What stands before a paragraph.

    :param words: the number as it is shown, or the sign of a task; "" for a bullet or nothing.
    :param is_item: whether it is an item of a list, not an ordinary paragraph.
    """

    words: str
    is_item: bool = True


@dataclass
class Numbering:
    """The lists of a document, and how far each has counted."""

    abstracts: dict[str, _Abstract] = field(default_factory=dict)
    lists: dict[str, _List] = field(default_factory=dict)
    _counts: dict[str, list[int | None]] = field(default_factory=dict)
    _started: set[tuple[str, int]] = field(default_factory=set)
    """The list and level of each start that was set already."""

    def level_of(self, num_id: str, style: str) -> int | None:
        """The level of a list that belongs to a style."""
        levels = self._abstract(num_id)[1].levels if style else {}
        return next((n for n, level in levels.items() if level.style == style), None)

    def count(self, num_id: str, level: int) -> Label:
        """Count a paragraph, and return what stands before it."""
        level = min(level, _LEVELS - 1)
        name, abstract = self._abstract(num_id)
        listed = self.lists.get(num_id, _List())
        levels = abstract.levels | listed.levels
        own = levels.get(level)
        if own is None:
            return Label("")
        if own.form == "bullet":
            sign = own.text if own.text in SIGNS else ""
            return Label(sign, is_item=bool(own.text.strip()))
        counts = self._counts.setdefault(name, [None] * _LEVELS)
        first = listed.starts.get(level, own.start)
        if level in listed.starts and (num_id, level) not in self._started:
            self._started.add((num_id, level))
            counts[level] = None
        before = counts[level]
        counts[level] = first if before is None else min(before + 1, _LARGEST)
        for lower in range(level + 1, _LEVELS):
            restart = levels.get(lower, Level()).restart
            if restart is None or level < restart:
                counts[lower] = None

        def show(place: re.Match[str]) -> str:
            at = int(place[1]) - 1
            shown = levels.get(at, Level())
            count = counts[at]
            value = listed.starts.get(at, shown.start) if count is None else count
            return format_number(value, "decimal" if own.legal else shown.form)

        words = " ".join(_PLACE.sub(show, own.text).split())[:_LONGEST]
        return Label(words, is_item=bool(words))

    def _abstract(self, num_id: str) -> tuple[str, _Abstract]:
        listed = self.lists.get(num_id)
        name = listed.abstract if listed else ""
        return name, self.abstracts.get(name, _Abstract())


def read_numbering(data: bytes, styles: Styles) -> Numbering:
    """The lists of ``numbering.xml``.

    :raises DocumentError: it is damaged.
    """
    reader = _Reader()
    parse(data, reader.start, reader.end)
    numbering = reader.numbering
    for abstract in numbering.abstracts.values():
        if abstract.linked:
            listed = numbering.lists.get(styles.find(abstract.linked).num_id or "", _List())
            levels = numbering.abstracts.get(listed.abstract, abstract).levels
            abstract.levels = levels | abstract.levels
    return numbering


class _Reader:
    def __init__(self) -> None:
        self.numbering = Numbering()
        self._abstract: _Abstract | None = None
        self._list: _List | None = None
        self._at = 0
        self._level: Level | None = None

    def start(self, tag: str, attributes: Attributes) -> None:
        value = attributes.get("val", "")
        if tag == "abstractNum":
            self._abstract = _Abstract()
            self.numbering.abstracts[attributes.get("abstractNumId", "")] = self._abstract
        elif tag == "num":
            self._list = _List()
            self.numbering.lists[attributes.get("numId", "")] = self._list
        elif tag == "abstractNumId" and self._list is not None:
            self._list.abstract = value
        elif tag == "numStyleLink" and self._abstract is not None:
            self._abstract.linked = value
        elif tag == "startOverride" and self._list is not None:
            self._list.starts[self._at] = _read_number(value, 1)
        elif tag in {"lvl", "lvlOverride"}:
            self._at = min(_read_number(attributes.get("ilvl", ""), 0), _LEVELS - 1)
            self._level = Level() if tag == "lvl" else None
        elif self._level is not None:
            self._start_in_level(self._level, tag, value, attributes)

    def _start_in_level(self, level: Level, tag: str, value: str, attributes: Attributes) -> None:
        if tag == "start":
            self._level = replace(level, start=_read_number(value, 1))
        elif tag == "numFmt" and level.form == "decimal":
            self._level = replace(level, form=value)
        elif tag == "lvlText":
            self._level = replace(level, text=value[:_LONGEST])
        elif tag == "lvlRestart":
            self._level = replace(level, restart=_read_number(value, 0))
        elif tag == "isLgl":
            self._level = replace(level, legal=attributes.get("val", "1") not in {"0", "false"})
        elif tag == "pStyle":
            self._level = replace(level, style=value)

    def end(self, tag: str) -> None:
        if tag == "lvl" and self._level is not None:
            owner = self._list or self._abstract
            if owner is not None:
                owner.levels[self._at] = self._level
            self._level = None
        elif tag == "abstractNum":
            self._abstract = None
        elif tag == "num":
            self._list = None


def format_number(value: int, form: str) -> str:
    """A number as a list shows it; in digits where the form is not known."""
    if form == "none":
        return ""
    if form in {"upperRoman", "lowerRoman"} and 0 < value <= _LARGEST_ROMAN:
        roman = ""
        for number, letters in _ROMAN:
            times, value = divmod(value, number)
            roman += letters * times
        return roman if form == "upperRoman" else roman.lower()
    if form in {"upperLetter", "lowerLetter"} and 0 < value <= _MOST_LETTERS:
        times, letter = divmod(value - 1, 26)
        return chr(ord("A" if form == "upperLetter" else "a") + letter) * (times + 1)
    return f"{value:02}" if form == "decimalZero" else str(value)


def _read_number(value: str, default: int) -> int:
    return min(int(value), _LARGEST) if value.isdecimal() and len(value) < 10 else default
