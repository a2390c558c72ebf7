"""Rows of tables: read with what names their columns, and shown with it."""

import re
from dataclasses import replace

from rag.answers.lines.line import Line
from rag.library.catalog import Catalog
from rag.questions.matcher import QuestionMatcher
from rag.text.tables import Span, find_cells, find_tables, is_row, join_column_names
from rag.text.terms import vocabulary
from rag.types import HEADING_SEPARATOR, Passage

_MARGIN = 0.7
"""A row answers to the point, and the rows beside it are like it but for the one word asked for."""
_BEFORE = (20_000, 500_000)
"""Characters before a row in which its table's beginning is looked for, in the nearer ones first;
the columns of a longer table stay unnamed."""
_AFTER = 2_000
"""Characters after it, where the caption may stand."""


class TableRowKind:
    """A row is read with the table's caption, the names of its columns, and the row that heads it.

    Rows that only name columns are taken out: they come along with the rows that are shown.
    """

    order = 20

    def __init__(self, matcher: QuestionMatcher) -> None:
        self._margin = 0.0 if matcher.question.several else _MARGIN
        self._asked = frozenset(matcher.question.terms)
        self._rows: dict[str, dict[int, str | None]] = {}

    def recognize(self, line: Line, passage: Passage) -> Line | None:
        """Give a row its context; see the class."""
        if "|" not in line.text:
            return line
        if passage.chunk_id not in self._rows:
            self._rows[passage.chunk_id] = find_rows(passage)
        rows = self._rows[passage.chunk_id]
        context = rows.get(line.start)
        if context is None and line.start in rows:
            return None
        row = is_row(line.text)
        return replace(
            line,
            kind="table row" if row else line.kind,
            context=context,
            answer=self._find_asked_cell(line, context, passage) if row else None,
            margin=self._margin if row else 0.0,
            find_company=find_company,
        )

    def _find_asked_cell(self, line: Line, context: str | None, passage: Passage) -> Span | None:
        """The cell below the one column that the question names; None if it is not just one."""
        named = [*(context or "").split("\n"), *passage.heading.split(HEADING_SEPARATOR)]
        names = max(named, key=lambda part: part.count(" | ")).split(" | ")
        cells = find_cells(line.text)
        unnamed = len(cells) - len(names)
        shared = [len(self._asked & vocabulary(name)) for name in names]
        best = max(shared)
        if not best or shared.count(best) > 1 or unnamed not in (0, 1):
            return None
        place = shared.index(best) + unnamed
        start, end = cells[place]
        # the first cell says what the row is about
        return (line.start + start, line.start + end) if place and start < end else None


KIND = TableRowKind


def find_rows(passage: Passage) -> dict[int, str | None]:
    """The rows of a passage's tables, by where they begin, each with what says what it means.

    That is the table's caption, the names of its columns and the row that heads it, one on each
    line. None for rows that name columns; rows of one cell, which are headings or cells that wrap,
    are no rows here.
    """
    text, found = passage.text, dict[int, str | None]()
    for table in find_tables(text, passage.heading):
        caption = text[slice(*table.caption)] if table.caption else ""
        columns = join_column_names(text[slice(*table.columns)]) if table.columns else ""
        if table.columns:
            lines = re.finditer(r"\|[^\n]*", text[slice(*table.columns)])
            found |= dict.fromkeys(table.columns[0] + line.start() for line in lines)
        for row in table.rows:
            if is_row(text[row.start : row.end]):
                section = join_column_names(text[slice(*row.section)]) if row.section else ""
                found[row.start] = "\n".join((caption, columns, section))
    return found


def find_company(passage: Passage, span: Span, catalog: Catalog) -> tuple[Passage, list[Span]]:
    """The whole row that a span is part of, the rows that name its columns, the one that heads it.

    The caption where none does. A row that was cut, since it is longer than a chunk, is found in
    full. The span itself where it is in no row of several cells.

    :raises GoneError: the document was replaced meanwhile.
    """
    place = passage.start + span[0]
    for before in _BEFORE:
        begin = max(0, place - before)
        text = catalog.text(passage.document_id, begin, passage.start + span[1] + _AFTER)
        cut = text.find("\n") + 1 if begin else 0
        begin, text = begin + cut, text[cut:]
        spans, begins_here = _find_spans(text, place - begin, whole=not begin)
        if begins_here:
            break
    if not spans:
        return passage, [span]
    return replace(passage, text=text, start=begin, end=begin + len(text)), spans


def _find_spans(text: str, place: int, *, whole: bool) -> tuple[list[Span], bool]:
    """The row at a place and what says what it means, and whether its table's beginning is known.

    :param whole: whether the text begins where the document does.
    """
    for table in find_tables(text):
        begins = whole or table.start > 0
        for row in table.rows:
            if row.start <= place < row.end:
                if not is_row(text[row.start : row.end]):
                    return [], True
                above = table.columns if begins else None
                spans = [span for span in (above, row.section) if span]
                if not spans and table.caption:
                    spans = [table.caption]
                return [(row.start, row.end), *spans], begins
        if table.columns and table.columns[0] <= place < table.columns[1]:
            return ([table.columns] if begins else []), begins
    return [], True
