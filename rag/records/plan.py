"""Understands a question as rows of a table that are chosen, and what is done with them."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from rag.english.patterns.tables import (
    ASKED_MEASURES,
    CHOOSES,
    COUNT,
    HEAD_NOUN,
    IN_TIME,
    MEAN,
    PLAIN_SUPERLATIVES,
    SUM,
    SUPERLATIVES,
)
from rag.records.compute import Operation, compute
from rag.records.conditions import link_comparisons, link_truths, negate
from rag.records.links import Links, begin, link_cells, link_columns, link_names, link_words
from rag.records.tables import RecordTable
from rag.text.terms import fold, terms

Likeness = Callable[[str, list[str]], list[float]]
"""A word and others → how alike they are in meaning, cosines."""
_LIKE = 0.55
"""Cosine from which a word means a column or what the table is about."""
_NEAR = 0.35
"""The same of one word in a question that names the thing and the column that are compared."""
_MOST_GUESSES = 2
_COMPUTED: tuple[tuple[re.Pattern[str], Operation], ...] = (
    (COUNT, "count"),
    (SUM, "sum"),
    (MEAN, "mean"),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a question asks of a table.

    :param rows: numbers of the rows that are used.
    :param column: the column that is asked for, or computed with.
    :param result: what was computed, as the column writes it; "" for rows only.
    :param left_out: rows without a value in the column.
    :param guesses: words that were understood by their meaning only, or as a part of a cell.
    :param direct: where what was asked for stands, if that is known.
    """

    operation: Operation
    table: RecordTable
    rows: tuple[int, ...]
    column: int | None
    result: str = ""
    left_out: int = 0
    guesses: int = 0
    direct: tuple[int, int] | None = None

    @property
    def says(self) -> tuple[object, ...]:
        """What it answers, in whichever table that stands."""
        columns = self.table.columns
        rows = tuple(tuple(column.cells[row] for column in columns) for row in self.rows)
        return self.operation, self.result, rows


def make_plan(question: str, table: RecordTable, topic: str, alike: Likeness) -> Plan | None:
    """Understand a question; None where a word of it is not understood.

    :param topic: what the table is about: its caption, title and file name.
    """
    links = begin(question)
    link_names(links, table.columns, fewest=2)
    operation, measure = _find_operation(links)
    link_columns(links, table.columns)
    link_cells(links, table)
    if not link_comparisons(links, table):
        return None
    totals = SUM.search(question.lower()) if operation == "count" else None
    if totals and any(table.columns[place].numbers is not None for place in links.columns):
        links.use(*totals.span())
        operation = "sum"
    link_truths(links, table, question, compares=operation in ("max", "min"))
    topic = topic.replace("_", " ")
    about = frozenset(terms(topic, keep_stop_words=False))
    may_choose = operation != "select" or links.conditions or links.columns
    parts_of_cells = link_words(links, table, about) if may_choose else 0
    if not negate(links, table) or links.is_refused or len(links.conditions) > 3:
        return None
    compares = operation in ("max", "min") and len(links.columns) > 1
    guesses = _guess(links, table, topic, about, alike, _NEAR if compares else _LIKE)
    if guesses is None or (guesses and operation in ("sum", "mean")):
        return None
    planned = compute(operation, measure, links, table)
    if planned is None:
        return None
    rows, column, result, left_out = planned
    guesses += parts_of_cells
    return Plan(operation, table, rows, column, result, left_out, guesses) if rows else None


def _find_operation(links: Links) -> tuple[Operation, str]:
    """What is done with the rows; and names of the column that the words of it mean.

    A word that is part of a column's name (``Last name``) means none; a column's ``Total price`` or
    ``Lowest rent`` is added up or compared if nothing else is asked.
    """
    folded = links.question.lower()
    said = [
        (match, operation) for pattern, operation in _COMPUTED for match in pattern.finditer(folded)
    ]
    for match, operation in said:
        if not links.covers(match.start()):
            links.use(*match.span())
            return operation, ""
    if found := _find_superlative(links):
        return found
    for words, names in ASKED_MEASURES.items():
        for match in re.finditer(rf"\b{words}\b", folded):
            if not links.covers(match.start()):
                links.use(*match.span())
                return "select", names
    if said and not CHOOSES.match(folded):
        return said[0][1], ""
    return "select", ""


def _find_superlative(links: Links) -> tuple[Operation, str] | None:
    for n, word in enumerate(links.words):
        if n in links.used:
            continue
        if word in ("most", "least") and links.words[n + 1 : n + 2] == ["expensive"]:
            links.used |= {n, n + 1}
            return ("max" if word == "most" else "min"), "price cost fee rate"
        if word == "most" and links.words[n + 1 : n + 2] in (["recent"], ["recently"]):
            links.used |= {n, n + 1}
            return "max", f"{SUPERLATIVES['latest'][1]} *"
        if word in PLAIN_SUPERLATIVES and links.words[n - 1 : n] != ["at"]:
            links.used.add(n)
            return PLAIN_SUPERLATIVES[word], ""
        if word in SUPERLATIVES:
            links.used.add(n)
            direction, names = SUPERLATIVES[word]
            return direction, f"{names} *" if word in IN_TIME else names
    for n in sorted(links.used):
        if links.words[n] in PLAIN_SUPERLATIVES:
            return PLAIN_SUPERLATIVES[links.words[n]], ""
    return None


def _guess(
    links: Links,
    table: RecordTable,
    topic: str,
    about: frozenset[str],
    alike: Likeness,
    least: float,
) -> int | None:
    """Understand the words that are left by their meaning; None where one is not.

    :param about: terms of the topic.
    :param least: cosine from which a word is taken for one of what the table is about.
    """
    folded = links.question.lower()
    head = HEAD_NOUN.search(folded)
    counts = COUNT.search(folded) is not None
    left = [n for n in links.left if not set(terms(links.words[n])) <= about]
    if len(left) > _MOST_GUESSES or (least < _LIKE and len(left) > 1):
        return None
    names = [column.title for column in table.columns]
    topics = [word for word in re.findall(r"\w{3,}", fold(topic)) if word.isalpha()]
    for n in left:
        scores = alike(links.words[n], [*names, *topics])
        best = max(range(len(scores)), key=scores.__getitem__)
        is_head = head is not None and head[1] == links.words[n] and not counts
        if scores[best] < least and not is_head:
            return None
        decided = any(condition.column == best for condition in links.conditions)
        if scores[best] >= _LIKE and best < len(names) and not links.columns and not decided:
            links.columns[best] = frozenset((n,))
    return len(left)
