"""Reads tables: each row becomes a line that names its columns, and can be understood alone."""

import csv
import io
from collections import Counter
from itertools import chain, islice, repeat

from ingest.readers import Format, Source, Tell
from ingest.readers.shared.decode import decode
from ingest.readers.shared.writer import one_line
from rag.errors import DocumentError

_DELIMITERS = ",;\t|"
_SAMPLE = 50
"""Rows that decide the delimiter."""
_LONGEST_NAME = 60
"""Characters; a longer cell in the first row is data, not a column's name."""
_TELL_EVERY = 10_000


def read(data: bytes, tell: Tell) -> Source:
    """The columns' names, then ``name: value`` for each cell that has one, a row to a paragraph."""
    text, warning = decode(data)
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    lines: list[str] = []
    names: list[str] | None = None
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        for number, row in enumerate(rows):
            cells = [one_line(cell) for cell in row]
            if names is None and any(cells):
                names = cells if _are_names(cells) else []
                if names:
                    lines.append("; ".join(names))
                    continue
            lines.append(_line(cells, names or []))
            if number % _TELL_EVERY == 0:
                tell(number, number)
    except csv.Error as error:
        raise DocumentError(f"damaged: its rows cannot be separated ({error})") from error
    filled = [line for line in lines if line]
    return Source("\n\n".join([*filled, ""]), "", warning, markdown=False)


def _delimiter(text: str) -> str:
    """The sign that cuts most rows into the same number of cells, more than one."""
    best, most = ",", (0, 0)
    for sign in _DELIMITERS:
        try:
            sample = list(
                islice(csv.reader(io.StringIO(text, newline=""), delimiter=sign), _SAMPLE)
            )
        except csv.Error:
            continue
        widths = Counter(len(row) for row in sample if len(row) > 1)
        for width, rows in widths.most_common(1):
            if (rows, width) > most:
                best, most = sign, (rows, width)
    return best


def _are_names(cells: list[str]) -> bool:
    """Whether a first row names columns: short, different words, none a number."""
    return (
        len(cells) > 1
        and len(set(cells)) == len(cells)
        and all(0 < len(cell) <= _LONGEST_NAME and not _is_number(cell) for cell in cells)
    )


def _is_number(cell: str) -> bool:
    return cell.strip("+-$€£%").replace(",", "").replace(".", "").isdecimal()


def _line(cells: list[str], names: list[str]) -> str:
    named = zip(cells, chain(names, repeat("")), strict=False)
    return "; ".join(f"{name}: {cell}" if name else cell for cell, name in named if cell)


FORMAT = Format(name="a table", suffixes=(".csv", ".tsv", ".tab"), readers=(read,))
