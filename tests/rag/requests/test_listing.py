"""Requests for a list of documents: which are told, and which documents they choose."""

import json
from pathlib import Path

import pytest

from rag.requests.listing import Listing, read_listing
from rag.types import DocumentInfo


def document(name: str, title: str = "", date: str = "", *, own_date: bool = False) -> DocumentInfo:
    return DocumentInfo(name, (f"/papers/{name}",), title, 1, 10, 0.0, date, own_date)


@pytest.mark.parametrize(
    ("question", "kind", "years", "order"),
    [
        ("Which PDFs are there?", "PDF", ("", ""), 0),
        ("how many csv files have i uploaded", "CSV", ("", ""), 0),
        ("list the spreadsheets please", "spreadsheet", ("", ""), 0),
        ("which documents are from 2013", "", ("2013", "2013"), 0),
        ("Any minutes before 2013?", "", ("", "2012"), 0),
        ("show all contracts since 2019", "", ("2019", ""), 0),
        ("list the letters after 2019", "", ("2020", ""), 0),
        ("which reports are dated between 2010 and 2012?", "", ("2010", "2012"), 0),
        ("whats the newest recipe?", "", ("", ""), -1),
        ("oldest letter", "", ("", ""), 1),
        ("all documents from february 2024", "", ("202402", "202402"), 0),
        ("minutes since January 2024", "", ("202401", ""), 0),
        ("files before march 2020", "", ("", "202002"), 0),
        ("when was the last meeting?", "", ("", ""), -1),
        ("how many recipes do you have", "", ("", ""), 0),
        ("List the reports pls", "", ("", ""), 0),
    ],
)
def test_a_request_says_which_documents(
    question: str, kind: str, years: tuple[str, str], order: int
) -> None:
    listing = read_listing(question)
    assert listing
    assert (listing.kind, (listing.first, listing.last), listing.order) == (kind, years, order)


@pytest.mark.parametrize(
    "question",
    [
        "Which documents do I need for a passport?",
        "How many pages does the report have to have?",
        "Which policy covers water damage?",
        "What is the newest engine?",
        "How many letters did Ada write to Babbage?",
        "In which report are the costs?",
        "What did this agreement do?",
        "What is the date of the lease?",
        "When was the lease signed?",
        "What is the travel policy?",
    ],
)
def test_other_questions_ask_for_no_list(question: str) -> None:
    listing = read_listing(question)
    assert listing is None or listing.called  # no document has such a name


@pytest.mark.parametrize("name", ["seeds/questions.jsonl", "bench/fresh_questions.jsonl"])
def test_plain_questions_ask_for_no_list(name: str) -> None:
    lines = (Path(__file__).parents[3] / name).read_text("utf-8").splitlines()
    assert len(lines) > 50
    found = [read_listing(json.loads(line)["question"]) for line in lines]
    assert not any(listing and not listing.called for listing in found)


@pytest.mark.parametrize(
    ("question", "called"),
    [
        ("what is the most recent board meeting?", "board"),
        ("list the amcor reports", "amcor"),
        ("what's the newest version of the travel policy", "travel"),
        ("which minutes are there", ""),
    ],
)
def test_words_that_are_left_are_of_names(question: str, called: str) -> None:
    listing = read_listing(question)
    assert listing
    assert listing.called == frozenset(filter(None, [called]))


def test_what_documents_do_not_have_is_no_list() -> None:
    assert read_listing("which recipes have meat")
    assert read_listing("which recipes have no meat") is None
    assert read_listing("list the recipes without meat") is None


def test_a_list_may_be_in_the_order_of_time() -> None:
    listing = read_listing("list the minutes by date")
    assert listing
    assert (listing.by_date, listing.shows_dates, listing.order) == (True, True, 0)


FOUND = [
    document("lease.pdf", "Lease", "2019-01-02", own_date=True),
    document("notes-2013.md", "Notes", "2024-05-05"),
    document("minutes.md", "Minutes of 21 March, 2023", "2024-06-06"),
    document("prices.csv", "prices"),
]


@pytest.mark.parametrize(
    ("listing", "names"),
    [
        (Listing(), ["lease.pdf", "notes-2013.md", "minutes.md", "prices.csv"]),
        (Listing(kind="pdf", endings=(".pdf",)), ["lease.pdf"]),
        (Listing(noun="minutes"), ["minutes.md"]),
        (Listing(noun="recipes"), ["lease.pdf", "notes-2013.md", "minutes.md", "prices.csv"]),
        (Listing(first="2013", last="2013", period="of 2013"), ["notes-2013.md"]),
        (Listing(last="2020", period="until 2020"), ["lease.pdf", "notes-2013.md"]),
        (Listing(called=frozenset(("march",))), ["minutes.md"]),
        (Listing(first="202303", last="202303", period="of 2023-03"), ["minutes.md"]),
        (Listing(by_date=True), ["minutes.md", "lease.pdf", "notes-2013.md", "prices.csv"]),
        (Listing(order=-1), ["minutes.md"]),
        (Listing(order=1), ["notes-2013.md"]),
        (Listing(folder="papers"), ["lease.pdf", "notes-2013.md", "minutes.md", "prices.csv"]),
        (Listing(folder="letters"), []),
    ],
)
def test_documents_are_chosen_by_kind_noun_date_and_folder(
    listing: Listing, names: list[str]
) -> None:
    assert [each.document_id for each in listing.choose(FOUND)] == names


@pytest.mark.parametrize(
    ("listing", "count", "words"),
    [
        (Listing(kind="PDF"), 1, "one PDF file"),
        (Listing(kind="CSV", period="of 2013"), 3, "3 CSV files of 2013"),
        (Listing(period="before 2015"), 0, "no documents before 2015"),
        (Listing(folder="letters"), 2, "2 documents in the folder letters"),
    ],
)
def test_a_list_says_in_words_what_it_is_of(listing: Listing, count: int, words: str) -> None:
    assert listing.describe(count) == words
