"""What a question compares: recognised, and read as documents or as things."""

import json
from pathlib import Path

import pytest

from rag.english.patterns.requests.comparison import CHOOSES, COMPARES, COMPARES_ALL


def read(question: str) -> tuple[str, str, str] | None:
    for form in (*COMPARES, CHOOSES):
        if asked := form.fullmatch(question):
            return asked["one"], asked["other"], asked.groupdict().get("topic") or ""
    return None


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("compare a.md and b.md", ("a.md", "b.md", "")),
        ("Please compare goats with sheep.", ("goats", "sheep", "")),
        ("compare the rent in a.md and b.md", ("a.md", "b.md", "rent")),
        ("compare a.md and b.md in terms of rent", ("a.md", "b.md", "rent")),
        ("what's the difference between goats and sheep?", ("goats", "sheep", "")),
        ("differences between goats and sheep in diet", ("goats", "sheep", "diet")),
        ("How do goats and sheep differ?", ("goats", "sheep", "")),
        ("how does the loan differ from the lease on fees?", ("the loan", "the lease", "fees")),
        ("goats vs. sheep", ("goats", "sheep", "")),
        ("loan versus lease, who pays?", ("loan", "lease", "who pays")),
        ("What do goats and sheep have in common?", ("goats", "sheep", "")),
        ("Which is longer, the loan or the lease?", ("the loan", "the lease", "Which is longer")),
        ("what changed between a.md and b.md", ("a.md", "b.md", "")),
    ],
)
def test_a_comparison_names_two_sides_and_a_topic(
    question: str, wanted: tuple[str, str, str]
) -> None:
    assert read(question) == wanted


@pytest.mark.parametrize(
    "question",
    ["Compare the two documents", "what changed between the versions?", "compare both files"],
)
def test_a_comparison_of_all_names_no_sides(question: str) -> None:
    assert COMPARES_ALL.fullmatch(question)


@pytest.mark.parametrize("name", ["seeds/questions.jsonl", "bench/fresh_questions.jsonl"])
def test_few_plain_questions_compare(name: str) -> None:
    lines = (Path(__file__).parents[3] / name).read_text("utf-8").splitlines()
    asked = [json.loads(line)["question"] for line in lines]
    assert len(asked) > 50
    found = [text for text in asked if read(text) or COMPARES_ALL.fullmatch(text)]
    assert all("difference between" in text for text in found)
    assert len(found) <= len(asked) / 50
