"""Lines that say themselves what they hold: ``Keywords: tea, leaves``, ``Price: 30 euros``."""

from __future__ import annotations

import re
from typing import NamedTuple

from rag.questions.question import Question
from rag.text.front_matter import name_document
from rag.text.terms import STOP_WORDS, vocabulary
from rag.types import HEADING_SEPARATOR, Passage

_LABELLED = re.compile(r"[^\w|]*_*([^\W\d_][^:.?!|]{0,40}):[*_]*\s+(\S.*)", re.DOTALL)

_OF_PLACES = vocabulary("address location venue")
"""Labels that answer *where*."""


class Labelled(NamedTuple):
    """Such a line: what stands before its colon, and what after."""

    label: str
    content: str

    def is_asked_for(self, question: Question) -> bool:
        """Whether the question has every word of the label, or asks where."""
        told = _OF_PLACES if question.kind == "place" else frozenset()
        return bool(self._words) and self._words <= vocabulary(question.text) | told

    def is_touched_by(self, question: Question) -> bool:
        """Whether the question has a word of the label."""
        return not self._words.isdisjoint(vocabulary(question.text))

    @property
    def _words(self) -> frozenset[str]:
        return vocabulary(self.label) - STOP_WORDS


def labelled(line: str) -> Labelled | None:
    """A line taken apart at its label's colon; None when it has no label."""
    match = _LABELLED.match(line)
    return Labelled(match[1].strip(" *_"), " ".join(match[2].split())) if match else None


def as_sentence(line: Labelled, passage: Passage, question: Question) -> str:
    """What the line means, as a sentence that names its section and its document."""
    section = passage.heading.rpartition(HEADING_SEPARATOR)[2]
    document = name_document(passage, question.text)
    holder = f"{section}, {document}" if section not in ("", passage.title) else document
    verb = "are" if re.search("[^isu]s$", line.label) else "is"
    return f"The {line.label.lower()} of {holder} {verb} {line.content}."
