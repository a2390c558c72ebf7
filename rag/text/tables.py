"""Finds the tables of a text, with their column names, section rows and captions.

Every reader of files writes a table's rows as lines ``| cell | cell |``, as Markdown does. Nothing
else is marked up: which rows name the columns, which are headings of the rows below, and which line
is the caption, is decided by what they contain.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from rag.english.words import load_words, match_any
from rag.text.line_breaks import has_word
from rag.text.sentences import sentence_spans
from rag.types import HEADING_SEPARATOR

Span = tuple[int, int]
"""Half-open, in the text that is read."""

_ROW = re.compile(r"^[ \t]*(\|[^\n]*\|)[ \t\r]*$", re.MULTILINE)
_BAR = re.compile(r"(?<=\s)\|(?=\s)")
"""Between two cells; ``|x|`` inside a cell is a norm or the size of a set."""
_TIGHT_BAR = re.compile(r"(?<!\\)\|")
"""The same where cells have no space around them; Markdown writes ``\\|`` inside a cell."""
BETWEEN_FIELDS = re.compile(r"(?<=\s)\|(?=\s)|;(?= [^;:|\n]{1,60}: )")
"""Between the cells of a row and the fields of a record: ``name: Kettle; price: 18``."""
_RULE = re.compile(r"(?=[^-]*-)[|:\- \t]*")
"""What Markdown writes below the names of the columns."""
_NUMBER = re.compile(
    r"(?!(?:19|20)\d\d\Z)[-+−–±~≈<>≤≥($€£¥]*\d[\d.,/±]*(?:e[-+−–]?\d+)?[%k°∗*†‡)]*"
)
"""A word of a cell that holds numbers only. Years and sizes such as ``7B`` often name columns, and
are none; ``30k`` is a number."""
_AFTER_SIGN = re.compile(r"(?<=[$€£¥])\s+(?=[-(\d])")
_LONGEST_NAME = 100
"""Characters; a longer cell in the first row is text, not a column's name."""
_TELLS_ROW = 12
"""Characters at the beginning of a row by which it is found."""
_NAMING_ROWS = 3
"""The most rows that name columns together, when cells wrap over lines."""
_TABLE, _OTHER = (match_any(load_words("caption_labels", tag)) for tag in ("table", "other"))
_CAPTION = re.compile(
    rf"\W*(?i:(?P<table>{_TABLE})|{_OTHER})\s+"
    r"(?:[A-Z]?\d+|[IVXL]+)(?:[.-]\d+)*(?:\s*[.:|–—-]|\s+(?=[A-Z(]))\s*\S"
)
"""``Table 3: Prices``, ``Fig. 2 – Growth``; not ``Table 3 shows …``, which is prose."""
_NEAR = 2_000
"""Characters before and after a table in which its caption is searched for."""
_TELLING = 60
"""Characters of a caption after which no further sentence is taken."""
_SHORT = 15
"""Words; a shorter line right above a table that is no sentence is its caption."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: ``text[start:end]``, from its first bar to its last.

    :param section: the row above it that only heads some rows; itself where it is one.
    """

    start: int
    end: int
    section: Span | None


@dataclass(frozen=True, slots=True)
class Table:
    """A run of rows.

    :param columns: the rows that name the columns, as one span; None where none does.
    :param rows: all others.
    :param caption: the beginning of the line that says what the table shows.
    """

    columns: Span | None
    rows: tuple[Row, ...]
    caption: Span | None

    @property
    def start(self) -> int:
        return self.columns[0] if self.columns else self.rows[0].start

    @property
    def end(self) -> int:
        return self.rows[-1].end if self.rows or not self.columns else self.columns[1]


def split_row(row: str) -> list[str]:
    """Split a row into its cells."""
    return [row[start:end] for start, end in find_cells(row)]


def find_cells(row: str) -> list[Span]:
    """Find the cells of a row, without the space around them."""
    first = len(row) - len(row.lstrip()) + 1
    inner = row.strip()[1:-1]
    padded = f" {inner} "
    bars = list(_BAR.finditer(padded))
    shift = first - 1
    if not bars:
        padded, shift = inner, first
        bars = list(_TIGHT_BAR.finditer(inner))
    cuts = [0, *(at for bar in bars for at in bar.span()), len(padded)]
    cells = []
    for start, end in zip(cuts[::2], cuts[1::2], strict=True):
        cell = padded[start:end]
        start += shift + len(cell) - len(cell.lstrip())
        cells.append((start, start + len(cell.strip())))
    return cells


def is_in_bars(text: str) -> bool:
    """Tell whether a sentence is one or more rows; line breaks may have become spaces."""
    return len(text) > 2 and text[0] == text[-1] == "|"


def is_row(text: str) -> bool:
    """Tell whether a sentence is a row of several cells."""
    return _ROW.fullmatch(text) is not None and len(split_row(text)) > 1


def is_caption(text: str) -> bool:
    """Tell whether a sentence begins the caption of a figure or a table."""
    return _CAPTION.match(text) is not None


def join_column_names(rows: str) -> str:
    """Join the cells of rows that name columns, leaving out those without a word."""
    cells = (cell for row in rows.splitlines() for cell in split_row(row))
    return " | ".join(filter(has_word, cells))


def find_tables(text: str, heading: str = "") -> list[Table]:
    """Find the tables of a text, in order.

    :param heading: of the text. When a table is split, the heading of its later parts holds the
        column names (:mod:`ingest.split`), so that their first row is not taken for them.
    """
    runs = _runs(text)
    captions = _captions(text, runs)
    named = [part for part in heading.split(HEADING_SEPARATOR) if " | " in part]
    begins = len(text) - len(text.lstrip())
    found = []
    for run, caption in zip(runs, captions, strict=True):
        inside = named if run[0][0] <= begins else []
        found.append(_table(text, run, caption, inside))
    return found


def _runs(text: str) -> list[list[Span]]:
    """Group the rows that stand on neighbouring lines."""
    runs: list[list[Span]] = []
    for match in _ROW.finditer(text) if "|" in text else ():
        span = match.span(1)
        between = text[runs[-1][-1][1] : span[0]] if runs else "\n\n"
        if between.isspace() and between.count("\n") == 1:
            runs[-1].append(span)
        else:
            runs.append([span])
    return [run for run in runs if any(has_word(text, *span) for span in run)]


def _table(text: str, run: Sequence[Span], caption: Span | None, named: Sequence[str]) -> Table:
    """Read a run of rows as a table.

    :param named: the column names, when they are known; the end may be cut off.
    """
    ruled = len(run) > 1 and _RULE.fullmatch(text, *run[1]) is not None
    spans = [span for span in run if has_word(text, *span)]
    read = [split_row(text[start:end]) for start, end in spans]
    if named:
        own = [join_column_names(text[slice(*span)]) for span in spans]
        count = sum(1 for _ in takewhile(lambda row: any(_is_of(row, n) for n in named), own))
    else:
        count = 1 if ruled else _naming_rows(read)
    single = [len(row) == 1 and row[0][:1].isupper() for row in read]
    sectioned = 2 * sum(single[count:]) < len(single) - count
    rows, section = [], None
    for place in range(count, len(spans)):
        followed = place + 1 < len(spans) and not single[place + 1]
        if sectioned and single[place] and followed:
            section = spans[place]
        rows.append(Row(*spans[place], section))
    columns = (spans[0][0], spans[count - 1][1]) if count else None
    return Table(columns, tuple(rows), caption)


def _is_of(row: str, named: str) -> bool:
    """Tell whether a row is among the column names, whose end may be cut off."""
    place = named.find(row[:_TELLS_ROW])
    return place >= 0 and (named[place:].startswith(row) or row.startswith(named[place:]))


def _naming_rows(read: Sequence[Sequence[str]]) -> int:
    """Count the first rows that name the columns.

    The first one does unless it holds numbers, and so do rows after it that hold none when most of
    the rest do. A single cell names nothing: it may be a line of a text framed with bars.
    """
    if len(read) < 2 or _has_numbers(read[0]) or any(len(c) > _LONGEST_NAME for c in read[0]):
        return 0
    numeric = [_has_numbers(row) for row in read]
    count = 1
    while (
        count < min(_NAMING_ROWS, len(read) - 1)
        and len(read[count]) > 1
        and not numeric[count]
        and 2 * sum(numeric[count + 1 :]) >= len(numeric) - count - 1
    ):
        count += 1
    return count if any(len(row) > 1 for row in read[:count]) else 0


def _has_numbers(row: Sequence[str]) -> bool:
    """Tell whether a cell holds numbers only."""
    words = [_AFTER_SIGN.sub("", cell).split() for cell in row]
    return any(cell and all(map(_NUMBER.fullmatch, cell)) for cell in words)


def _captions(text: str, runs: Sequence[Sequence[Span]]) -> list[Span | None]:
    """Find the caption of each table: on the side where most tables have theirs, else the other."""
    above = [_line(text, max(0, run[0][0] - _NEAR), run[0][0], last=True) for run in runs]
    below = [_line(text, run[-1][1], run[-1][1] + _NEAR, last=False) for run in runs]
    captioned = [[_caption(text, line) for line in side] for side in (above, below)]
    usual, other = sorted(captioned, key=lambda side: -sum(map(bool, side)))
    taken = {span for span in usual if span}
    found = []
    for mine, elsewhere, line in zip(usual, other, above, strict=True):
        free = elsewhere if elsewhere not in taken else None
        found.append(mine or free or _announcement(text, line))
    return found


def _line(text: str, start: int, end: int, *, last: bool) -> Span:
    """Find the first or last line of a part of the text that is not blank."""
    part = text[start:end]
    if last:
        end = start + len(part.rstrip())
        return max(start, text.rfind("\n", start, end) + 1), end
    start += len(part) - len(part.lstrip())
    stop = text.find("\n", start, end)
    return start, max(start, min(end, len(text)) if stop < 0 else stop)


def _caption(text: str, line: Span) -> Span | None:
    """Return the first sentences of a line that is a table's caption."""
    match = _CAPTION.match(text, *line)
    if not match or not match["table"]:
        return None
    said = sentence_spans(text[slice(*line)])
    end = next((end for _, end in said if end >= _TELLING), said[-1][1])
    return line[0], line[0] + end


def _announcement(text: str, line: Span) -> Span | None:
    """Return a line above a table that is no sentence and no heading, as web pages have them."""
    said = text[slice(*line)].strip()
    if said[:1].isalpha() and len(said.split()) < _SHORT and said[-1] not in ".!?…":
        return line
    return None
