"""Labelled lines, which say themselves what they hold: ``Keywords: tea``, ``Price: 30 euros``."""

import re
from dataclasses import replace
from typing import NamedTuple

from rag.answers.lines.line import Line, is_fragment
from rag.english.patterns.sentences import KEYWORD_LINE, PLACE_LABELS
from rag.questions.matcher import QuestionMatcher
from rag.questions.question import Question
from rag.text.front_matter import name_document
from rag.text.terms import STOP_WORDS, vocabulary
from rag.types import HEADING_SEPARATOR, Passage

_LABELLED = re.compile(r"[^\w|]*_*([^\W\d_][^:.?!|]{0,40}):[*_]*\s+(\S.*)", re.DOTALL)
_OF_PLACES = vocabulary(PLACE_LABELS)
"""Labels that answer *where*."""
_MARGIN = 0.3
"""A line that is labelled with what is asked for answers to the point."""


class Label(NamedTuple):
    """What stands before the colon of a line, and what after."""

    name: str
    content: str

    def is_asked_for(self, question: Question) -> bool:
        """Whether the question has every word of the label, or asks where."""
        told = _OF_PLACES if question.kind == "place" else frozenset()
        return bool(self._words) and self._words <= vocabulary(question.text) | told

    @property
    def _words(self) -> frozenset[str]:
        return vocabulary(self.name) - STOP_WORDS


def find_label(line: str) -> Label | None:
    """Take a line apart at its label's colon; None when it has no label."""
    match = _LABELLED.match(line)
    return Label(match[1].strip(" *_"), " ".join(match[2].split())) if match else None


def write_meaning(label: Label, passage: Passage, question: Question) -> str:
    """What the line means, as a sentence that names its section and its document."""
    section = passage.heading.rpartition(HEADING_SEPARATOR)[2]
    document = name_document(passage, question.text)
    holder = f"{section}, {document}" if section not in ("", passage.title) else document
    verb = "are" if re.search("[^isu]s$", label.name) else "is"
    return f"The {label.name.lower()} of {holder} {verb} {label.content}."


class LabelKind:
    """A labelled line answers who asks for its label; keywords answer nobody else."""

    order = 30

    def __init__(self, matcher: QuestionMatcher) -> None:
        self._question = matcher.question

    def recognize(self, line: Line, passage: Passage) -> Line:
        """Give a fragment whose label is asked for its meaning."""
        label = find_label(line.text) if is_fragment(line.text) else None
        if label is None or not label.is_asked_for(self._question):
            keywords = not line.meaning and KEYWORD_LINE.match(line.text) is not None
            return replace(line, may_answer=False) if keywords else line
        meaning = line.meaning or write_meaning(label, passage, self._question)
        return replace(line, kind="label", meaning=meaning, is_asked_for=True, margin=_MARGIN)


KIND = LabelKind
