"""Which documents are older versions of others."""

from __future__ import annotations

import pytest

from rag.library.catalog import NamedDocument
from rag.questions.versions import asks_for_latest, find_older_versions


@pytest.mark.parametrize(
    ("names", "older"),
    [
        ("policy-2021.md policy-2024.md policy-2019.md", "policy-2019.md policy-2021.md"),
        ("prices_2024-03.csv prices_2024-11.csv", "prices_2024-03.csv"),
        ("minutes-20240105.txt minutes-20231220.txt", "minutes-20231220.txt"),
        ("policy-2021.md rules-2024.md", ""),
        ("order-7781.txt order-7790.txt", ""),
        ("2021-2022.md 2021-2023.md", ""),
        ("lease-south.md lease-north.md", ""),
    ],
)
def test_versions_have_the_same_name_but_for_their_date(names: str, older: str) -> None:
    documents = [NamedDocument(name, f"/shelf/{name}", "") for name in names.split()]
    assert [each.document_id for each in find_older_versions(documents)] == older.split()


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("What is the current rate?", True),
        ("the latest travel policy on hotels", True),
        ("Which rules are in force?", True),
        ("What is a currency?", False),
        ("When was the last meeting?", False),
    ],
)
def test_a_question_for_what_is_valid_now_is_told(question: str, *, asks: bool) -> None:
    assert asks_for_latest(question) == asks
