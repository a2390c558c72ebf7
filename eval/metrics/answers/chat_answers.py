"""The share of answers that the chat model wrote to the end, of those that it was asked for.

``written / asked``. If a chat model fails, breaks off or says what its sources do not say, the
documents' own sentences replace its answer. Those are faithful by construction, so without this
metric a model that is down would look like one that makes no mistakes.
"""

from eval.metrics.metric import Metric, every_case
from eval.outcome import Trial


def written_share(trial: Trial) -> tuple[float, float]:
    """1 of 1 if the chat model wrote it, 0 of 1 if it should have; 0 of 0 if it was not asked."""
    wrote, problem = trial.outcome.by_chat, trial.outcome.chat_problem
    return float(wrote and not problem), float(wrote or bool(problem))


CHAT_ANSWERS = Metric(
    "chat_answers",
    "answers that the chat model wrote to the end",
    every_case,
    written_share,
    of_failed=(0.0, 0.0),
)
