"""Answers from the rows of a table: see :class:`TableAnswerer`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from rag.answers.citations import cite
from rag.answers.extractive import with_sentences
from rag.library.catalog import Catalog, chunk_id
from rag.names import path_of
from rag.records.lookup import NamedRows, choose
from rag.records.plan import Plan, make_plan
from rag.records.tables import RecordTable, Span, read_tables
from rag.support.judge import judge_verbatim
from rag.types import Answer, DirectAnswer, Embed, Passage, Sentence

MOST_CHARACTERS = 2_000_000
"""Of a document whose tables are read."""
_MOST_DOCUMENTS = 4
"""That are looked at for a question."""
_MOST_SHOWN = 20
"""Rows that are shown."""
_FEW = 2
_SURE = 0.9
"""Probability that such an answer is right: all 39 that were given to 42 questions over eight
tables were, which makes it 0.9 at least in 19 of 20 cases."""
_KEPT = 16
"""Documents whose tables are kept."""
_NAMES = {"sum": "Sum", "mean": "Average"}


class _Tables(NamedTuple):
    """Of one document."""

    tables: list[RecordTable]
    named: NamedRows


class TableAnswerer:
    """Answers questions that are understood as choosing or adding up rows of one table.

    :param embed: the bundled embedding model of single words; None where it is another model.
    """

    def __init__(self, catalog: Catalog, embed: Embed | None) -> None:
        self._catalog = catalog
        self._embed = embed
        self._tables: dict[str, _Tables] = {}

    def find(self, question: str, passages: Sequence[Passage]) -> Plan | None:
        """Find the one table among the passages' documents that a question fits; None if none.

        Where two fit equally well and say something else, it is not guessed which is meant.
        """
        documents = list(dict.fromkeys(p.document_id for p in passages if _may_be_rows(p.text)))
        first = [
            next(p for p in passages if p.document_id == document_id)
            for document_id in documents[:_MOST_DOCUMENTS]
        ]
        plans = list(self._find_plans(question, first))
        fewest = min((plan.guesses for plan in plans), default=0)
        best = [plan for plan in plans if plan.guesses == fewest]
        cell = self._look_up(question, first) if fewest or not plans else None
        if cell or not plans:
            return cell
        return best[0] if len({plan.says for plan in best}) == 1 else None

    def answer(self, draft: Answer, plan: Plan, limit: int) -> Answer:
        """Show the rows of a plan, each cited, below what was computed.

        :param limit: the most sentences; more than two of them, and all rows may be shown.
        :raises CitationError: a document was replaced meanwhile.
        :raises GoneError: the same.
        """
        table = plan.table
        most = _MOST_SHOWN if limit > _FEW else limit
        heads = [head for head in (table.header, table.section) if head][: limit - 1]
        shown = plan.rows[: most - len(heads)]
        spans = [table.rows[n] for n in shown]
        opening = _describe(plan, len(shown))
        sentences: list[Sentence] = []
        for number, span in enumerate([*heads, *spans], 1):
            sentence = self._quote(table, span, number, draft.passages)
            mark = "- " if len(spans) > 1 and not heads else ""
            lead = f"\n{mark}" if sentences else f"{opening}\n\n{mark}" if opening else mark
            sentences.append(replace(sentence, lead="" if heads and sentences else lead))
        answer = with_sentences(draft, sentences)
        return replace(
            answer, direct=_find_direct(plan, sentences), intent="table", confidence=_SURE
        )

    def _find_plans(self, question: str, passages: Sequence[Passage]) -> Iterator[Plan]:
        for passage in passages:
            for table in self._read(passage.document_id).tables:
                topic = f"{table.topic} {_name(passage)}"
                if plan := make_plan(question, table, topic, self._alike):
                    yield plan

    def _look_up(self, question: str, passages: Sequence[Passage]) -> Plan | None:
        """Find the one cell that a question asks for by the names of its row and column."""
        cells = [
            (cell, passage)
            for passage in passages
            for cell in self._read(passage.document_id).named.look_up(question, _name(passage))
        ]
        best = choose([cell for cell, _ in cells])
        if best is None:
            return None
        document_id = next(passage.document_id for cell, passage in cells if cell is best)
        table = best.row.as_table(document_id)
        return Plan("select", table, (0,), None, direct=best.span)

    def _read(self, document_id: str) -> _Tables:
        """The tables of a document; none of one that is too long."""
        if document_id not in self._tables:
            chunks = self._catalog.count_chunks(document_id)
            text = self._catalog.text(document_id) if chunks <= MOST_CHARACTERS // 200 else ""
            if len(self._tables) >= _KEPT:
                self._tables.pop(next(iter(self._tables)))
            short = text if len(text) <= MOST_CHARACTERS else ""
            self._tables[document_id] = _Tables(read_tables(document_id, short), NamedRows(short))
        return self._tables[document_id]

    def _alike(self, word: str, others: list[str]) -> list[float]:
        if self._embed is None:
            return [0.0] * len(others)
        vectors = self._embed([word, *others])
        return [float(each) for each in vectors[1:] @ vectors[0]]

    def _quote(
        self, table: RecordTable, span: Span, number: int, passages: Sequence[Passage]
    ) -> Sentence:
        own = next(p for p in passages if p.document_id == table.document_id)
        text = self._catalog.text(table.document_id, *span)
        chunk = self._find_chunk(table.document_id, span[0])
        passage = replace(own, chunk_id=chunk, start=span[0], end=span[1], text=text, page=None)
        citation = cite(self._catalog, passage, 0, len(text), number)
        quoted = " ".join(text.split())
        return Sentence(quoted, (citation,), judge_verbatim(quoted, text))

    def _find_chunk(self, document_id: str, place: int) -> str:
        """The id of the chunk in which a character stands."""
        low, high = 0, self._catalog.count_chunks(document_id)
        while high - low > 1:
            middle = (low + high) // 2
            id_ = chunk_id(document_id, middle)
            chunk = self._catalog.chunks([id_]).get(id_)
            if chunk is not None and chunk.start <= place:
                low = middle
            else:
                high = middle
        return chunk_id(document_id, low)


def _name(passage: Passage) -> str:
    return f"{passage.title} {path_of(passage.source).stem}"


def _may_be_rows(text: str) -> bool:
    """Tell whether a passage may hold rows of a table."""
    return "; " in text or text.count("|") > 3


def _describe(plan: Plan, shown: int) -> str:
    """What was computed, in a line above the rows."""
    count = len(plan.rows)
    rows = f"{count:,} row{'s' * (count != 1)}"
    more = f", of which the first {shown} are shown" if count > shown else ""
    without = f"; {plan.left_out:,} more without a value" if plan.left_out else ""
    name = plan.table.columns[plan.column].name if plan.column is not None else ""
    if plan.operation in _NAMES:
        return f"{_NAMES[plan.operation]} of {name}: {plan.result} ({rows}{more})"
    if plan.operation == "count" and name and plan.result:
        return f"Number of different values of {name}: {plan.result} ({rows}{more}{without})"
    if plan.operation == "count" and plan.result:
        return f"Number of rows: {plan.result}{more}"
    if more or (without and plan.operation in ("max", "min")):
        return f"{rows}{more}{without}"
    return ""


def _find_direct(plan: Plan, sentences: Sequence[Sentence]) -> DirectAnswer | None:
    """What was asked for: the cell of the only row, or the place that is known."""
    span = plan.direct
    if plan.column is not None and not plan.result and len(plan.rows) == 1:
        span = plan.table.cells[plan.rows[0]][plan.column]
    if span is None:
        return None
    for citation in (each for sentence in sentences for each in sentence.citations):
        if citation.start <= span[0] and span[1] <= citation.end:
            text = citation.quote[span[0] - citation.start : span[1] - citation.start]
            return DirectAnswer(text, citation.number, citation.document_id, *span, _SURE)
    return None
