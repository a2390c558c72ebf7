"""The set of requests is whole, and its answers are judged as it says."""

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bench.quality.request_files import FILES, write_workbook
from bench.quality.requests import REQUESTS, find_faults, find_interval, holds, is_understood
from ingest.reading.load import load
from rag import Answer, Citation
from rag.types import Intent, Sentence, Status, Support
from training.data.public_sets import read_rows

ROWS = read_rows(REQUESTS)


def write_answer(
    text: str, *cited: str, intent: Intent = "answer", status: Status = "answered"
) -> Answer:
    citations = tuple(
        Citation(n, "d", "c", f"folder/{name}", name, None, 0, 1, "q", "h")
        for n, name in enumerate(cited, 1)
    )
    sentence = Sentence(text, citations, Support("supported", 1.0))
    return Answer("q", "q", status, text, (sentence,), (), "extractive", 0.9, intent=intent)


def request(**changes: Any) -> dict[str, Any]:
    empty = {"intent": "answer", "contains": [], "never": [], "sources": None, "refuse": False}
    return empty | changes


def test_requests_are_of_fourteen_kinds_each_with_fifteen_at_least():
    kinds = Counter(row["kind"] for row in ROWS)
    assert len(kinds) == 14
    assert min(kinds.values()) >= 15


def test_no_request_stands_twice():
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    assert len({(row["library"], *row["turns"]) for row in ROWS}) == len(ROWS)


def test_a_fifth_is_held_back_by_a_hash_of_the_id():
    for row in ROWS:
        digest = hashlib.sha256(row["id"].encode()).digest()
        assert row["held_back"] == (digest[0] % 5 == 0), row["id"]


def test_each_request_names_a_library_and_files_of_it():
    for row in ROWS:
        names = {name for files in FILES[row["library"]].values() for name in files}
        assert names.issuperset(row["sources"] or ()), row["id"]


def test_a_request_to_be_refused_asks_for_no_strings():
    assert not [row["id"] for row in ROWS if row["refuse"] and (row["contains"] or row["sources"])]


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("It takes 18 days. [1]", "18", True),
        ("It takes 118 days.", "18", False),
        ("18,000 were sold.", "18", False),
        ("1.18 were sold.", "18", False),
        ("Version 13.", "13", True),
        ("There is a PDF. [1]", "1", False),
        ("Sixteen weeks", "16|sixteen", True),
        ("Bookworm", "bo", False),
        ("Bo, Hamm", "bo", True),
        ("Skating\nand curling", "skat", True),
        ("the secretary’s  report", "secretary's report", True),
        ("They use === and !==.", "===", True),
        ("70% of it", "70%", True),
    ],
)
def test_a_string_is_found_as_a_word_or_a_whole_number(text: str, wanted: str, found: bool):
    assert holds(text, wanted) is found


def test_an_answer_with_all_strings_and_files_has_no_fault():
    asked = request(contains=["6 weeks", "16|sixteen"], never=["12 weeks"], sources=["a.md"])
    assert find_faults(write_answer("16 weeks or 6 weeks. [1]", "a.md", "b.md"), asked) == ()


def test_what_an_answer_lacks_and_holds_and_does_not_cite_is_told():
    asked = request(contains=["6 weeks", "sixteen"], never=["12 weeks"], sources=["a.md"])
    faults = find_faults(write_answer("12 weeks or 6 weeks. [1]", "b.md"), asked)
    assert faults == ("lacks sixteen", "holds 12 weeks", "does not cite a.md")


def test_a_refusal_is_right_only_where_nothing_is_said():
    abstained = write_answer("Nothing answers this.", status="abstained")
    assert find_faults(abstained, request(refuse=True)) == ()
    assert find_faults(abstained, request(contains=["weeks"])) == ("refused",)
    answered = write_answer("Not before noon. [1]", "a.md")
    assert find_faults(answered, request(refuse=True)) == ("answered",)


def test_a_list_without_an_entry_is_a_refusal():
    empty = write_answer("No document mentions it.", intent="documents")
    assert find_faults(empty, request(refuse=True)) == ()


def test_small_talk_is_judged_by_what_was_understood():
    asked = request(intent="thanks|greeting")
    assert find_faults(write_answer("Bye!", intent="thanks"), asked) == ()
    assert find_faults(write_answer("Bye!"), asked) == ("taken for answer",)


def test_a_shorter_answer_is_shorter_than_the_one_before():
    asked, before = request(intent="shorter", contains=["weeks"]), write_answer("4 weeks pay.")
    assert find_faults(write_answer("4 weeks.", intent="shorter"), asked, before) == ()
    assert find_faults(write_answer("4 weeks pay.", intent="shorter"), asked, before) == (
        "not shorter",
    )


def test_a_count_of_documents_may_be_a_list():
    assert is_understood(write_answer("8 documents", intent="documents"), request(intent="count"))
    assert not is_understood(write_answer("8 documents"), request(intent="count"))


def test_a_number_counted_stands_in_the_first_line():
    asked = request(intent="count", contains=["1|one"])
    listed = "There are 6 documents.\n- page 1 of a report"
    assert find_faults(write_answer(listed, intent="documents"), asked) == ("lacks 1|one",)
    assert find_faults(write_answer("One document.\n- a report"), asked) == ()


def test_the_interval_of_a_share_is_wilsons():
    # Newcombe, Statistics in Medicine 17, 1998, table I, method 3: 81 of 263 and 0 of 20
    assert find_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert find_interval(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)


def test_the_workbook_has_its_sheets_with_numbers_and_words(tmp_path: Path):
    path = tmp_path / "workbook.xlsx"
    write_workbook(path, {"Stock": [["name", "price"], ["Pins & tacks", "12.5"]], "Cups": [["a"]]})
    text = load(path, path.read_bytes()).text
    assert "Pins & tacks" in text
    assert "12.5" in text
    assert "Cups" in text
