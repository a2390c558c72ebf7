"""How the reader fares on questions that nothing was fitted on, with the text that is asked.

A text is read in whole. Of a set with many questions the same ones are drawn each time.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from eval.metrics.answers.exact_match import squad_tokens
from eval.metrics.answers.token_f1 import overlap_f1
from eval.statistics import bootstrap_interval
from rag.models.reader import Page, Reader
from training.data.public_sets import is_reserved
from training.evidence.report import auroc
from training.reader.questions import (
    Question,
    load_dialogues,
    load_manuals,
    load_medicine,
    load_qed,
    load_reports,
    load_spans,
    load_squad2,
    load_written,
)

_MOST = 1_000
"""Questions drawn of each set."""


def _reserved(load: Callable[[], Iterable[Question]]) -> Callable[[], Iterable[Question]]:
    return lambda: (each for each in load() if is_reserved(each.group))


def _named(load: Callable[[], Iterable[Question]], source: str) -> Callable[[], Iterable[Question]]:
    return lambda: (each for each in load() if each.source == source)


SETS: dict[str, Callable[[], Iterable[Question]]] = {
    "squad2, held out": _named(load_squad2, "squad2 held"),
    "squad1-train, reserved": _reserved(lambda: load_spans("squad1-train")),
    "qed, reserved": _reserved(load_qed),
    "bioasq, last year": _named(load_medicine, "bioasq held"),
    "manuals, reserved": _reserved(load_manuals),
    "dialogues, reserved": _reserved(load_dialogues),
    "annual reports, reserved": _reserved(load_reports),
    "written, reserved": _reserved(load_written),
    "squadshifts": lambda: load_spans("squadshifts"),
    "subjqa": lambda: load_spans("subjqa"),
    "policyqa": lambda: load_spans("policyqa"),
}
"""Held-out parts of sets that the reader is fitted on, and sets that it is not fitted on at all."""


@dataclass(frozen=True)
class _Found:
    """What the reader found for a question.

    :param span: the logit of the best answer in the text against none.
    :param f1: of that answer's words with an answer's, in [0, 1]; None where none is known.
    :param first: whether the sentence with the highest logit answers; None where that is not known.
    """

    has_answer: bool
    span: float
    answers: float
    f1: float | None
    first: bool | None


def read_question(question: Question, reader: Reader) -> _Found:
    """Read the whole text for a question."""
    (reading,) = reader(question.question, [Page(question.heading, question.text)])
    score, start, end = reading.find_span()
    said = [question.text[a:b] for a, b in question.spans]
    found = squad_tokens(question.text[start:end])
    f1 = max((overlap_f1(found, squad_tokens(answer)) for answer in said), default=None)
    first = None
    if question.has_answer and {True, False} <= set(question.answering):
        relevance = [
            -1e9 if label is None else reading.find_relevance(*sentence)
            for sentence, label in zip(question.sentences, question.answering, strict=True)
        ]
        first = bool(question.answering[int(np.argmax(relevance))])
    return _Found(question.has_answer, score, reading.answers, f1, first)


def _score(found: Sequence[_Found], threshold: float) -> list[float]:
    """SQuAD 2's F1: of the answer; of a question without one, 1 when none is given."""
    return [
        float(each.span < threshold)
        if not each.has_answer
        else (each.f1 or 0.0) * (each.span >= threshold)
        for each in found
    ]


def _mean(values: Sequence[float]) -> str:
    low, high = bootstrap_interval(values)
    return f"{100 * np.mean(values):.1f} [{100 * low:.1f}, {100 * high:.1f}]"


def report(reader: Reader) -> None:
    """Print the table."""
    unread = _draw(_named(load_squad2, "squad2 unread")())
    seen = [read_question(each, reader) for each in unread]
    tried = np.linspace(-8, 8, 65)
    threshold = float(max(tried, key=lambda value: sum(_score(seen, value))))
    print("| set | questions | F1 of the direct answer | sentence first, % ", end="")
    print("| F1 with no answer | AUROC |")
    print(f"|{' --- |' * 6}")
    for name, load in SETS.items():
        found = [read_question(each, reader) for each in _draw(load())]
        f1s = [each.f1 for each in found if each.f1 is not None]
        firsts = [float(each.first) for each in found if each.first is not None]
        cells = [_mean(f1s) if f1s else "", _mean(firsts) if firsts else "", "", ""]
        yes, no = (
            np.array([each.answers for each in found if each.has_answer == kind], dtype=np.float32)
            for kind in (True, False)
        )
        if len(yes) and len(no):
            cells[2:] = [_mean(_score(found, threshold)), auroc(yes, no)]
        print(f"| {name} | {len(found)} | {' | '.join(cells)} |", flush=True)


def _draw(questions: Iterable[Question]) -> list[Question]:
    listed = [each for each in questions if each.sentences]
    return random.Random(0).sample(listed, min(len(listed), _MOST))
