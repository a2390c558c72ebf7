"""The share of answers that the chat model wrote to their end, of those that it was asked for.

``written / asked``. Where a chat model fails, breaks off or says what its sources do not, the
documents' own sentences answer in its place. Those are faithful by construction, so without this
figure a model that is down would look like one that never errs.
"""

from __future__ import annotations

from eval.metrics._metric import Metric, everything
from eval.outcome import Trial


def chat_answers(trial: Trial) -> tuple[float, float]:
    """1 of 1 if the chat model wrote it, 0 of 1 if it should have; 0 of 0 if it was not asked."""
    wrote, problem = trial.outcome.by_chat, trial.outcome.chat_problem
    return float(wrote and not problem), float(wrote or bool(problem))


CHAT_ANSWERS = Metric(
    "chat_answers",
    "answers that the chat model wrote to the end",
    everything,
    chat_answers,
    of_failed=(0.0, 0.0),
)
