"""A line of a passage as the stages of an answer see it, and what a kind of line is."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from rag.english.patterns.sentences import KEYWORD_LINE
from rag.library.catalog import Catalog
from rag.questions.matcher import QuestionMatcher
from rag.text.tables import Span, is_row
from rag.types import Passage

FindCompany = Callable[[Passage, Span, Catalog], tuple[Passage, list[Span]]]
"""A line of a passage → a passage that is as wide as it needs, and the spans of it to show."""

_CLOSED = re.compile(r"[.!?…。！？][\"”’')\]|\d,\s]*$")
_SHORT = 15
"""Words; a line that has fewer and does not end like a sentence is a fragment."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of prose, ``passage.text[start:end]``; a kind of line says what differs.

    :param meaning: what is read for the question in place of the text.
    :param context: what is read before it in place of the sentence before: of a table's row the
        caption, the names of the columns and the row that heads it, one on each line.
    :param answer: where in the passage its answer stands, if it has one; None: not known.
    :param may_answer: whether it may be shown as an answer.
    :param is_asked_for: whether the question names this very line, so that no other line makes it
        superfluous.
    :param margin: nothing less likely than this share of its own score is shown beside it, in
        [0, 1].
    :param only_alone: whether it is shown only where nothing better is.
    :param handicap: what is taken off the log-odds that it answers, ≥ 0.
    :param find_company: finds what has to be shown with it; None: nothing.
    """

    start: int
    end: int
    text: str
    kind: str = "prose"
    meaning: str = ""
    context: str | None = None
    answer: Span | None = None
    may_answer: bool = True
    is_asked_for: bool = False
    margin: float = 0.0
    only_alone: bool = False
    handicap: float = 0.0
    find_company: FindCompany | None = field(default=None, compare=False)

    @property
    def reading(self) -> str:
        """What is read for the question."""
        return self.meaning or self.text


class LineKind(Protocol):
    """A kind of line that is not plain prose. One is made for each question.

    A module of this folder defines one and names it ``KIND``; nothing else has to know it.
    """

    order: ClassVar[int]
    """The kinds see each line in this order, lowest first; each sees what the others made of it."""

    def __init__(self, matcher: QuestionMatcher) -> None: ...

    def recognize(self, line: Line, passage: Passage) -> Line | None:
        """Return the line as one of this kind, or as it is; None takes it out."""
        ...


def is_fragment(text: str) -> bool:
    """Whether a line is a heading, a keyword line or a line of names: short, and no sentence."""
    if is_row(text):
        return False
    return KEYWORD_LINE.match(text) is not None or (
        _CLOSED.search(text) is None and len(text.split()) < _SHORT
    )
