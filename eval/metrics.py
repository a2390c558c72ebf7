"""What is measured, each measure a small function of one case and what the bot did with it.

Every measure lies in [0, 1], higher is better, and is defined for every case it is taken over:

=============  ============  ==================================  =======  ======
measure        taken over    an answer scores                    refusal  failed
=============  ============  ==================================  =======  ======
facts_found    answerable    1 if it holds every gold fact       0        0
fact_recall    answerable    share of the gold facts it holds    0        0
gold_cited     answerable    1 if it cites a gold quote          0        0
answered       answerable    1                                   0        0
abstention     unanswerable  0                                   1        0
faithfulness   all           supported sentences / sentences     1        0
exact_spans    all           exact citations / citations         1        0
=============  ============  ==================================  =======  ======

A failed case, one on which the bot raised, stays in every denominator it belongs to. A refusal
asserts and cites nothing, so that it is faithful and exact whether it was right or not; whether it
was right is what ``abstention`` and ``answered`` say (1 − ``answered`` is the over-refusal rate,
failures included). An answer without sentences or without citations scores 0 where it would divide
by 0: it opens no span at all.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from eval.cases import Case
from rag.types import Status, Verdict

# What the same words are written with: dashes and quotation marks of any kind, invisible marks.
_SAME = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
    | dict.fromkeys("\u2018\u2019\u201b\u2032", "'")
    | dict.fromkeys("\u201c\u201d\u201f\u2033", '"')
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", "")
)


@dataclass(frozen=True, slots=True)
class Cited:
    """One citation of an answer, checked against its source.

    :param start: first character of the span, as an index into the source text.
    :param end: one past the last.
    :param exact: whether the source text at the span is the quote.
    :param gold: whether the span overlaps a gold quote of the case.
    """

    source: str
    start: int
    end: int
    exact: bool
    gold: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the bot did with one case; all that the measures read.

    :param text: the answer text; empty if the bot failed.
    :param verdicts: the support verdict of each sentence.
    :param seconds: wall time from question to answer, or to the failure.
    :param error: what the bot raised; empty if nothing.
    """

    status: Status | Literal["failed"]
    text: str
    verdicts: tuple[Verdict, ...]
    citations: tuple[Cited, ...]
    seconds: float
    error: str = ""


@dataclass(frozen=True, slots=True)
class Metric:
    """A measure by name, the cases it is taken over, and its function for cases not failed."""

    name: str
    over: Literal["answerable", "unanswerable", "all"]
    label: str
    of_case: Callable[[Case, Outcome], float]

    def applies(self, case: Case) -> bool:
        """Whether the case belongs to the denominator; the outcome has no say in it."""
        return self.over == "all" or case.answerable is (self.over == "answerable")

    def score(self, case: Case, outcome: Outcome) -> float:
        """The case's score in [0, 1]; 0 if the bot failed."""
        return 0.0 if outcome.status == "failed" else self.of_case(case, outcome)


def normalise(text: str) -> str:
    """The text as facts are compared: Unicode NFKC, case folded, one space between words."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_SAME).casefold().split())


def missing_facts(text: str, facts: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """The facts of which the text holds no wording, each by its first wording.

    A wording is held if it stands in the normalised text as whole words: "CD13" is not in "CD133".
    """
    text = normalise(text)
    return tuple(fact[0] for fact in facts if not any(_holds(text, wording) for wording in fact))


def _holds(normalised: str, wording: str) -> bool:
    pattern = rf"(?<!\w){re.escape(normalise(wording))}(?!\w)"
    return re.search(pattern, normalised) is not None


def fact_recall(case: Case, outcome: Outcome) -> float:
    """Held gold facts / gold facts; 0 for a refusal, whatever its text.

    The share of nuggets found, as in TREC's question answering track (Voorhees, "Overview of the
    TREC 2003 Question Answering Track", 2003), with given wordings in place of an assessor.
    """
    if outcome.status == "abstained":
        return 0.0
    missing = missing_facts(outcome.text, case.facts)
    return (len(case.facts) - len(missing)) / len(case.facts)


def facts_found(case: Case, outcome: Outcome) -> float:
    """1 if the answer holds every gold fact, else 0."""
    return float(fact_recall(case, outcome) == 1)


def gold_cited(case: Case, outcome: Outcome) -> float:
    """1 if some citation overlaps a gold quote of the case, else 0.

    A case without gold quotes asks for no particular place: any exact citation will do.
    """
    return float(any(c.gold if case.quotes else c.exact for c in outcome.citations))


def answered(case: Case, outcome: Outcome) -> float:  # noqa: ARG001  every measure takes both
    """1 if the bot did not refuse."""
    return float(outcome.status == "answered")


def abstention(case: Case, outcome: Outcome) -> float:  # noqa: ARG001  every measure takes both
    """1 if the bot refused; its mean over unanswerable cases is the recall of refusals.

    The accuracy on questions without an answer of Rajpurkar et al., "Know What
    You Don't Know: Unanswerable Questions for SQuAD", ACL 2018.
    """
    return float(outcome.status == "abstained")


def faithfulness(case: Case, outcome: Outcome) -> float:  # noqa: ARG001  every measure takes both
    """Supported sentences / sentences; a partly supported one does not count; 1 for a refusal.

    Es et al., "RAGAS: Automated Evaluation of Retrieval Augmented Generation", EACL 2024, with
    sentences as the statements and the answer's own support verdicts as the judge.
    """
    if outcome.status == "abstained":
        return 1.0
    return _share(verdict == "supported" for verdict in outcome.verdicts)


def exact_spans(case: Case, outcome: Outcome) -> float:  # noqa: ARG001  every measure takes both
    """Citations with ``source_text[start:end] == quote`` / citations.

    1 for a refusal that cites nothing, which is what a refusal should do.
    """
    if outcome.status == "abstained" and not outcome.citations:
        return 1.0
    return _share(citation.exact for citation in outcome.citations)


def _share(held: Iterable[bool]) -> float:
    marks = list(held)
    return sum(marks) / len(marks) if marks else 0.0


METRICS = (
    Metric("facts_found", "answerable", "answers that hold every gold fact", facts_found),
    Metric("fact_recall", "answerable", "gold facts held", fact_recall),
    Metric("gold_cited", "answerable", "answers that cite a gold quote", gold_cited),
    Metric("answered", "answerable", "answerable questions answered", answered),
    Metric("abstention", "unanswerable", "unanswerable questions refused", abstention),
    Metric("faithfulness", "all", "sentences supported by their quotes", faithfulness),
    Metric("exact_spans", "all", "citations that open their exact characters", exact_spans),
)


def overlaps_quote(text: str, start: int, end: int, quote: str) -> bool:
    """Whether ``text[start:end]`` shares a character with some occurrence of the quote."""
    found = text.find(quote)
    while found >= 0:
        if max(start, found) < min(end, found + len(quote)):
            return True
        found = text.find(quote, found + 1)
    return False


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean of at least one value, summed exactly: 9 of 10 meets a floor of 0.9."""
    return math.fsum(values) / len(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which the share of the values lies, between neighbours linearly.

    Definition 7 of Hyndman and Fan, "Sample Quantiles in Statistical Packages", The American
    Statistician 50(4), 1996; NumPy's default.

    :param share: in [0, 1]; 0.5 is the median.
    """
    ordered = sorted(values)
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])


def bootstrap_interval(
    values: Sequence[float], *, level: float = 0.95, resamples: int = 2000, seed: int = 0
) -> tuple[float, float]:
    """Percentile bootstrap interval of the mean; the same values give the same interval.

    Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13. It has no width
    where all values are equal, however few they are: read it beside n.

    :param values: at least one.
    :return: lower and upper bound, around the middle ``level`` of the resampled means.
    """
    import numpy as np  # heavy, and not needed to read cases

    sample = np.asarray(values, dtype=np.float64)
    generator = np.random.default_rng(seed)
    # One resample at a time: all at once would take n × resamples × 8 bytes.
    means = [
        float(sample[generator.integers(0, sample.size, sample.size)].mean())
        for _ in range(resamples)
    ]
    tail = (1 - level) / 2
    return percentile(means, tail), percentile(means, 1 - tail)
