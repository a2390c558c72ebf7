"""Bylines: the lines before a text that name its authors and where they work."""

from dataclasses import replace

from rag.answers.lines.line import Line
from rag.english.patterns.authors import CREDIT_LABEL
from rag.questions.matcher import QuestionMatcher
from rag.text.front_matter import asks_who_wrote, describe_byline, find_byline
from rag.text.tables import Span
from rag.text.terms import vocabulary
from rag.types import Passage


class BylineKind:
    """Lines that name authors are one line when the question asks for them, and mean a sentence.

    Only those mean anything that the question may be about: where title and names fit it best.
    The others are taken out. When something else is asked, they are marked, since the name of an
    author is no answer to who did anything else; a field that says whose name it is may be one.
    """

    order = 10

    def __init__(self, matcher: QuestionMatcher) -> None:
        self._question = matcher.question.text
        self._is_asked = asks_who_wrote(self._question)
        self._meant = self._find_meant(matcher) if self._is_asked else {}

    def recognize(self, line: Line, passage: Passage) -> Line | None:
        """Join the lines, or mark the line; see the class."""
        span = find_byline(passage)
        if span is None or not span[0] <= line.start < span[1]:
            return line
        if not self._is_asked and CREDIT_LABEL.match(line.text):
            return line
        if not self._is_asked:
            return replace(line, kind="byline", may_answer=False)
        start, end = span
        if line.start > start or passage.chunk_id not in self._meant:
            return None
        meaning = describe_byline(passage, span, self._question)
        text = passage.text[start:end]
        return Line(start, end, text, kind="byline", meaning=meaning)

    @staticmethod
    def _find_meant(matcher: QuestionMatcher) -> dict[str, Span]:
        """The bylines that the question may be about, by the id of their passage."""
        spans, fits = {}, []
        for passage in matcher.passages:
            known = vocabulary(passage.title)
            if span := find_byline(passage):
                spans[passage.chunk_id] = span
                known |= vocabulary(passage.text[slice(*span)])
            fits.append((passage.chunk_id, matcher.coverage(matcher.match(known))))
        best = max((fit for _, fit in fits), default=0.0)
        return {id_: spans[id_] for id_, fit in fits if id_ in spans and fit == best}


KIND = BylineKind
