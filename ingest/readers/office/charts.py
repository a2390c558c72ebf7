"""Reads the numbers of an Office chart as a table: a row a category, a column a series.

Two kinds of part hold charts: ``chart`` (ECMA-376-1, 21.2), where each series has its categories
and values, and ``chartEx``, where a series names the data that it shows.
"""

import math
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ingest.readers.shared.archive import Attributes, parse
from ingest.readers.shared.writer import Block, one_line

_MOST_SERIES = 50
"""Columns of a table; more could make a table much longer than its file."""
_NAMES, _CATEGORIES, _VALUES = {"tx"}, {"cat", "xVal", "strDim"}, {"val", "yVal", "numDim"}
_ROLES = _NAMES | _CATEGORIES | _VALUES | {"bubbleSize"}
_AXES = {"catAx", "dateAx", "valAx", "serAx"}
_LITERAL = re.compile(r'"[^"]{0,200}"|\[[^\]]{0,200}\]|\\.')
_LAST_DAY = 2_958_465
"""31 December 9999, as spreadsheets count days."""


@dataclass
class _Series:
    name: str = ""
    labels: list[dict[int, str]] = field(default_factory=lambda: [{}])
    """Of each category, from the innermost level out."""
    values: dict[int, str] = field(default_factory=dict)


@dataclass
class _Chart:
    titles: list[str] = field(default_factory=list)
    category_axis: str = ""
    value_axis: str = ""
    series: list[_Series] = field(default_factory=list)
    is_1904: bool = False
    """Whether days are counted from 1904, not 1900."""
    _path: list[str] = field(default_factory=list)
    _role: str = ""
    _index: int = 0
    _code: str = ""
    _words: list[str] = field(default_factory=list)
    _data: dict[str, _Series] = field(default_factory=dict)
    """The data of a ``chartEx`` by their ids; its series name them."""
    _name: str = ""

    def start(self, tag: str, attributes: Attributes) -> None:
        parent = self._path[-1] if self._path else ""
        self._path.append(tag)
        if tag == "ser":
            self.series.append(_Series())
        elif tag == "data":
            self.series.append(_Series())
            self._data[attributes.get("id", "")] = self.series[-1]
        elif tag in _ROLES and parent in {"ser", "series", "data"}:
            self._role, self._code = tag, ""
        elif tag == "lvl" and self._role in _CATEGORIES:
            levels = self.series[-1].labels
            self._code = attributes.get("formatCode", self._code)
            if levels[-1]:
                levels.append({})
        elif tag == "lvl":
            self._code = attributes.get("formatCode", self._code)
        elif tag == "pt":
            index = attributes.get("idx", "")
            self._index = int(index) if index.isdecimal() and len(index) < 8 else 0
            self._words = []
        elif tag == "dataId" and self._name:
            if attributes.get("val", "") in self._data:
                self._data[attributes["val"]].name = self._name
            self._name = ""
        elif tag == "date1904":
            self.is_1904 = attributes.get("val", "1") not in {"0", "false"}
        elif tag in {"v", "t", "formatCode", "title"}:
            self._words = [*self._words, " "] if tag == "t" and "title" in self._path else []

    def text(self, words: str) -> None:
        if self._path and self._path[-1] in {"v", "t", "formatCode", "pt"}:
            self._words.append(words)

    def end(self, tag: str) -> None:
        self._path.pop()
        parent = self._path[-1] if self._path else ""
        words = one_line("".join(self._words))
        if tag == "formatCode":
            self._code = words
        elif tag == "title":
            self._end_title(words, parent)
        elif self._role and (tag == "pt" or (tag == "v" and parent != "pt")):
            self._end_point(words)
        if tag == self._role and parent in {"ser", "series", "data"}:
            self._role = ""

    def _end_title(self, words: str, parent: str) -> None:
        if parent == "chart":
            self.titles.append(words)
        elif parent in {"catAx", "dateAx"}:
            self.category_axis = self.category_axis or words
        elif parent == "valAx":
            # of a scatter chart, both axes are of values, the horizontal one first
            self.category_axis, self.value_axis = (
                (self.value_axis, words) if self.value_axis else (self.category_axis, words)
            )
        self._words = []

    def _end_point(self, words: str) -> None:
        series = self.series[-1] if self.series else _Series()
        if self._role in _NAMES:
            if "series" in self._path:
                self._name = words
            else:
                series.name = f"{series.name} {words}".strip()
        elif self._role in _CATEGORIES:
            series.labels[-1][self._index] = _show(words, self._code, self.is_1904)
        elif self._role in _VALUES:
            series.values[self._index] = _show(words, self._code, self.is_1904)
        self._words = []


def read_chart(data: bytes) -> list[Block]:
    """A chart's title and its tables; series with the same categories share a table.

    :raises DocumentError: the part is damaged.
    """
    chart = _Chart()
    parse(data, chart.start, chart.end, chart.text)
    title = " ".join(filter(None, chart.titles))
    tables: dict[tuple[tuple[int, str], ...], list[_Series]] = {}
    for series in chart.series[:_MOST_SERIES]:
        if series.values:
            tables.setdefault(tuple(_join_levels(series.labels)), []).append(series)
    rows = [row for labels, group in tables.items() for row in _rows(chart, dict(labels), group)]
    if not rows:
        return []
    kind = f"Chart: {title}" if title else "Chart"
    return [Block("paragraph", [kind]), *rows]


def _rows(chart: _Chart, labels: dict[int, str], group: list[_Series]) -> list[Block]:
    names = [series.name for series in group]
    if len(group) == 1 and not names[0]:
        names = [chart.value_axis]
    rows = [[chart.category_axis, *names]] if any(names) or chart.category_axis else []
    places = sorted({*labels, *(place for series in group for place in series.values)})
    for place in places:
        values = [series.values.get(place, "") for series in group]
        if any(values):
            rows.append([labels.get(place, ""), *values])
    return [Block("row", row) for row in rows]


def _join_levels(levels: list[dict[int, str]]) -> list[tuple[int, str]]:
    """Each category with the outer ones that it is in: ``2024 Q1``."""
    joined = dict(levels[0])
    for outer in levels[1:]:
        starts = sorted(outer)
        at = -1
        for place in sorted(joined):
            while at + 1 < len(starts) and starts[at + 1] <= place:
                at += 1
            if at >= 0:
                joined[place] = f"{outer[starts[at]]} {joined[place]}"
    return sorted(joined.items())


def _show(value: str, code: str, is_1904: bool) -> str:
    """A value as its format code shows it: as a percentage, a date, or as it is."""
    try:
        number = float(value)
    except ValueError:
        return value
    if not math.isfinite(number):
        return value
    code = _LITERAL.sub("", code).partition(";")[0].lower()
    if "%" in code:
        return f"{number * 100:.6g}%"
    if 1 <= number <= _LAST_DAY and ("y" in code or "mmm" in code or ("d" in code and "m" in code)):
        return _show_date(number + 1462 * is_1904, code)
    return f"{number:.15g}" if "." in value or "e" in value.lower() else value


def _show_date(days: float, code: str) -> str:
    if days > _LAST_DAY:
        return f"{days:.15g}"
    moment = datetime(1899, 12, 30) + timedelta(seconds=round(days * 86_400))  # noqa: DTZ001
    if "h" in code:
        return f"{moment:%Y-%m-%d %H:%M}"
    if "d" in code:
        return f"{moment:%Y-%m-%d}"
    return f"{moment:%Y-%m}" if "m" in code else f"{moment:%Y}"
