"""The overlap of the answer's words with a gold answer's, as SQuAD measures it.

``2 · p · r / (p + r)`` with ``p = common / said`` and ``r = common / gold`` words, the best of the
gold answers, averaged over cases with answers; both without punctuation and articles. A refusal
scores 0 (``HasAns_f1`` of the official script). Rajpurkar et al., EMNLP 2016, section 6.1. It is
low for whole sentences beside short gold answers, even if they are right.
"""

from collections import Counter

from eval.metrics.answers.exact_match import squad_tokens
from eval.metrics.metric import Metric, has_answers
from eval.outcome import Trial


def overlap_f1(said: list[str], gold: list[str]) -> float:
    """Harmonic mean of precision and recall of the words, each counted as often as it occurs."""
    common = sum((Counter(said) & Counter(gold)).values())
    return 2 * common / (len(said) + len(gold)) if common else 0.0


def token_f1(trial: Trial) -> float:
    """The best overlap with a gold answer."""
    said = squad_tokens(trial.answer)
    return max(overlap_f1(said, squad_tokens(gold)) for gold in trial.case.answers)


TOKEN_F1 = Metric("token_f1", "words shared with a gold answer", has_answers, token_f1)
