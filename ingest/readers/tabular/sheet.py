"""What the readers of spreadsheets give: sheets of cells as a person sees them, and their text."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.readers import Source, Tell
from ingest.readers.tabular.records import Row, write_records
from ingest.readers.tabular.writer import TableWriter

Merged = tuple[int, int, int, int]
"""The first row and column of merged cells and their last ones, counting from 0."""
Value = float | str | bool | dt.date | dt.time | dt.timedelta
_TELL_EVERY = 5_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook.

    :param rows: number, counting from 1, and cells, each on one line; read once.
    """

    name: str
    hidden: bool
    rows: Iterator[tuple[int, list[str]]]
    merged: Sequence[Merged] = ()


def write_sheets(sheets: Iterator[Sheet], title: str, tell: Tell) -> Source:
    """Write each sheet that is not empty under its name, rows as records."""
    writer = TableWriter()
    for sheet in sheets:
        rows = [row for row in _fill_merged(sheet, tell) if any(row.cells)]
        if rows:
            writer.begin_sheet(sheet.name, sheet.name + " (hidden sheet)" * sheet.hidden)
            write_records(rows, writer)
    return Source(writer.text, title, layout=writer.layout)


def show_value(value: Value) -> str:
    """Write a value that has no format of its own: days as ``2024-03-14``, times as ``10:05``."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d ") + show_value(value.time())
    if isinstance(value, dt.time):
        return value.strftime("%H:%M:%S" if value.second else "%H:%M")
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    return str(value)


def _fill_merged(sheet: Sheet, tell: Tell) -> Iterator[Row]:
    """Repeat a cell that was merged over several rows in each of them.

    In a row, the columns that it reaches over stay empty: they are given as spans.
    """
    waiting = sorted(sheet.merged, reverse=True)
    active: list[Merged] = []
    values: dict[Merged, str] = {}
    for count, (number, cells) in enumerate(sheet.rows, 1):
        row = number - 1
        while waiting and waiting[-1][0] <= row:
            active.append(waiting.pop())
        active = [merged for merged in active if merged[2] >= row]
        spans: set[int] = set()
        for merged in active:
            first, left, _, right = merged
            if left >= len(cells):
                continue
            if row == first:
                values[merged] = cells[left]
            elif any(cells):
                cells[left] = values.get(merged, "") or cells[left]
            spans.update(range(left + 1, min(right + 1, len(cells))))
        yield Row(number, cells, frozenset(spans))
        if count % _TELL_EVERY == 0:
            tell(count, count)
