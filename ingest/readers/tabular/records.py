"""Writes the rows of a sheet as records that name their columns: ``name: Ada; born: 1815``.

Empty rows, and empty columns between tables, cut a sheet into blocks. What stands above the names
of a block's columns is kept as text, and so is what stands in no table.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from ingest.readers.tabular.cells import kind_of
from ingest.readers.tabular.headers import LONGEST_NAME, Header, are_pairs, find_header
from ingest.readers.tabular.writer import TableWriter

_LONGEST_LINE = 600
"""Characters; a longer record becomes several lines that begin with the same fields, so that each
can be found and understood."""
_LONGEST_KEY = 120
"""Characters of the fields that are repeated."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a sheet.

    :param number: counting from 1.
    :param cells: each on one line; "" for an empty one.
    :param spans: the columns that a cell to their left reaches over.
    """

    number: int
    cells: Sequence[str]
    spans: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Block:
    """Rows that follow each other, in ``columns[left:right]`` of the sheet."""

    rows: Sequence[Row]
    left: int
    right: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def cells(self) -> list[Sequence[str]]:
        return [row.cells[self.left : self.right] for row in self.rows]

    @property
    def spans(self) -> list[frozenset[int]]:
        return [frozenset(column - self.left for column in row.spans) for row in self.rows]


@dataclass(frozen=True, slots=True)
class _Table:
    """The names of a block's columns, by the number of the column."""

    block: _Block
    names: Mapping[int, str]

    def goes_on(self, block: _Block, header: Header | None) -> bool:
        """Tell whether rows after an empty one belong to this table, with names of its columns."""
        inside = self.block.left <= block.left and block.right <= self.block.right
        return inside and (header is None or (not header.sure and block.width == self.block.width))


def write_records(rows: Iterable[Row], writer: TableWriter) -> None:
    """Write the rows of one sheet, in order."""
    blocks = [block for rows_ in _split_rows(rows) for block in _split_columns(rows_)]
    table: _Table | None = None
    for place, block in enumerate(blocks):
        following = blocks[place + 1].width if place + 1 < len(blocks) else 0
        table = _write_block(block, table, following, writer)


def _write_block(
    block: _Block, table: _Table | None, following: int, writer: TableWriter
) -> _Table | None:
    """Write a block, and return the table that may go on below it."""
    header = find_header(block.cells, block.spans)
    if table and table.goes_on(block, header):
        remarks = block.width == 1 and block.left == table.block.left
        _write_rows(block, {} if remarks else table.names, writer)
        return table
    if are_pairs(block.cells, following):
        for row in block.rows:
            name, *values = filter(None, row.cells[block.left : block.right])
            writer.write(": ".join([name.rstrip(": "), *values]) if values else name, row.number)
        return table
    if header is None:
        _write_rows(block, {}, writer)
        return None
    names = {block.left + column: name for column, name in enumerate(header.names) if name}
    above = block.rows[: header.end]
    _write_rows(_Block(above, block.left, block.right), {}, writer)
    below = _Block(block.rows[header.end :], block.left, block.right)
    _write_rows(below, names, writer, above[header.start :])
    return _Table(block, names)


def _write_rows(
    block: _Block, names: Mapping[int, str], writer: TableWriter, header: Sequence[Row] = ()
) -> None:
    """Write each row with the names; one that repeats the header, as on a new page, without."""
    repeated = {tuple(row.cells) for row in header}
    for row in block.rows:
        cells = [
            (column, row.cells[column])
            for column in range(block.left, block.right)[: len(row.cells) - block.left]
        ]
        filled = [(column, cell) for column, cell in cells if cell]
        plain = tuple(row.cells) in repeated or _is_remark(filled, block.left)
        fields = [
            f"{names[column]}: {cell}" if column in names and not plain else cell
            for column, cell in filled
        ]
        for line in fold_fields(fields) if names and not plain else ["; ".join(fields)]:
            writer.write(line, row.number)


def _is_remark(filled: Sequence[tuple[int, str]], left: int) -> bool:
    """Tell whether a row is a sentence or a heading in the first column, and nothing else."""
    if len(filled) != 1 or filled[0][0] != left:
        return False
    cell = filled[0][1]
    return len(cell) > LONGEST_NAME or cell.endswith((".", ":"))


def fold_fields(fields: Sequence[str]) -> Iterator[str]:
    """Join the fields of a record; a long one in several lines, each with its first fields."""
    key = _find_key(fields)
    line: list[str] = []
    length = 0
    for field in fields:
        if length + len(field) > _LONGEST_LINE and len(line) > len(key):
            yield "; ".join(line)
            line, length = list(key), sum(map(len, key))
        line.append(field)
        length += len(field) + 2
    if line:
        yield "; ".join(line)


def _find_key(fields: Sequence[str]) -> Sequence[str]:
    """The fields up to the first that holds words, at most three, if they are short."""
    for count, field in enumerate(fields[:3], 1):
        if kind_of(field.rpartition(": ")[2]) == "text":
            key = fields[:count]
            return key if sum(map(len, key)) <= _LONGEST_KEY else ()
    return ()


def _split_rows(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Cut the rows at empty ones and where numbers are left out."""
    block: list[Row] = []
    for row in rows:
        if block and (not any(row.cells) or row.number != block[-1].number + 1):
            yield block
            block = []
        if any(row.cells):
            block.append(row)
    if block:
        yield block


def _split_columns(rows: Sequence[Row]) -> Iterator[_Block]:
    """Cut rows into the tables that stand side by side, with an empty column between them.

    Both have several columns, and they begin or end in different rows, or name the same columns;
    otherwise the empty column is one of a table.
    """
    firsts: dict[int, int] = {}
    lasts: dict[int, int] = {}
    for place, row in enumerate(rows):
        for column, cell in enumerate(row.cells):
            if cell:
                firsts.setdefault(column, place)
                lasts[column] = place
    used = sorted(firsts)
    runs = [
        [column for _, column in run]
        for _, run in groupby(enumerate(used), lambda pair: pair[1] - pair[0])
    ]
    extents = [(min(firsts[c] for c in run), max(lasts[c] for c in run)) for run in runs]
    apart = len(runs) > 1 and all(len(run) > 1 for run in runs)
    if apart and (len(set(extents)) > 1 or _name_the_same(rows, runs)):
        for run, (first, last) in zip(runs, extents, strict=True):
            left, right = run[0], run[-1] + 1
            inside = list(rows[first : last + 1])
            yield from (
                _Block(part, left, right)
                for part in _split_rows(
                    Row(
                        row.number,
                        [c if left <= n < right else "" for n, c in enumerate(row.cells)],
                        row.spans,
                    )
                    for row in inside
                )
            )
        return
    yield _Block(rows, used[0], used[-1] + 1)


def _name_the_same(rows: Sequence[Row], runs: Sequence[Sequence[int]]) -> bool:
    """Tell whether the first rows of neighbouring tables are equal."""
    named = [
        [[row.cells[c] for c in run if c < len(row.cells)] for row in rows[:2]] for run in runs
    ]
    return any(one == other for one, other in pairwise(named))
