"""Captions: what stands below a figure or a table."""

from dataclasses import replace

from rag.answers.lines.line import Line
from rag.english.patterns.questions import ASKS_FOR_FIGURE
from rag.questions.matcher import QuestionMatcher
from rag.text.tables import is_caption
from rag.types import Passage


class CaptionKind:
    """A caption is shown where nothing answers better, or a figure or a table is asked for."""

    order = 50

    def __init__(self, matcher: QuestionMatcher) -> None:
        self._is_asked = ASKS_FOR_FIGURE.search(matcher.question.text) is not None

    def recognize(self, line: Line, passage: Passage) -> Line:
        return line if self._is_asked else replace(line, only_alone=is_caption(line.text))


KIND = CaptionKind
