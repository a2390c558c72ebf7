"""Titles that programs write are none."""

import pytest

from ingest.readers.shared.titles import clean_title


@pytest.mark.parametrize(
    "declared",
    [
        "0001018724-20-000004",
        "report_v2.docx",
        "Untitled document",
        "Microsoft Word - a.doc",
        " ",
        "10811.exe",
    ],
)
def test_what_a_program_wrote_is_no_title(declared: str) -> None:
    assert clean_title(declared) == ""


@pytest.mark.parametrize("declared", ["ADBE 10-K FY22", "Microsoft - Wikipedia", "1984", "目次"])
def test_what_a_person_wrote_is_one(declared: str) -> None:
    assert clean_title(f" {declared}\n") == declared
