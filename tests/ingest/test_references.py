"""Lists of references are found below their heading, where their entries look like some."""

from __future__ import annotations

import pytest

from ingest.references import find_references

ENTRIES = (
    "[1] Ada Bell. 2019. On herons. Journal of Birds.",
    "[2] Cy Dunn. The owl at night. arXiv:1706.03762.",
    "[3] E. Finch and A. Gull, Nests, 2021.",
)


@pytest.mark.parametrize(
    "heading", ["References", "7 References", "Bibliography", "REFERENCES", "Literature Cited"]
)
@pytest.mark.parametrize("between", ["\n\n", "\n"])
def test_each_entry_is_found_to_the_next_heading(heading: str, between: str) -> None:
    listed = between.join(ENTRIES)
    text = f"# Birds\n\nHerons nest.\n\n## {heading}\n\n{listed}\n\n## Appendix\n\nFrom 2020.\n"
    found = list(find_references(text))
    assert [text[start:end] for start, end, _ in found] == list(ENTRIES)
    assert {kind for *_, kind in found} == {"reference"}


@pytest.mark.parametrize(
    "text",
    [
        "# References\n\nAsk two former employers for references.\n\nSend them by mail.\n",
        "# How references work\n\nIn 2019 they were new.\n\nIn 2020 they were old.\n",
        "No heading at all, from 2019.\n",
        "# References\n\nThe owls of 2019 hunt at night.\n\nThe doses of 2020 were 5 mg.\n",
    ],
)
def test_other_text_is_none(text: str) -> None:
    assert not list(find_references(text))
