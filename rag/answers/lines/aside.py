"""What stands beside the text: notes, words of figures, references, the foot of a page."""

from dataclasses import replace

from rag.answers.lines.line import Line
from rag.english.patterns.questions import ASKS_FOR_ASIDE
from rag.questions.matcher import QuestionMatcher
from rag.types import AsideKind, Passage

_HANDICAPS: dict[AsideKind, float] = {"note": 2.0, "footer": 3.0}
"""In log-odds, of kinds of which some say what is asked for."""


class StandsBesideKind:
    """Such a line is taken out, or comes late, unless the question asks for its kind."""

    order = 20

    def __init__(self, matcher: QuestionMatcher) -> None:
        question = matcher.question.text
        self._asked = {kind for kind, asks in ASKS_FOR_ASIDE.items() if asks.search(question)}

    def recognize(self, line: Line, passage: Passage) -> Line | None:
        """Take the line out, or let it come late; see the class."""
        kind = None if line.meaning else find_aside(line, passage)
        if kind is None or kind in self._asked:
            return line
        handicap = _HANDICAPS.get(kind)
        return replace(line, kind=kind, handicap=handicap) if handicap else None


def find_aside(line: Line, passage: Passage) -> AsideKind | None:
    """What most of the line stands in; None for the text itself."""
    for aside in passage.asides:
        shared = min(line.end, aside.end) - max(line.start, aside.start)
        if 2 * shared > line.end - line.start:
            return aside.kind
    return None


KIND = StandsBesideKind
