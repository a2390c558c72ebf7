"""Kinds of line that are not plain prose: a file for each, behind one protocol.

A line is classified once, when its passage is read for a question: what it means, whether the
question asks for it, what is shown with it (:class:`rag.answers.lines.line.Line`). No later stage
looks at its text again. A new kind is a new module with a ``KIND``; see
:class:`rag.answers.lines.line.LineKind`.
"""

import pkgutil
from collections.abc import Callable
from functools import cache
from importlib import import_module

from rag.answers.lines.line import Line, LineKind
from rag.questions.matcher import QuestionMatcher
from rag.types import Passage

_BASE = "line"
"""The module that says what a kind is, and has none."""


@cache
def load_kinds() -> tuple[type[LineKind], ...]:
    """Load every kind of line, in the order in which they see a line."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = [import_module(f"{__name__}.{name}") for name in names if name != _BASE]
    return tuple(sorted((module.KIND for module in modules), key=lambda kind: kind.order))


def make_classifier(matcher: QuestionMatcher) -> Callable[[Line, Passage], Line | None]:
    """Make what classifies the lines of the passages that were found for one question."""
    kinds = [kind(matcher) for kind in load_kinds()]

    def classify(line: Line, passage: Passage) -> Line | None:
        found: Line | None = line
        for kind in kinds:
            found = found and kind.recognize(found, passage)
        return found

    return classify
