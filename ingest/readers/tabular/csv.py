"""Reads CSV: each row becomes a line that names its columns, and can be understood alone."""

import csv
import io
import re
from collections import Counter, deque
from collections.abc import Iterator
from itertools import islice

from ingest.readers import LARGEST_TEXT_FILE, Format, Source, Tell
from ingest.readers.shared.decode import decode
from ingest.readers.shared.writer import one_line
from ingest.readers.tabular.records import Row, write_records
from ingest.readers.tabular.writer import TableWriter
from rag.errors import DocumentError

_DELIMITERS = ";\t|,"
"""Those in front are not in numbers, so they win when several fit."""
_SAMPLE = 50
"""Rows that decide the delimiter."""
_HINT = re.compile(r"sep=(.)\r?\n", re.I)
"""The first line that tells Excel the delimiter."""
_SPACES = re.compile(r"[ \t]+")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|nan", re.I)
_TELL_EVERY = 10_000


def read(data: bytes, tell: Tell) -> Source:
    """The columns' names, then ``name: value`` for each cell that has one, a row to a paragraph."""
    text, warning = decode(data)
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    hint = _HINT.match(text)
    delimiter = hint[1] if hint else find_delimiter(text)
    if delimiter not in text and _is_spaced(text):
        delimiter, text = (
            " ",
            "\n".join(_SPACES.sub(" ", line.strip()) for line in text.split("\n")),
        )
    writer = TableWriter()
    try:
        write_records(_read_rows(text[hint.end() :] if hint else text, delimiter, tell), writer)
    except csv.Error as error:
        raise DocumentError(f"damaged: its rows cannot be separated ({error})") from error
    return Source(writer.text, "", warning, markdown=False, layout=writer.layout)


def _read_rows(text: str, delimiter: str, tell: Tell) -> Iterator[Row]:
    for number, cells in enumerate(
        _parse(text, delimiter, quoted=_ends_quotes(text, delimiter)), 1
    ):
        yield Row(number, [one_line(cell) for cell in cells])
        if number % _TELL_EVERY == 0:
            tell(number, number)


def _parse(text: str, delimiter: str, *, quoted: bool = True) -> Iterator[list[str]]:
    lines = io.StringIO(text, newline="")
    if quoted:
        return csv.reader(lines, delimiter=delimiter)
    return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)


def _ends_quotes(text: str, delimiter: str) -> bool:
    """Tell whether the last quote ends, so that quotes enclose cells; else they are characters."""
    end = "\0end"
    rows = deque(_parse(f"{text}\n{end}", delimiter), maxlen=1)
    return rows.pop() == [end]


def find_delimiter(text: str) -> str:
    """Find the sign that cuts most rows into the same number of cells, more than one."""
    best, most = ",", (0, 0)
    for sign in _DELIMITERS:
        try:
            sample = [row for row in islice(_parse(text, sign), _SAMPLE) if row]
        except csv.Error:
            continue
        widths = Counter(len(row) for row in sample if len(row) > 1)
        for width, rows in widths.most_common(1):
            found = (rows, 0 if rows == len(sample) else width)
            if found > most:
                best, most = sign, found
    return best


def _is_spaced(text: str) -> bool:
    """Tell whether spaces separate numbers below names, as programs for measurements write them."""
    sample = (line.split() for line in islice(io.StringIO(text), _SAMPLE))
    names, *rows = [cells for cells in sample if cells] or [[]]
    return (
        len(names) > 1
        and len(rows) > 1
        and all(len(row) == len(names) and all(map(_NUMBER.fullmatch, row)) for row in rows)
    )


FORMAT = Format(
    name="a table",
    suffixes=(".csv", ".tsv", ".tab"),
    readers=(read,),
    version=2,
    largest=LARGEST_TEXT_FILE,
)
