"""Gates: the limits that metrics must keep, and which scores do not keep them."""

from collections.abc import Iterable, Mapping

from eval.metrics import METRICS
from eval.results import Score
from rag.errors import RagError
from rag.names import list_names

DEFAULT_THRESHOLDS: Mapping[str, float] = {
    "facts_found": 0.90,
    "abstention_recall": 0.85,
    "exact_spans": 1.0,
}
LEAST_CHAT_ANSWERS = 0.9
"""Of ``chat_answers``, whatever the other thresholds are: a gate on what a chat model says must not
pass because the model said nothing."""


class ThresholdError(RagError):
    """A threshold cannot be used; the message says how to write one."""


def parse_thresholds(texts: Iterable[str]) -> dict[str, float]:
    """Parse thresholds as the command line gives them: ``["facts_found=0.9"]``.

    :raises ThresholdError: one is not ``name=value`` with a known name and a value in [0, 1].
    """
    thresholds = {}
    for text in list_names(texts, "thresholds"):
        name, _, number = (part.strip() for part in text.partition("="))
        if name not in {metric.name for metric in METRICS}:
            raise ThresholdError(unknown_metric(name))
        try:
            least = float(number)
        except ValueError:
            least = -1.0
        if not 0 <= least <= 1:
            raise ThresholdError(
                f'"{text}" is not a threshold; write a metric and its limit from 0 to 1, '
                f"as in {name}=0.9"
            )
        thresholds[name] = least
    return thresholds


def find_failures(scores: Iterable[Score], thresholds: Mapping[str, float] | None) -> list[str]:
    """Find the scores on the wrong side of their thresholds; see :meth:`eval.Report.failures`."""
    by_name = {score.name: score for score in scores}
    wanted = dict(DEFAULT_THRESHOLDS if thresholds is None else thresholds)
    chat_answers = by_name.get("chat_answers")
    if chat_answers and chat_answers.value is not None:
        wanted.setdefault("chat_answers", LEAST_CHAT_ANSWERS)
    sentences = []
    for name, least in wanted.items():
        score = by_name.get(name)
        if score is None:
            if thresholds is None:  # not among the metrics that were chosen
                continue
            raise ThresholdError(unknown_metric(name, by_name))
        limit = f"at {'most' if score.lower_is_better else 'least'} {least:g}"
        if score.value is None:
            if thresholds is not None:
                sentences.append(
                    f"{name} should be {limit}, but no case measures it; add cases "
                    "that do, or remove this threshold"
                )
        elif score.value > least if score.lower_is_better else score.value < least:
            failed = f", {score.failed} of them failed" if score.failed else ""
            sentences.append(
                f"{name} is {score.value:.3f} over {score.n} cases{failed}; it should be {limit}"
            )
    return sentences


def unknown_metric(name: str, known: Iterable[str] = ()) -> str:
    """The message about a metric that does not exist.

    :param known: names of the metrics that there are; by default those of citespan.
    """
    names = ", ".join(known or (metric.name for metric in METRICS))
    return f'there is no metric "{name}"; the metrics are {names}'
