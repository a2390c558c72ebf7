"""Fragments: any other short line that is no sentence, such as names, an address, keywords."""

from dataclasses import replace

from rag.answers.lines.line import Line, is_fragment
from rag.english.patterns.answer_shapes import EXACT_KINDS, NAME_KINDS
from rag.questions.matcher import QuestionMatcher
from rag.questions.question import ANSWER_SHAPES
from rag.text.terms import vocabulary
from rag.types import Passage


class FragmentKind:
    """A fragment answers a question for a number or a name, and one for several things.

    It also answers a question that names what stands in it: by a name, or as the sort of thing that
    is asked for (``Which university …``). The name of an author answers nothing else.
    """

    order = 40

    def __init__(self, matcher: QuestionMatcher) -> None:
        self._question = matcher.question

    def recognize(self, line: Line, passage: Passage) -> Line:
        """Say whether a fragment may answer, unless another kind has."""
        if line.may_answer is not None or not is_fragment(line.text):
            return line
        question = self._question
        shown = EXACT_KINDS if line.kind == "byline" else EXACT_KINDS | NAME_KINDS
        may_answer = (
            (question.kind in shown and ANSWER_SHAPES[question.kind].search(line.text) is not None)
            or question.several
            or not vocabulary(line.text).isdisjoint(question.named | question.sought)
        )
        return replace(line, kind="fragment", may_answer=may_answer)


KIND = FragmentKind
