"""Reads a question: what is asked for, of which documents, and what it goes on with."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

from rag.english.patterns.questions import NUMBERED_PART
from rag.library.catalog import Catalog
from rag.models.embedder import Embedder
from rag.questions.checks import check_history, check_part, check_question
from rag.questions.intent import IntentModel
from rag.questions.last_answer import LENGTHS, LastAnswer, find_last_answer
from rag.questions.scope.narrowing import Narrowed, ScopeFinder
from rag.text.characters import replace_surrogates
from rag.types import EVERYTHING, Filter, History, Intent

ABOUT_ONE: frozenset[Intent] = frozenset(("overview", "outline"))
"""What is asked of a document that is named."""
SMALL_TALK: frozenset[Intent] = frozenset(("greeting", "thanks", "help"))
"""What is said to the program, not of documents."""
_SENTENCE_END = re.compile(r"(?<=[?.!;])\s+")
CERTAIN = 0.8
"""Probability of a request below which it is one only if the documents do not answer it."""


@dataclass(frozen=True, slots=True)
class ReadQuestion:
    """A question that was read.

    :param asked: as it was asked.
    :param text: as it goes on: checked, or the last question where more of its answer is wanted.
    :param history: the turns before that.
    :param intent: what is asked for.
    :param chance: the probability of that, in [0, 1].
    :param scope: what is searched for, and the part of the library that it is searched in.
    :param where: the part of the library that the caller let through.
    :param named: the document that it is about if it is a request; whether it is one is not known.
    :param last: the answer that is gone on with; None where a new one is wanted.
    """

    asked: str
    text: str
    history: History
    intent: Intent
    chance: float
    scope: Narrowed
    where: Filter = EVERYTHING
    named: Narrowed | None = None
    last: LastAnswer | None = None

    @property
    def asked_scope(self) -> Narrowed:
        """The question as it was asked, in the part of the library that the caller let through."""
        return Narrowed(self.text, self.where)

    def ask_last_again(self) -> Self:
        """Return the last question in the place of the words that ask for more of its answer."""
        assert self.last
        return replace(self, text=self.last.question, history=self.last.history)


class QuestionReader:
    """Reads questions over one library; the names of its documents are read once a commit."""

    def __init__(self, catalog: Catalog, embedder: Embedder) -> None:
        self._catalog = catalog
        self._embedder = embedder
        self.scope_finder = ScopeFinder(catalog)

    def read(self, question: str, history: History, where: Filter) -> ReadQuestion:
        """Read a question.

        :raises QuestionError: it is no question, the history is no turns, or a source of the
            filter is the name of nothing.
        """
        text = check_question(question)
        history = check_history(history)
        check_part(self._catalog, where)
        scope = self.scope_finder.narrow(text, where)
        intent, chance = self.find_intent(scope.question)
        named = self.scope_finder.narrow_to_object(text, where)
        if named:
            for part in dict.fromkeys((named.question, *_SENTENCE_END.split(named.question))):
                request, likely = self.find_intent(part)
                known = request == intent or not IntentModel.load().find_subject(part)
                if request in ABOUT_ONE and likely >= CERTAIN and known:
                    scope, intent, chance = named, request, likely
                    break
        if scope.names and intent in SMALL_TALK:
            intent, chance = "answer", 1.0
        if scope.where.chunks is not None:  # what is in a part, and not what documents are about
            intent, chance = "answer", 1.0
        last = find_last_answer(history, self._asks_for_answer) if intent in LENGTHS else None
        return ReadQuestion(question, text, history, intent, chance, scope, where, named, last)

    def make_standalone(
        self, read: ReadQuestion, rewrite: Callable[[str, History], str], where: Filter
    ) -> ReadQuestion:
        """Return the question as it can be understood without the turns before it.

        :param rewrite: makes it stand alone.
        """
        text = replace_surrogates(rewrite(read.text, read.history))
        if text == read.text and read.last is None:
            return read
        return replace(read, text=text, scope=self.scope_finder.narrow(text, where))

    def find_intent(self, text: str) -> tuple[Intent, float]:
        """What is asked for, and its probability; an answer with another embedding model."""
        if not self._embedder.is_bundled or NUMBERED_PART.search(text):
            return "answer", 1.0
        return IntentModel.load().find_intent(text, self._embedder.embed_words)

    def _asks_for_answer(self, text: str) -> bool:
        return self.find_intent(text)[0] == "answer"
