"""Checks a question and its history before anything is searched."""

from collections.abc import Sequence
from typing import TypeGuard

from rag.errors import EmptyLibraryError, QuestionError, RagError
from rag.library.catalog import Catalog
from rag.library.home import nothing_ingested
from rag.library.library import Library
from rag.text.characters import replace_surrogates
from rag.types import EVERYTHING, Filter, History

LONGEST_QUESTION = 4_000
"""Characters."""
MOST_TURNS = 50
"""Earlier turns that are read; a follow-up leans on the newest."""
LONGEST_ANSWER = 20_000
"""Characters of an earlier answer that are read."""


def check_question(question: object) -> str:
    """Return the question as it is searched for.

    :raises QuestionError: it is empty, too long or not text.
    """
    if not isinstance(question, str):
        raise QuestionError(f"a question is text, not {type(question).__name__}")
    if not question.strip():
        raise QuestionError("the question is empty; type what you want to know")
    if not any(char.isalnum() for char in question):
        raise QuestionError("the question has no words; type what you want to know")
    if len(question) > LONGEST_QUESTION:
        raise QuestionError(
            f"the question has {len(question):,} characters; the most is {LONGEST_QUESTION:,}. "
            "To search a long text, ingest it as a document"
        )
    return replace_surrogates(question)


def check_history(history: Sequence[object]) -> History:
    """Return the newest turns as they are read, each cut to what is read of it.

    What a follow-up costs is bounded by that, however long a conversation has become.

    :raises QuestionError: some turn is not a pair of texts.
    """
    turns = []
    for turn in history[-MOST_TURNS:]:
        if not _is_turn(turn):
            raise QuestionError(
                "the history is earlier turns, oldest first, each (question, answer text)"
            )
        question, answer = turn
        cut = question[:LONGEST_QUESTION], answer[:LONGEST_ANSWER]
        turns.append((replace_surrogates(cut[0]), replace_surrogates(cut[1])))
    return tuple(turns)


def check_part(catalog: Catalog, where: Filter) -> None:
    """Refuse names that mean nothing; without a word, the rest would be asked alone.

    :raises QuestionError: a source of the filter is the name of nothing in the library.
    """
    unknown = catalog.find_unknown(where)
    if unknown and catalog.counts()[0]:
        raise QuestionError(
            f"no document or folder of the library is called {unknown[0]!r}; the names are "
            "those that `citespan list` shows"
        )


def nothing_found(library: Library, where: Filter) -> RagError:
    """Make the error of a part of the library in which there is nothing to search."""
    if where == EVERYTHING or not library.catalog.counts()[0]:
        return EmptyLibraryError(nothing_ingested(library.home))
    return QuestionError(
        "none of the documents that were to be searched is in the library; `citespan list` shows "
        "those that are"
    )


def _is_turn(turn: object) -> TypeGuard[tuple[str, str]]:
    """Whether it is a pair of texts; ``{"role": …, "content": …}`` would pass for its two keys."""
    return (
        isinstance(turn, tuple | list)
        and len(turn) == 2
        and all(isinstance(part, str) for part in turn)
    )
