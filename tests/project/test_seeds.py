"""The seed documents are the ones committed, and their questions are true to them."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
SHA256 = {
    "neonatal-stem-cells-leukemia.txt": (
        "3902df75c180716bd58ea2511c8fd7afdc3b1c1803a454379c775b646131cc7c"
    ),
    "stem-cell-therapy-advances.txt": (
        "954e74f334b2a50a1da2257ef67a35441fefe31c5e34347feeb475e9fa804073"
    ),
}
LEAST_PER_KIND = {
    "fact": 10,
    "paraphrase": 10,
    "list": 8,
    "yes-no": 8,
    "typo": 6,
    "multi": 6,
    "follow-up": 8,
    "why-how": 6,
    "near": 16,
    "off-topic": 10,
}
UNANSWERABLE_KINDS = {"near", "off-topic"}
QUESTIONS: list[dict[str, Any]] = [
    json.loads(line)
    for line in (SEEDS / "questions.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize("name", sorted(SHA256))
def test_document_is_unchanged(name: str) -> None:
    assert hashlib.sha256((SEEDS / name).read_bytes()).hexdigest() == SHA256[name]


def test_ids_and_questions_are_unique() -> None:
    asked = [(row["question"].casefold(), json.dumps(row.get("history", []))) for row in QUESTIONS]
    assert len({row["id"] for row in QUESTIONS}) == len(QUESTIONS)
    assert len(set(asked)) == len(QUESTIONS)


def test_every_quote_is_in_its_document() -> None:
    texts = {name: (SEEDS / name).read_bytes().decode() for name in SHA256}
    for row in QUESTIONS:
        for quote in row["quotes"]:
            assert quote["quote"] in texts[quote["source"]], row["id"]


def test_every_alternative_of_a_fact_is_in_the_quotes() -> None:
    for row in QUESTIONS:
        quoted = "\n".join(quote["quote"] for quote in row["quotes"]).casefold()
        for fact in row["facts"]:
            assert fact, row["id"]
            assert all(alternative.casefold() in quoted for alternative in fact), row["id"]


def test_no_fact_is_given_away_by_its_question() -> None:
    for row in QUESTIONS:
        question = row["question"].casefold()
        for fact in row["facts"]:
            assert not any(alternative.casefold() in question for alternative in fact), row["id"]


def test_answerable_questions_have_facts_and_quotes_and_the_others_have_none() -> None:
    for row in QUESTIONS:
        assert bool(row["facts"]) is row["answerable"], row["id"]
        assert bool(row["quotes"]) is row["answerable"], row["id"]
        assert row["answerable"] is (row["kind"] not in UNANSWERABLE_KINDS), row["id"]


def test_there_are_enough_questions_of_every_kind() -> None:
    kinds = Counter(row["kind"] for row in QUESTIONS)
    assert kinds.keys() == LEAST_PER_KIND.keys()
    assert all(kinds[kind] >= least for kind, least in LEAST_PER_KIND.items())
    assert sum(row["answerable"] for row in QUESTIONS) >= 56
    assert sum(not row["answerable"] for row in QUESTIONS) >= 26
    assert {row["asker"] for row in QUESTIONS} == {"patient", "student", "researcher"}


def test_follow_ups_have_earlier_turns() -> None:
    for row in QUESTIONS:
        if row["kind"] == "follow-up":
            assert row["history"], row["id"]
        for question, answer in row.get("history", []):
            assert question.strip(), row["id"]
            assert answer.strip(), row["id"]
