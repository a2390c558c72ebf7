"""Parts of a document that are asked for by their number."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest import ingest
from rag import Rag, Settings
from rag.english.patterns.questions import NUMBERED_PART

LEASE = """# Lease

1 Rent

1.1 The rent is 900 euros.

1.2 It is due on the third of the month.

12 Keys

12.1 There are three keys. A lost key costs 40 euros.

## 3. Garden

The garden may be used by all. Barbecues are not permitted after ten.
"""


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("What does clause 2.2 say?", ("clause", "2.2")),
        ("what is in § 12a?", ("§", "12a")),
        ("Explain Article No. 7, please.", ("Article", "7")),
        ("What happens in step 3?", ("step", "3")),
        ("What did chapter 10 cost?", ("chapter", "10")),
    ],
)
def test_a_number_that_is_asked_for_is_found(question: str, part: tuple[str, str]) -> None:
    found = NUMBERED_PART.search(question)
    assert found is not None
    assert (found["noun"], found["number"]) == part


@pytest.mark.parametrize(
    "question", ["Which part 50% is taken?", "Which article has 3 authors?", "Is point A near B?"]
)
def test_other_numbers_are_left_alone(question: str) -> None:
    assert NUMBERED_PART.search(question) is None


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("What does clause 1.2 say?", "1.2 It is due on the third of the month."),
        ("What does section 12.1 say?", "There are three keys."),
        ("What does section 3 say?", "The garden may be used by all."),
    ],
)
def test_the_part_with_the_number_answers(tmp_path: Path, question: str, shown: str) -> None:
    (tmp_path / "lease.md").write_text(LEASE, encoding="utf-8")
    settings = Settings(home=tmp_path / "home")
    ingest([tmp_path / "lease.md"], settings)
    with Rag(settings) as bot:
        assert shown in bot.ask(question).text
