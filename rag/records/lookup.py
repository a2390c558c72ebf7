"""Looks up a cell by the names of its row and its column: *net income in fiscal 2021*.

Tables of reports name a row in its first cell, have sections, and name their columns by years,
often above the table only. So a question is compared with the names of all rows, word by word. It
is answered if one row fits well, and clearly better than all rows with other values. *In which year
was it highest?* compares the values of such a row.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.english.patterns.tables import (
    ASKS_FOR_YEAR,
    CHANGES,
    EXTREMES,
    FREE_WORDS,
    MEASURES,
    ORDINALS,
    PERIODS,
    WHOLE,
)
from rag.records.tables import RecordTable
from rag.records.values import read_numbers
from rag.text.line_breaks import has_word
from rag.text.tables import Table, find_cells, find_tables
from rag.text.terms import fold, terms

_LEAST = 0.7
"""Share of the words of question and names that both have, from which a row fits."""
_APART = 0.1
"""By how much less rows with other values must fit."""
_ABOVE = 300
"""Characters above a table in which its columns may be named, and what it is about."""
_LINES = 4
_LONGEST = 150
"""Characters of a line that does so; a longer one is a paragraph."""
_YEAR = re.compile(r"(?<![\d.,$€£])(?:19|20)\d\d(?![\d,%]|\.\d)")
_LINE = re.compile(r"[^\n]+")
_NOTE = re.compile(r" ?\((?:\w|(?:see )?notes? [^()]*)\)", re.IGNORECASE)
_VALUE = re.compile(r"[-−–—]|[(\s$€£¥+−–-]*+\d[\d.,\s]*+[%)\s]*+(?:\(\w\))?")

Span = tuple[int, int]
Words = frozenset[str]
_NONE: Words = frozenset()


@dataclass(frozen=True, slots=True)
class NamedRow:
    """A row of values, with the words by which a question may mean it.

    :param span: where it stands in the document's text.
    :param header: the same of the row that names the columns, where there is one.
    :param cells: the same of its values.
    :param columns: the words of the name of each value's column.
    :param years: where the year in that name stands, if there is one.
    :param label: those of its first cell.
    :param section: those of the line that heads it.
    :param head: where that line stands.
    :param around: those that stand above the table, and above all its columns.
    """

    span: Span
    header: Span | None
    cells: tuple[Span, ...]
    columns: tuple[Words, ...]
    years: tuple[Span | None, ...]
    label: Words
    section: Words
    around: Words
    head: Span | None

    def as_table(self, document_id: str) -> RecordTable:
        """Make a table of the row alone, whose columns are not read."""
        return RecordTable(document_id, (), (self.span,), (self.cells,), self.header, "", self.head)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that answers.

    :param span: where what answers stands: the cell, or the year in its column's name.
    :param value: what that says, however it is written.
    :param score: how well the names fit, up to 1.
    """

    row: NamedRow
    span: Span
    value: str
    score: float


class NamedRows:
    """All rows of values of a document's text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._folded = fold(text)
        self._rows = [row for table in find_tables(text) for row in _read_table(text, table)]

    def look_up(self, question: str, topic: str) -> list[Cell]:
        """Find the cells that a question may ask for.

        :param topic: what the document is about: title and file name.
        """
        sign = 0
        if year := ASKS_FOR_YEAR.search(question):
            question = question[: year.start()] + question[year.end() :]
            sign = sum(EXTREMES.get(word, 0) for word in re.findall(r"\w+", fold(question)))
        asked = _words(question) - _FREE - (_EXTREMES if sign else _NONE)
        if asked & (_CHANGES | _ORDINALS if sign else _CHANGES):
            return []
        about = frozenset(word for word in _words(topic) if not word.isdigit())
        return [cell for row in self._rows if (cell := self._match(asked, row, about, sign))]

    def _match(self, asked: Words, row: NamedRow, about: Words, sign: int) -> Cell | None:
        """Compare the words of a question with the names of a row and of its columns.

        :param sign: 1 if the year of the highest value is asked for, -1 if that of the lowest.
        """
        if not row.label & asked:
            return None
        place = self._find_extreme(row, sign) if sign else _choose_column(asked, row.columns)
        if place is None:
            return None
        said = row.label | row.section
        rest = asked - row.columns[place] - ((row.around | about) - said)
        if any(word[0].isdigit() or word not in self._folded for word in rest - said):
            return None
        beside = row.section - row.label - rest - _WHOLE
        score = len(rest & said) / (len(rest | row.label) + len(beside) / 2) if rest else 0.0
        if score < _LEAST or not rest & row.label:
            return None
        span = (row.years[place] if sign else None) or row.cells[place]
        return Cell(row, span, re.sub(r"[^\w.()−-]", "", self._text[slice(*span)]), score)

    def _find_extreme(self, row: NamedRow, sign: int) -> int | None:
        """The place of the highest or lowest value of a row of years; None if there is none."""
        places = [place for place, year in enumerate(row.years) if year]
        years = {self._text[slice(*year)] for year in row.years if year}
        numbers = read_numbers([self._text[slice(*row.cells[place])] for place in places])
        if numbers is None or None in numbers.values or not 1 < len(years) == len(places):
            return None
        values = [sign * value for value in numbers.values if value is not None]
        best = max(values)
        return places[values.index(best)] if values.count(best) == 1 else None


def choose(cells: Sequence[Cell]) -> Cell | None:
    """The best of some cells; None where one with another value fits about as well."""
    best = max(cells, key=lambda cell: cell.score, default=None)
    if best and all(c.value == best.value or c.score <= best.score - _APART for c in cells):
        return best
    return None


def _choose_column(asked: Words, columns: Sequence[Words]) -> int | None:
    """The column of whose name a question has the most; None if there are several or none."""
    if len(columns) == 1:
        return 0
    common = columns[0].intersection(*columns)
    hits = [len((words - common) & asked) for words in columns]
    best = max(hits)
    if not best or hits.count(best) > 1:
        return None
    place = hits.index(best)
    said = {word for word in columns[place] if _YEAR.fullmatch(word)}
    return place if said <= asked else None


def _read_table(text: str, table: Table) -> Iterator[NamedRow]:
    above = _lines_above(text, table.start)
    outside = _words(" ".join(text[slice(*span)] for span in [table.caption, *above] if span))
    names: list[list[Span]] = []
    header: Span | None = None
    over, section, head, named = _NONE, _NONE, None, False
    for match in _LINE.finditer(text, table.start, table.end):
        start, end = match.span()
        cells = [(start + a, start + b) for a, b in find_cells(match[0]) if a < b]
        values = _find_values(text, cells)
        if values:
            named = True
            label = _NONE.union(*(_words(text[slice(*c)]) for c in cells[: -len(values)]))
            columns, years, line = _name_columns(text, names, len(values), above)
            if columns and label:
                around = (outside | over).union(
                    *(_words(text[slice(*c)]) for row in names for c in row)
                )
                span = (start, end)
                yield NamedRow(
                    span,
                    line or header,
                    tuple(values),
                    columns,
                    years,
                    label,
                    section,
                    around,
                    head,
                )
        elif len(cells) == 1:
            section, head = _words(text[slice(*cells[0])]), (start, end)
        elif has_word(text, start, end):
            names = [cells] if named else [*names[-2:], cells]
            header, named = (start, end), False
            over, section, head = section, _NONE, None


def _lines_above(text: str, end: int) -> list[Span]:
    """Where the last short lines before a place stand."""
    start = max(0, end - _ABOVE)
    spans = [match.span() for match in _LINE.finditer(text, start, end)]
    return [(a, b) for a, b in spans if b - a <= _LONGEST and has_word(text, a, b)][-_LINES:]


def _name_columns(
    text: str, names: Sequence[Sequence[Span]], count: int, above: Sequence[Span]
) -> tuple[tuple[Words, ...], tuple[Span | None, ...], Span | None]:
    """The words of each column's name, none where they do not match the values in number.

    :return: besides them, where their years stand, and the line above the table that has them.
    """
    if spread := list(filter(None, (_spread(row, count) for row in names))):
        of_columns = list(zip(*spread, strict=True))
        years = tuple(next(_find_years(text, cells), None) for cells in of_columns)
        words = (_words(" ".join(text[slice(*c)] for c in cells)) for cells in of_columns)
        return tuple(words), years, None
    for line in reversed(above):
        found = tuple(_find_years(text, [line]))
        years_alone = [frozenset((text[slice(*year)],)) for year in found]
        if len(found) == count == len(set(years_alone)):
            return tuple(years_alone), found, line
    return ((_NONE,) if count == 1 else ()), (None,) * count, None


def _find_years(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    return (match.span() for span in spans for match in _YEAR.finditer(text, *span))


def _spread(row: Sequence[Span], count: int) -> Sequence[Span]:
    """The cell that names each of so many columns, or several of them; empty if it is unclear."""
    if len(row) == count + 1:
        return row[1:]
    each, rest = divmod(count, len(row))
    return [] if rest or len(row) == 1 else [cell for cell in row for _ in range(each)]


def _find_values(text: str, cells: Sequence[Span]) -> list[Span]:
    """The last cells of a row that hold one number each; years alone are names of columns."""
    values: list[Span] = []
    for cell in reversed(cells):
        if not _VALUE.fullmatch(text[slice(*cell)]):
            break
        values.append(cell)
    years = (_YEAR.fullmatch(text[slice(*cell)]) for cell in values)
    return [] if len(values) == len(cells) or all(years) else values[::-1]


def _words(text: str) -> Words:
    return frozenset(terms(_NOTE.sub("", text.replace("_", " ")), keep_stop_words=False))


_FREE = _words(" ".join(FREE_WORDS | MEASURES | PERIODS))
_WHOLE = _words(" ".join(WHOLE))
_CHANGES = _words(" ".join(CHANGES))
_EXTREMES = _words(" ".join(EXTREMES))
_ORDINALS = _words(" ".join(ORDINALS))
