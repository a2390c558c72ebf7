"""Lines that state nothing: questions, and the titles and headings of the passage itself."""

from dataclasses import replace

from rag.answers.lines.line import Line
from rag.questions.matcher import QuestionMatcher
from rag.types import HEADING_SEPARATOR, Passage


class NoStatementKind:
    """A question or a heading answers nothing."""

    order = 60

    def __init__(self, matcher: QuestionMatcher) -> None:
        pass

    def recognize(self, line: Line, passage: Passage) -> Line:
        """Mark it, whatever else it is."""
        headings = (passage.title, *passage.heading.split(HEADING_SEPARATOR))
        if line.text.endswith("?") or line.text in headings:
            return replace(line, may_answer=False)
        return line


KIND = NoStatementKind
