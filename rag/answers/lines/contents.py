"""Lines of a table of contents: a title, dots and a page; they only say where something stands."""

import re

from rag.answers.lines.line import Line
from rag.questions.matcher import QuestionMatcher
from rag.types import Passage

_LEADERS = re.compile(r"(?:[.·…]\s*){6}")
"""Dots that lead to the number of a page."""


class ContentsKind:
    """A line with a row of dots is taken out."""

    order = 5

    def __init__(self, matcher: QuestionMatcher) -> None:
        pass

    def recognize(self, line: Line, passage: Passage) -> Line | None:
        return None if _LEADERS.search(line.text) else line


KIND = ContentsKind
