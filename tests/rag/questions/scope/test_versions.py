"""Which documents are older versions of others."""

from __future__ import annotations

import pytest

from rag.library.catalog import NamedDocument
from rag.questions.scope.versions import (
    Period,
    asks_for_latest,
    find_dated,
    find_invalid_versions,
    find_period,
    group_versions,
    leave_out_present,
    sort_versions,
)


def find_older(documents: list[NamedDocument]) -> list[NamedDocument]:
    families = [sort_versions(family)[1:] for family in group_versions(documents)]
    return [each for family in families for dated in reversed(family) for each in dated]


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
    assert [each.document_id for each in find_older(documents)] == older.split()


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("What is the current rate?", True),
        ("the latest travel policy on hotels", True),
        ("Which rules are in force?", True),
        ("What is a currency?", False),
        ("When was the last fire drill?", False),
        ("What was decided at the last board meeting?", True),
        ("What does the new travel policy allow?", True),
        ("How many days are allowed now?", True),
        ("Now that it rains, what is open?", False),
    ],
)
def test_a_question_for_what_is_valid_now_is_told(question: str, *, asks: bool) -> None:
    assert asks_for_latest(question) == asks


@pytest.mark.parametrize(
    ("question", "period"),
    [
        ("What was the rate in 2022?", ("then", 2022, 2022, "in 2022")),
        ("What was paid before 2020?", ("then", 0, 2019, "before 2020")),
        ("What was the rate as of 2022?", ("then", 2022, 2022, "as of 2022")),
        ("In the 2022 version, what is the rate?", ("version", 2022, 2022, "In the 2022 version")),
        ("What is the rate in the version of 2022?", ("version", 2022, 2022,
         "in the version of 2022")),
        ("Who leads according to reports since 2021?", ("dated", 2021, 9999,
         "according to reports since 2021")),
        ("What is said in documents from before 2020?", ("dated", 0, 2019,
         "in documents from before 2020")),
        ("Which mails are in the mails of 2023?", ("dated", 2023, 2023, "in the mails of 2023")),
        ("What happened in 2022/23?", None),
        ("Which rules are in force?", None),
        ("Who wrote 1984?", None),
    ],
)  # fmt: skip
def test_the_time_that_a_question_means(
    question: str, period: tuple[str, int, int, str] | None
) -> None:
    found = find_period(question)
    assert (
        found and (found.kind, found.first, found.last, question[found.start : found.end])
    ) == period


@pytest.mark.parametrize(
    ("year", "valid"), [(2020, "2019"), (2021, "2021"), (2023, "2021"), (2030, "2024"), (2018, "")]
)
def test_the_version_of_a_time_is_the_newest_of_then(year: int, valid: str) -> None:
    documents = [NamedDocument(y, f"/shelf/policy-{y}.md", "") for y in ("2019", "2021", "2024")]
    period = Period(0, 0, "then", year, year)
    others, kept = find_invalid_versions(group_versions(documents), period)
    assert [each.document_id for each in kept] == valid.split()
    assert len(others) == (2 if valid else 0)


def test_versions_with_one_title_are_told_by_their_own_dates() -> None:
    def make(name: str, date: str, *, own: bool = True) -> NamedDocument:
        return NamedDocument(name, f"/shelf/{name}.pdf", "Travel policy", date, own)

    old, new = make("draft", "2021-05-01"), make("final", "2024-01-31")
    assert find_older([old, new]) == [old]
    assert find_older([old, make("copy", "2024-01-31", own=False)]) == []
    assert find_dated([old, new], Period(0, 0, "dated", 0, 2022)) == [old]


def test_versions_may_have_one_title_but_for_the_date_in_it() -> None:
    titles = ["May 21, 2013 Meeting Notes", "22 May 2012 Meeting Notes", "Lease"]
    documents = [NamedDocument(title, f"/shelf/{n}.md", title) for n, title in enumerate(titles)]
    assert find_older(documents) == [documents[1]]


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("what was decided about the roof most recently?", "what was decided about the roof?"),
        ("as of today, how many days a week may I stay", "how many days a week may I stay"),
        ("what is the rate now?", "what is the rate now?"),
        ("the latest travel policy on hotels", "the latest travel policy on hotels"),
    ],
)
def test_words_for_the_present_are_not_searched_for(question: str, left: str) -> None:
    assert leave_out_present(question) == left
