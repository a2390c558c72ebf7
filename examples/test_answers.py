"""Assertions on an evaluation, for pytest: copy it beside your own tests.

``evaluate`` takes any callable; this one answers from the seed documents.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from eval import Report, evaluate, seed_set
from eval.cases.libraries import identity_of, prepare_library
from rag import Rag, Settings


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Report]:
    """Your bot and your cases in place of these: ``evaluate(Rag(), load_cases("cases.jsonl"))``."""
    work = tmp_path_factory.mktemp("evaluation")
    seeds = seed_set()
    assert seeds.documents is not None
    with Rag(prepare_library(seeds.documents, Settings(), work)) as bot:
        yield evaluate(bot, seeds.cases, keep=work / "run.jsonl", identity=identity_of(bot))


def test_every_sentence_is_supported_by_what_it_cites(report: Report) -> None:
    assert report.failures({"citation_recall": 0.95, "exact_spans": 1.0}) == []


def test_nothing_failed(report: Report) -> None:
    assert [trial.outcome.error for trial in report.trials if trial.failed] == []


def test_off_topic_questions_are_refused(report: Report) -> None:
    assert report.score("abstention_off_topic").value == 1


def test_the_lower_end_of_the_interval_is_high_enough(report: Report) -> None:
    recall = report.score("hit@5")
    assert recall.low is not None
    assert recall.low >= 0.9
