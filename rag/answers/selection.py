"""Which of the sentences that may answer are shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from rag.answers.evidence import Evidence
from rag.answers.features import is_furniture, refers_back
from rag.answers.labels import labelled
from rag.english.answer_shapes import EXACT_KINDS, NAME_KINDS
from rag.questions.question import ANSWER_SHAPES, Question, parse_question
from rag.text.front_matter import asks_who_wrote, find_byline
from rag.text.tables import is_caption, is_row
from rag.text.terms import STOP_WORDS, vocabulary
from rag.types import HEADING_SEPARATOR, Passage

_REPEAT = 0.8
"""Share of a sentence's content words found in one already chosen from which it is a repeat."""
_ENOUGH = 0.985
"""Enough is shown once the shares of the sentences shown come to this."""
_WORTH = 0.1
"""A sentence less likely than this share of the best one is not worth showing."""
_ACCOMPANIED = 2
"""The likeliest sentences that are shown with what they lean on rather than with one more; hardly
an answer is lost for it (docs/decisions.md)."""
_CHAIN = 2
"""The most sentences that come along because one leans on the other."""
_BESIDE_ROW, _BESIDE_LABEL = 0.7, 0.3
"""What is less likely than this share of a table's row, or of a labelled line, that is shown is not
worth showing: such a line answers to the point, and the rows beside one are like it but for the one
word that was asked for."""
_PARTICULARS = re.compile(
    r"(?:(?:in particular|particularly|specifically|especially|namely|for (?:example|instance))\b"
    r"|(?:these|they|examples|among (?:these|them))\b.{0,30}\b(?:are|include)\b)",
    re.IGNORECASE,
)
"""How a sentence opens that names what the one before it speaks of."""
_ASKS_FOR_ONE = re.compile(r"\b(?:tables?|fig(?:ure)?s?|charts?|plots?|diagrams?)\b", re.IGNORECASE)


def select(question: str, ranked: Sequence[Evidence], *, limit: int) -> list[Evidence]:
    """The sentences to show, 1 to ``limit`` of them, in reading order.

    The best one always, then as many as it takes for one of them to hold the answer, if any does,
    in all probability; a question for several things gets as many as are worth showing. None
    repeats another. What a sentence cannot be understood without comes along: for the first two
    before any other, for the rest while there is room. Beside a table's row, or a line labelled
    with what is asked for, only what answers nearly as well is shown; a caption only when nothing
    answers better, or when the question is about a figure or a table.

    :return: in reading order.
    """
    asked = parse_question(question)
    fitting = [evidence for evidence in ranked if not _beside_the_point(evidence, asked)] or ranked
    chosen: list[Evidence] = []
    alone: list[Evidence] = []

    def bring_along(evidence: Evidence) -> None:
        for other in _company(evidence, ranked, asked):
            if len(chosen) < limit and _adds(other, chosen, asked):
                chosen.append(other)

    shown, picked = 0.0, 0
    for evidence in fitting:
        if len(chosen) == limit or (shown >= _ENOUGH and not asked.several):
            break
        if chosen and evidence.score < _WORTH * chosen[0].score:
            break
        shown += evidence.share
        if not _adds(evidence, chosen, asked):
            continue
        chosen.append(evidence)
        picked += 1
        if picked <= _ACCOMPANIED:
            bring_along(evidence)
        else:
            alone.append(evidence)
    for evidence in alone:
        bring_along(evidence)
    return in_reading_order(chosen)


def leans_on(evidence: Evidence, ranked: Sequence[Evidence]) -> list[Evidence]:
    """The sentence before, nearest first, when this one leans on it.

    With the one before that when that ends the leaning; a chain that is longer says no more.

    :param ranked: all sentences found, ``evidence`` among them.
    """
    if not refers_back(evidence.text):
        return []
    near = _around(evidence, ranked)
    own = near.index(evidence)
    before = near[max(own - _CHAIN, 0) : own][::-1]
    ends = (length for length, other in enumerate(before, 1) if not refers_back(other.text))
    return before[: next(ends, 1)]


def _company(evidence: Evidence, ranked: Sequence[Evidence], asked: Question) -> list[Evidence]:
    """What comes along with a sentence: what it leans on, then what goes into particulars."""
    leant_on = leans_on(evidence, ranked)
    company = [*takewhile(lambda other: not _beside_the_point(other, asked), leant_on)]
    if asked.several:
        near = _around(evidence, ranked)
        after = near[near.index(evidence) + 1 :][:1]
        company += [other for other in after if _PARTICULARS.match(other.text)]
    return company


def _around(evidence: Evidence, ranked: Sequence[Evidence]) -> list[Evidence]:
    """The sentences of its passage and of those before and after it, in reading order."""
    near = [other for other in ranked if _in_one_piece(other.passage, evidence.passage)]
    return sorted(near, key=_place)


def _in_one_piece(passage: Passage, other: Passage) -> bool:
    """Whether two passages are the same, or one follows the other under the same heading."""
    if passage.chunk_id == other.chunk_id:
        return True
    placed = (passage.document_id, passage.heading) == (other.document_id, other.heading)
    return placed and (passage.start == other.end or passage.end == other.start)


def in_reading_order(chosen: Sequence[Evidence]) -> list[Evidence]:
    """By document, the one with the best passage first, then by place in the document."""
    order: dict[str, int] = {}
    for evidence in sorted(chosen, key=lambda e: -e.passage.score):
        order.setdefault(evidence.passage.document_id, len(order))
    return sorted(chosen, key=lambda e: (order[e.passage.document_id], _place(e)))


def _place(evidence: Evidence) -> int:
    """Where a sentence begins in its document."""
    return evidence.passage.start + evidence.start


def _beside_the_point(evidence: Evidence, asked: Question) -> bool:
    """Whether a line is a question, a heading or a keyword line that was not asked for.

    A labelled line (``Price: 30 euros``) is asked for by its label or by what it holds; any other
    short line (authors, an address) by a question for a name, for several things, for the sort of
    thing that the line names (``Which university …``), or about a name that stands in it. Who
    wrote a document is no answer to who did anything else.
    """
    text, passage = evidence.text, evidence.passage
    if text.endswith("?") or text in (passage.title, *passage.heading.split(HEADING_SEPARATOR)):
        return True
    if not is_furniture(text):
        return False
    names = find_byline(passage) or (0, 0)
    names_authors = names[0] <= evidence.start < names[1]
    if names_authors and asks_who_wrote(asked.text):
        return False
    line = labelled(text)
    shown = EXACT_KINDS if line or names_authors else EXACT_KINDS | NAME_KINDS
    if asked.kind in shown and ANSWER_SHAPES[asked.kind].search(line.content if line else text):
        return False
    if line:
        return not (line.is_touched_by(asked) or line.is_asked_for(asked))
    return not asked.several and not vocabulary(text) & (asked.named | asked.sought)


def _is_outdone(evidence: Evidence, chosen: Sequence[Evidence], asked: Question) -> bool:
    """Whether a line that is shown answers to the point, and much better."""
    if _is_labelled(evidence.text, asked):
        return False
    for other in chosen:
        row = is_row(other.text) and not asked.several
        if row and evidence.score < _BESIDE_ROW * other.score:
            return True
        if evidence.score < _BESIDE_LABEL * other.score and _is_labelled(other.text, asked):
            return True
    return False


def _is_labelled(text: str, asked: Question) -> bool:
    """Whether it is a line with a label that is asked for."""
    line = labelled(text) if is_furniture(text) else None
    return line is not None and line.is_asked_for(asked)


def _adds(evidence: Evidence, chosen: Sequence[Evidence], asked: Question) -> bool:
    """Whether a sentence says something beside those chosen."""
    if any(_repeats(evidence.text, other.text) for other in chosen):
        return False
    if _is_outdone(evidence, chosen, asked):
        return False
    of_figure = bool(chosen) and is_caption(evidence.text)
    return not of_figure or _ASKS_FOR_ONE.search(asked.text) is not None


def _repeats(text: str, other: str) -> bool:
    first, second = vocabulary(text) - STOP_WORDS, vocabulary(other) - STOP_WORDS
    shared = len(first & second)
    return bool(shared) and shared / min(len(first), len(second)) >= _REPEAT
