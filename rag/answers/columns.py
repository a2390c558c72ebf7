"""A table's row that answers is shown with the rows that say what its cells mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.answers.evidence import Evidence
from rag.answers.selection import in_reading_order
from rag.library.catalog import Catalog
from rag.text.tables import Span, find_tables, is_row

_BEFORE = (20_000, 500_000)
"""Characters before a row in which its table's beginning is looked for, in the nearer ones first;
the columns of a longer table stay unnamed."""
_AFTER = 2_000
"""Characters after it, where the caption may stand."""


def with_columns(chosen: Sequence[Evidence], catalog: Catalog, limit: int) -> list[Evidence]:
    """The sentences to show, each row of a table with what names its columns, once for each table.

    Room for it is made by leaving out the unlikeliest sentences. A row by itself is the whole
    answer where no more than one sentence may be shown. A row that was cut, since it is longer than
    a chunk, is shown in full.

    :param chosen: in reading order, at most ``limit``.
    :raises GoneError: a document was replaced meanwhile.
    """
    shown: dict[tuple[str, int], Evidence] = {}
    for evidence in sorted(chosen, key=lambda e: -e.score):
        needed = _in_table(evidence, catalog) if "|" in evidence.text else [evidence]
        new = {_place(each): each for each in needed if _place(each) not in shown}
        room = limit - len(shown)
        if len(new) > room and shown:
            break
        shown |= dict(list(new.items())[:room])
    return in_reading_order(list(shown.values()))


def _in_table(part: Evidence, catalog: Catalog) -> list[Evidence]:
    """The row that a part of one is of, the rows that name its columns and the one that heads it.

    The caption where none does. The part itself where it is of no row of several cells.
    """
    passage, place = part.passage, part.passage.start + part.start
    for before in _BEFORE:
        begin = max(0, place - before)
        text = catalog.text(passage.document_id, begin, passage.start + part.end + _AFTER)
        cut = text.find("\n") + 1 if begin else 0
        begin, text = begin + cut, text[cut:]
        spans, begins_here = _spans(text, place - begin, whole=not begin)
        if begins_here:
            break
    wider = replace(passage, text=text, start=begin, end=begin + len(text))
    found = [replace(part, passage=wider, start=s, end=e, text=text[s:e]) for s, e in spans]
    return found or [part]


def _spans(text: str, place: int, *, whole: bool) -> tuple[list[Span], bool]:
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


def _place(evidence: Evidence) -> tuple[str, int]:
    return evidence.passage.document_id, evidence.passage.start + evidence.start
