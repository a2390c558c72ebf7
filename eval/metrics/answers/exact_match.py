"""Whether the whole answer is a gold answer, as SQuAD compares them.

1 if, lower-cased and without punctuation, articles and marks, the answer equals one of the gold
answers; averaged over cases with answers. A refusal scores 0 (``HasAns_exact`` of the official
script). Rajpurkar et al., "SQuAD: 100,000+ Questions for Machine Comprehension of Text", EMNLP
2016, section 6.1. Extractive answers are whole sentences and seldom match: read ``facts_found``
for those.
"""

import re
import string

from eval.metrics.metric import Metric, has_answers
from eval.outcome import Trial

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def squad_tokens(text: str) -> list[str]:
    """The words that the official script compares."""
    return _ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split()


def exact_match(trial: Trial) -> float:
    said = squad_tokens(trial.answer)
    return float(any(said == squad_tokens(gold) for gold in trial.case.answers if trial.answer))


EXACT_MATCH = Metric("exact_match", "answers equal to a gold answer", has_answers, exact_match)
