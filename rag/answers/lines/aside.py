"""What stands beside the text: notes, words of figures, references, the foot of a page."""

from dataclasses import replace

from rag.answers.lines.line import Line
from rag.english.patterns.questions import ASKS_FOR_ASIDE
from rag.questions.matcher import QuestionMatcher
from rag.types import AsideKind, Passage

_NOTE_HANDICAP = 2.0
"""Of a note, in log-odds: a few of them say what is asked for."""


class StandsBesideKind:
    """Such a line is taken out unless the question asks for its kind; a note comes late."""

    order = 20

    def __init__(self, matcher: QuestionMatcher) -> None:
        question = matcher.question.text
        self._asked = {kind for kind, asks in ASKS_FOR_ASIDE.items() if asks.search(question)}

    def recognize(self, line: Line, passage: Passage) -> Line | None:
        """Take the line out, or let it come late; see the class."""
        kind = None if line.meaning else find_aside(line, passage)
        if kind is None or kind in self._asked:
            return line
        return replace(line, kind="note", handicap=_NOTE_HANDICAP) if kind == "note" else None


def find_aside(line: Line, passage: Passage) -> AsideKind | None:
    """What most of the line stands in; None for the text itself."""
    for aside in passage.asides:
        shared = min(line.end, aside.end) - max(line.start, aside.start)
        if 2 * shared > line.end - line.start:
            return aside.kind
    return None


KIND = StandsBesideKind
