"""The ranking that a bot retrieved, as the retrieval metrics see it.

It makes no difference whether the bot answered or refused.
"""

from eval.outcome import Trial


def grades(trial: Trial) -> list[int]:
    """The grade of each document, in the order of their first passages; 0 is not relevant."""
    known = dict(trial.case.relevant)
    documents = {passage.source: passage.relevant for passage in trial.outcome.passages}
    return [known.get(relevant, 0) for relevant in documents.values()]


def hits(trial: Trial) -> list[bool]:
    """For each rank, whether the result answers.

    With gold quotes, the results are passages, and one answers if it shares text with a gold quote;
    otherwise they are documents.
    """
    if trial.case.quotes:
        return [passage.gold for passage in trial.outcome.passages]
    return [grade > 0 for grade in grades(trial)]
