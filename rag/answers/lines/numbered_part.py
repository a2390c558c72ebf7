"""Parts that a question asks for by their number: ``What does clause 2.2 say?``."""

import re
from dataclasses import replace

from rag.answers.lines.line import Line
from rag.english.patterns.questions import NUMBERED_PART
from rag.questions.matcher import QuestionMatcher
from rag.types import HEADING_SEPARATOR, Passage

_MARGIN = 0.5
"""Little else is to the point beside a part that is asked for by its number."""


class NumberedPartKind:
    """A line that opens with the number, or stands below a heading that does, is that part."""

    order = 40

    def __init__(self, matcher: QuestionMatcher) -> None:
        asked = NUMBERED_PART.search(matcher.question.text)
        self._opens: re.Pattern[str] | None = None
        self._name = ""
        if asked:
            self._name = f"{asked['noun'].capitalize()} {asked['number']}"
            number, noun = re.escape(asked["number"]), re.escape(asked["noun"])
            opening = rf"\W{{0,6}}(?:{noun}\s*)?{number}(?![\w%]|[.,]\d)[.):]?\s*"
            self._opens = re.compile(opening, re.IGNORECASE)

    def recognize(self, line: Line, passage: Passage) -> Line:
        """Give a line of the part that is asked for its meaning, with the name of the part."""
        if self._opens is None or line.meaning:
            return line
        opening = self._opens.match(line.text)
        below = any(map(self._opens.match, passage.heading.split(HEADING_SEPARATOR)))
        if opening is None and not below:
            return line
        words = line.text[opening.end() :] if opening else line.text
        meaning = f"{self._name} says: {words}"
        return replace(line, kind="part", meaning=meaning, is_asked_for=True, margin=_MARGIN)


KIND = NumberedPartKind
