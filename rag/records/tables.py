"""Reads the tables of a document's text, with the names of their columns and all their rows."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from rag.english.patterns.tables import FALSE, TOTAL_ROW, TRUE
from rag.records.values import Moment, Numbers, read_moments, read_numbers
from rag.text.tables import Table, find_tables, is_row, split_row
from rag.text.terms import fold, terms

_PARAGRAPH = re.compile(r"[^\n]+")
_FIELD = re.compile(r"(?:^|; )(?P<name>[^;:]{1,60}): ")
_LONGEST_RECORD = 500
"""Characters; a longer record may stand in several lines, so its table is not used."""
_FEWEST = 2
"""Rows of a table."""

Span = tuple[int, int]


@dataclass(frozen=True)
class Column:
    """A column: its name, and a cell of each row, "" for an empty one."""

    name: str
    cells: tuple[str, ...]
    beside: tuple[str, ...] = ()

    @cached_property
    def numbers(self) -> Numbers | None:
        return read_numbers(self.cells, self.beside)

    @cached_property
    def moments(self) -> tuple[Moment | None, ...] | None:
        return read_moments(self.cells)

    @cached_property
    def truths(self) -> tuple[bool, ...] | None:
        """What it says of each row, where it says yes or no."""
        said = [fold(cell.strip()) for cell in self.cells]
        return tuple(each in TRUE for each in said) if set(said) <= TRUE | FALSE else None

    @cached_property
    def cell_terms(self) -> tuple[frozenset[str], ...]:
        """The terms of each cell."""
        return tuple(frozenset(terms(cell)) for cell in self.cells)

    @cached_property
    def title(self) -> str:
        """Its name without its unit: ``Length`` of ``Length (m)``."""
        return re.sub(r"\([^()]*\)|\[[^\[\]]*\]", " ", self.name).replace("_", " ").strip()

    @cached_property
    def unit(self) -> str:
        """What stands in brackets in its name, or with each of its numbers."""
        named = re.search(r"[(\[]([^()\[\]]*)[)\]]", self.name)
        own = self.numbers.before.strip() or self.numbers.after if self.numbers else ""
        return fold(named[1] if named else own)


@dataclass(frozen=True)
class RecordTable:
    """A table of a document.

    :param rows: where each row stands in the document's text.
    :param cells: for each row, where each of its cells stands; None for an empty one.
    :param header: the row that names the columns, where it is shown with the others.
    :param topic: words that say what the rows are: caption and heading.
    :param section: the line that heads the rows, where there is one.
    """

    document_id: str
    columns: tuple[Column, ...]
    rows: tuple[Span, ...]
    cells: tuple[tuple[Span | None, ...], ...]
    header: Span | None
    topic: str
    section: Span | None = None


def read_tables(document_id: str, text: str) -> list[RecordTable]:
    """Read all tables of a text that can be read without a doubt."""
    found = [
        read
        for table in find_tables(text)
        if (read := _read_barred(document_id, text, table)) is not None
    ]
    return [*found, *_read_records(document_id, text)]


def _make(
    document_id: str,
    text: str,
    names: Sequence[str],
    rows: Sequence[tuple[Span, Sequence[Span | None]]],
    header: Span | None,
    topic: str,
) -> RecordTable | None:
    kept = [(span, cells) for span, cells in rows if not _sums_up(text, cells)]
    if len(kept) < _FEWEST or len({fold(name) for name in names}) < len(names):
        return None
    values = [[text[slice(*cell)] if cell else "" for cell in cells] for _, cells in kept]
    columns = []
    for place, name in enumerate(names):
        beside = tuple(row[n] for row in values for n in range(len(names)) if n != place)
        columns.append(Column(name, tuple(row[place] for row in values), beside))
    spans, cells_ = (tuple(span for span, _ in kept), tuple(tuple(cells) for _, cells in kept))
    return RecordTable(document_id, tuple(columns), spans, cells_, header, topic)


def _sums_up(text: str, cells: Sequence[Span | None]) -> bool:
    """Tell whether a row is a total of others, as its first words say."""
    filled = [text[slice(*cell)] for cell in cells if cell]
    return any(TOTAL_ROW.match(cell) for cell in filled[:2]) or not filled


def _read_barred(document_id: str, text: str, table: Table) -> RecordTable | None:
    """Read a table whose rows stand in bars, if each has a cell for each column."""
    if not table.columns or not is_row(text[slice(*table.columns)]):
        return None
    names = split_row(text[slice(*table.columns)])
    rows = []
    for row in table.rows:
        cells = list(_find_cells(text, row.start, row.end))
        if len(cells) != len(names) or row.section:
            return None
        rows.append(((row.start, row.end), cells))
    caption = text[slice(*table.caption)] if table.caption else ""
    heading = re.findall(r"^#+ (.*)$", text[: table.start], re.MULTILINE)[-1:]
    topic = " ".join([caption, *heading])
    return _make(document_id, text, names, rows, table.columns, topic)


def _find_cells(text: str, start: int, end: int) -> Iterator[Span | None]:
    place = start + 1
    for cell in split_row(text[start:end]):
        if not cell:
            yield None
            continue
        place = text.index(cell, place, end)
        yield place, place + len(cell)
        place += len(cell)


def _read_records(document_id: str, text: str) -> Iterator[RecordTable]:
    """Read the tables whose rows name their columns: ``name: Ada; born: 1815``."""
    rows: list[re.Match[str]] = []
    heading, before, header = "", "", ""
    for line in _PARAGRAPH.finditer(text):
        if _is_record(line[0]):
            header = header if rows else before
            rows.append(line)
        elif line[0].startswith("# ") or (rows and "; " in line[0]):
            if table := _read_run(document_id, text, rows, header, heading):
                yield table
            rows = []
            heading = line[0][2:] if line[0].startswith("# ") else heading
        before = line[0]
    if table := _read_run(document_id, text, rows, header, heading):
        yield table


def _is_record(line: str) -> bool:
    return len(_FIELD.findall(line)) > 1 and _FIELD.match(line) is not None


def _read_run(
    document_id: str, text: str, lines: Sequence[re.Match[str]], header: str, heading: str
) -> RecordTable | None:
    if len(lines) < _FEWEST or any(len(line[0]) > _LONGEST_RECORD for line in lines):
        return None
    names = header.split("; ")
    first = {match["name"] for match in map(_FIELD.match, (line[0] for line in lines)) if match}
    if not first <= set(names):
        found = (match["name"] for line in lines for match in _FIELD.finditer(line[0]))
        names = list(dict.fromkeys(found))
        if any("; " in _FIELD.sub("", line[0]) for line in lines):
            return None
    rows = []
    for line in lines:
        cells = _split_fields(line, names)
        if cells is None:
            return None
        rows.append((line.span(), cells))
    return _make(document_id, text, names, rows, None, heading)


def _split_fields(line: re.Match[str], names: Sequence[str]) -> list[Span | None] | None:
    """Find the cell of each column; None where a column is named twice."""
    marks = [mark for mark in _FIELD.finditer(line[0]) if mark["name"] in names]
    if not marks or marks[0].start() or len({mark["name"] for mark in marks}) < len(marks):
        return None
    cells: list[Span | None] = [None] * len(names)
    ends = [mark.start() for mark in marks[1:]] + [len(line[0].rstrip())]
    for mark, end in zip(marks, ends, strict=True):
        cells[names.index(mark["name"])] = (line.start() + mark.end(), line.start() + end)
    return cells
