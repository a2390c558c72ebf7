"""Requests for a section are told from questions that only have the word."""

from __future__ import annotations

import pytest

from rag.english.patterns.requests.sections import ASKS_FOR_SECTION, HEADING_NUMBER
from rag.requests.sections import Section


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Summarize chapter 2", "2"),
        ("What does the section on bereavement leave say?", "bereavement leave"),
        ("what does section 3.1 say", "3.1"),
        ("What is in the “Parking” section?", "Parking"),
        ("sum up the part about parking, please", "parking"),
    ],
)
def test_a_request_names_its_section(text: str, wanted: str) -> None:
    found = ASKS_FOR_SECTION.fullmatch(text)
    assert found
    assert [part for part in found.groups() if part] == [wanted]


@pytest.mark.parametrize(
    "text", ["What are the chapters?", "Summarize the document", "What is section 8 housing?"]
)
def test_other_questions_are_no_request_for_a_section(text: str) -> None:
    assert ASKS_FOR_SECTION.fullmatch(text) is None


@pytest.mark.parametrize(
    ("heading", "number"),
    [
        ("2. Scope", "2"),
        ("Chapter 2: The road", "2"),
        ("IV. Gifts", "IV"),
        ("3.1 Pay", "3.1"),
        ("A heading", None),
        ("I like it", None),
        ("2nd floor", None),
    ],
)
def test_the_number_of_a_heading(heading: str, number: str | None) -> None:
    found = HEADING_NUMBER.match(heading)
    assert (found and found["number"]) == number


def test_a_section_holds_what_stands_under_its_headings() -> None:
    section = Section("d", ("Use", "Install"))
    assert section.holds("Use › Install › Linux")
    assert not section.holds("Use › Installed parts")
