"""The share of the gold facts that an answer holds.

``found / facts``, averaged over answerable cases with facts; a refusal holds none, whatever its
text. The nuggets of TREC's question answering track (Voorhees, "Overview of the TREC 2003 Question
Answering Track", 2003), with given wordings instead of an assessor.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from eval.judges.polarity import is_denied
from eval.metrics.metric import Metric, has_facts
from eval.outcome import Trial
from rag.support.statements import read_statement

# Dashes and quotation marks of any kind, and invisible marks: different spellings of one word.
_SAME = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
    | dict.fromkeys("\u2018\u2019\u201b\u2032", "'")
    | dict.fromkeys("\u201c\u201d\u201f\u2033", '"')
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", "")
)


def normalise(text: str) -> str:
    """The text as facts are compared: Unicode NFKC, case folded, one space between words."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_SAME).casefold().split())


def missing_facts(text: str, facts: Iterable[Sequence[str]], question: str = "") -> tuple[str, ...]:
    """The facts of which the text holds no wording, each by its first wording.

    A wording is held if the normalised text has it as whole words: "CD133" does not hold "CD13". It
    is not held where it is denied: "It was not 12 percent" does not hold "12 percent".

    :param question: what the text answers; one that denies something asks for what is denied.
    """
    text = normalise(text)
    denials = not any(word.cue for word in read_statement(question).words)
    return tuple(
        fact[0] for fact in facts if not any(_holds(text, each, denials=denials) for each in fact)
    )


def _holds(normalised: str, wording: str, *, denials: bool) -> bool:
    pattern = rf"(?<!\w){re.escape(normalise(wording))}(?!\w)"
    return any(
        not (denials and is_denied(normalised, *found.span()))
        for found in re.finditer(pattern, normalised)
    )


def fact_recall(trial: Trial) -> float:
    facts = trial.case.facts
    return (len(facts) - len(missing_facts(trial.answer, facts, trial.case.question))) / len(facts)


FACT_RECALL = Metric("fact_recall", "gold facts held", has_facts, fact_recall)
