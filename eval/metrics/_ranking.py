"""The ranking that a bot retrieved, as the retrieval metrics see it.

Refusing or answering makes no difference: what was retrieved is on record either way.
"""

from __future__ import annotations

from eval.cases.case import Case
from eval.outcome import Trial


def has_relevant(case: Case) -> bool:
    """Taken over the cases whose relevant documents are known."""
    return bool(case.relevant)


def grades(trial: Trial) -> list[int]:
    """The grade of each document in the order in which it was first found; 0 is not relevant."""
    known = dict(trial.case.relevant)
    documents = {passage.source: passage.relevant for passage in trial.outcome.passages}
    return [known.get(relevant, 0) for relevant in documents.values()]


def hits(trial: Trial) -> list[bool]:
    """Of each place in the ranking whether it answers.

    With gold quotes, of each passage whether it shares text with one; else of each document.
    """
    if trial.case.quotes:
        return [passage.gold for passage in trial.outcome.passages]
    return [grade > 0 for grade in grades(trial)]
