"""A table's row that answers is shown with the rows that say what its cells mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.catalog import Catalog
from rag.evidence import Evidence, in_reading_order
from rag.tables import is_row, tables

_BEFORE, _AFTER = 20_000, 2_000
"""Characters around a row in which its table is looked for; the columns of a longer one stay
unnamed."""


def with_columns(chosen: Sequence[Evidence], catalog: Catalog, limit: int) -> list[Evidence]:
    """The sentences to show, each row of a table with what names its columns, once for each table.

    Room for it is made by leaving out the unlikeliest sentences. A row by itself is the whole
    answer where no more than one sentence may be shown.

    :param chosen: in reading order, at most ``limit``.
    :raises GoneError: a document was replaced meanwhile.
    """
    if not any(is_row(evidence.text) for evidence in chosen):
        return list(chosen)
    shown: dict[tuple[str, int], Evidence] = {}
    for evidence in sorted(chosen, key=lambda e: -e.score):
        needed = [evidence]
        if is_row(evidence.text):
            needed += _above(evidence, catalog)
        new = {_place(each): each for each in needed if _place(each) not in shown}
        room = limit - len(shown)
        if len(new) > room and shown:
            break
        shown |= dict(list(new.items())[:room])
    return in_reading_order(list(shown.values()))


def _above(row: Evidence, catalog: Catalog) -> list[Evidence]:
    """The rows that name a row's columns and the one that heads it; the caption, if none does."""
    passage, place = row.passage, row.passage.start + row.start
    begin = max(0, place - _BEFORE)
    text = catalog.text(passage.document_id, begin, passage.start + row.end + _AFTER)
    wider = replace(passage, text=text, start=begin, end=begin + len(text))
    for table in tables(text):
        for each in table.rows:
            if begin + each.start == place:
                whole = not begin or "\n" in text[: table.start]
                named = [table.columns if whole else None, each.section]
                spans = [span for span in named if span]
                if not spans and table.caption:
                    spans = [table.caption]
                return [
                    Evidence(wider, *span, text[slice(*span)], row.score, 0.0) for span in spans
                ]
    return []


def _place(evidence: Evidence) -> tuple[str, int]:
    return evidence.passage.document_id, evidence.passage.start + evidence.start
