"""How much an answer is about its question: the cosine of their embeddings, at least 0.

``max(0, cos(question, answer))`` by the bundled embedding model, which was trained to put questions
beside what answers them; it reads the first 256 tokens of an answer. It needs no reference and says
nothing about truth. It is the answer relevancy of RAGAS (Es et al., EACL 2024) without its detour:
there, a language model writes questions that the answer answers, and these are compared with the
question. A refusal scores 0, as there; so cases that should be refused are left out, and refusals
of cases of which that is not known.
"""

from functools import lru_cache

from eval.cases.case import Case
from eval.metrics.metric import Metric, Share
from eval.outcome import Trial
from rag.models.embedder import Embedder
from rag.models.loading import share
from rag.settings import Settings


def may_be_answered(case: Case) -> bool:
    return case.answerable is not False


def answer_relevancy(trial: Trial) -> Share:
    if trial.case.answerable is None and trial.refused:
        return 0.0, 0.0
    return _compare(trial.case.question, trial.answer) if trial.answer else 0.0


@lru_cache(maxsize=10_000)
def _compare(question: str, answer: str) -> float:
    asked, said = share(Embedder, Settings()).embed([question, answer])
    return min(1.0, max(0.0, float(asked @ said)))


ANSWER_RELEVANCY = Metric(
    "answer_relevancy", "answer about the question (cosine)", may_be_answered, answer_relevancy
)
