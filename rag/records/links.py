"""Finds the columns and cells of a table that a question names."""

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import Prefix

from rag.english.patterns.tables import DAYS, FREE_WORDS, MEASURES, REFUSED_WORDS
from rag.records.tables import Column, RecordTable
from rag.records.values import is_empty
from rag.text.terms import STOP_WORDS, fold, terms

_WORD = re.compile(r"\d[\d.,:/-]*\d|\w+(?:[-'’.]\w+)*")
_POSSESSIVE = re.compile(r"(?:['’]s)?$")
_SAME_STEM = 6
"""Letters that two words have in common from which they are forms of one, where most are."""
_MOST_OF_STEM = 0.75
_LONGEST_NAME = 8
"""Words of a cell that a question may name."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Rows that fit, and the column that says so; the places of its words."""

    column: int
    rows: frozenset[int]
    words: frozenset[int]
    value: str = ""


@dataclass(slots=True)
class Links:
    """What is understood of a question, word by word.

    :param words: of the question, folded.
    :param used: places of the words that are understood.
    :param columns: the columns that are named, each with the places of its words.
    """

    question: str
    words: list[str]
    spans: list[tuple[int, int]]
    used: set[int] = field(default_factory=set)
    columns: dict[int, frozenset[int]] = field(default_factory=dict)
    conditions: list[Condition] = field(default_factory=list)

    def use(self, start: int, end: int) -> frozenset[int]:
        """Mark the words of ``question[start:end]`` as understood."""
        found = frozenset(n for n, (a, b) in enumerate(self.spans) if a < end and start < b)
        self.used |= found
        return found

    def covers(self, place: int) -> bool:
        """Tell whether the word at a place of the question is understood."""
        return any(a <= place < b and n in self.used for n, (a, b) in enumerate(self.spans))

    @property
    def left(self) -> list[int]:
        """Places of the words that are not understood."""
        return [
            n for n, word in enumerate(self.words) if n not in self.used and word not in FREE_WORDS
        ]

    @property
    def is_refused(self) -> bool:
        return any(
            word in REFUSED_WORDS and n not in self.used for n, word in enumerate(self.words)
        )


def begin(question: str) -> Links:
    """Cut a question into words."""
    spans = [
        (match.start(), match.end() - len(_POSSESSIVE.search(match[0])[0]))  # type: ignore[index]
        for match in _WORD.finditer(question)
    ]
    return Links(question, [fold(question[start:end]) for start, end in spans], spans)


def link_cells(links: Links, table: RecordTable) -> None:
    """Find the cells that a question names, the longest first.

    One in two columns is left out, unless both choose the same rows.
    """
    known: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    for place, column in enumerate(table.columns):
        for row, cell in enumerate(column.cells):
            if not is_empty(cell) and column.truths is None:
                key = tuple(terms(cell))
                if key and len(key) <= 2 * _LONGEST_NAME:
                    known.setdefault(key, []).append((place, row))
    for start, end in _runs(links):
        text = links.question[links.spans[start][0] : links.spans[end - 1][1]]
        found = known.get(tuple(terms(text)), [])
        chosen: dict[int, frozenset[int]] = {}
        for place, row in found:
            chosen[place] = chosen.get(place, frozenset()) | {row}
        places = frozenset(range(start, end))
        if (
            len(set(chosen.values())) != 1
            or places & links.used
            or all(links.words[n] in FREE_WORDS for n in places)
        ):
            continue
        place, rows = min(chosen.items())
        if _is_bare_number(table.columns[place], text) and not _is_beside(links, place, places):
            continue
        links.used |= places
        links.conditions.append(Condition(place, rows, places, text))


def link_words(links: Links, table: RecordTable, about: Container[str]) -> int:
    """Find words that stand in some cells of one column beside others: ``LTS`` in ``22.04 LTS``.

    :param about: terms of what the table is about, which choose no rows.
    :return: how many there are.
    """
    before = len(links.conditions)
    for n in links.left:
        own = frozenset(terms(links.words[n], keep_stop_words=False)) - set(STOP_WORDS)
        if not own or any(term in about for term in own):
            continue
        found = {
            place: rows
            for place, column in enumerate(table.columns)
            if column.numbers is None and column.moments is None and column.truths is None
            if (rows := frozenset(r for r, has in enumerate(column.cell_terms) if own <= has))
        }
        if len(found) == 1:
            ((place, rows),) = found.items()
            links.used.add(n)
            links.conditions.append(Condition(place, rows, frozenset((n,)), links.words[n]))
    return len(links.conditions) - before


def _is_bare_number(column: Column, text: str) -> bool:
    return column.numbers is not None and text.replace(".", "").replace(",", "").isdigit()


def _is_beside(links: Links, column: int, places: frozenset[int]) -> bool:
    """Tell whether the column's name stands beside a number: ``zone 1``."""
    near = {min(places) - 1, max(places) + 1}
    return any(n in links.columns.get(column, frozenset()) for n in near)


def link_names(links: Links, columns: Sequence[Column], fewest: int = 1) -> None:
    """Find the columns that a question names by all words of their names.

    :param fewest: words of such a name.
    """
    names = [tuple(terms(column.title)) for column in columns]
    for start, end in _runs(links):
        text = links.question[links.spans[start][0] : links.spans[end - 1][1]]
        key = tuple(terms(text))
        places = frozenset(range(start, end))
        if len(key) >= fewest and names.count(key) == 1 and not places & links.used:
            links.columns.setdefault(names.index(key), places)
            links.used |= places


def link_columns(links: Links, columns: Sequence[Column]) -> None:
    """Find the columns that a question names, by all words of their names, else by one of them."""
    link_names(links, columns)
    names = [tuple(terms(column.title)) for column in columns]
    for n, word in enumerate(links.words):
        key = tuple(terms(word, keep_stop_words=False))
        having = [place for place, name in enumerate(names) if key and set(key) <= set(name)]
        if n not in links.used and len(having) == 1 and word not in FREE_WORDS:
            links.columns.setdefault(having[0], frozenset((n,)))
            links.used.add(n)
    for n, word in enumerate(links.words):
        if n in links.used or word in FREE_WORDS:
            continue
        if word in DAYS:
            related = [place for place, column in enumerate(columns) if column.moments]
        elif n - 1 in links.used and word in MEASURES and _names_column(links, n - 1):
            links.used.add(n)
            continue
        else:
            own = terms(word, keep_stop_words=False)
            related = [
                place
                for place, name in enumerate(names)
                if any(_is_related(one, other) for one in own for other in name)
            ]
        if len(related) == 1:
            links.columns.setdefault(related[0], frozenset((n,)))
            links.used.add(n)


def _names_column(links: Links, place: int) -> bool:
    return any(place in words for words in links.columns.values())


def _is_related(one: str, other: str) -> bool:
    """Tell whether two stems are of one word: those of ``subscribed`` and ``subscription``."""
    common = Prefix.similarity(one, other)
    return common >= _SAME_STEM and common >= _MOST_OF_STEM * max(len(one), len(other))


def _runs(links: Links) -> Iterator[tuple[int, int]]:
    """Runs of words, the longest first."""
    count = len(links.words)
    for length in range(min(_LONGEST_NAME, count), 0, -1):
        for start in range(count - length + 1):
            yield start, start + length
