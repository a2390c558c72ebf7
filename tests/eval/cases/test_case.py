"""Case files are read whole or refused with the line and the remedy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.cases.case import Case, CasesError, Quote, load_cases, seed_cases
from rag.errors import RagError

MINIMAL: dict[str, Any] = {"id": "a", "question": "Who?", "answerable": False}
FULL: dict[str, Any] = {
    "id": "b",
    "question": "Where do they come from?",
    "history": [["What are they?", "Cells."]],
    "answerable": True,
    "facts": [["cord blood", "umbilical cord"], ["placenta"]],
    "quotes": [{"source": "a.txt", "quote": "From cord blood and placenta."}],
    "kind": "follow-up",
    "asker": "student",
}


def write(folder: Path, *rows: Any) -> Path:
    path = folder / "cases.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_cases_are_read_in_order_and_blank_lines_skipped(tmp_path: Path) -> None:
    assert load_cases(write(tmp_path, MINIMAL, "", FULL, " ")) == (
        Case(id="a", question="Who?", answerable=False),
        Case(
            id="b",
            question="Where do they come from?",
            answerable=True,
            facts=(("cord blood", "umbilical cord"), ("placenta",)),
            quotes=(Quote("a.txt", "From cord blood and placenta."),),
            kind="follow-up",
            asker="student",
            history=(("What are they?", "Cells."),),
        ),
    )


@pytest.mark.parametrize(
    ("given", "read"),
    [(["a.txt", "b.txt"], {"a.txt": 1, "b.txt": 1}), ({"a.txt": 2}, {"a.txt": 2})],
)
def test_relevant_documents_are_names_or_have_grades(
    tmp_path: Path, given: object, read: dict[str, int]
) -> None:
    (case,) = load_cases(write(tmp_path, MINIMAL | {"answerable": True, "relevant": given}))
    assert dict(case.relevant) == read
    assert case.as_row()["relevant"] == read


def test_a_line_separator_inside_a_text_does_not_split_the_line(tmp_path: Path) -> None:
    row = json.dumps(MINIMAL | {"question": "Who\u2028is it?"}, ensure_ascii=False)
    assert load_cases(write(tmp_path, row))[0].question == "Who\u2028is it?"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[1]", "not a JSON object"),
        ({"id": "b", "answerable": False}, '"question" is missing'),
        (MINIMAL | {"id": ""}, '"id" must be text'),
        (MINIMAL | {"question": 3}, '"question" must be text'),
        (MINIMAL | {"answerable": "no"}, '"answerable" must be true, false, or null'),
        (MINIMAL | {"answer": "x"}, '"answer" is not a field of a case; the fields are id,'),
        (MINIMAL | {"facts": [["x"]]}, "an unanswerable case has"),
        (MINIMAL, 'the id "a" is used twice'),
        (FULL | {"facts": [], "quotes": []}, 'an answerable case has none of "facts"'),
        (FULL | {"facts": "x"}, '"facts" must be a list'),
        (FULL | {"facts": ["x"]}, 'each of "facts" must be a list of texts'),
        (FULL | {"facts": [[]]}, 'each of "facts" must be a list of texts'),
        (FULL | {"facts": [[7]]}, '"facts" must be text'),
        (FULL | {"quotes": ["x"]}, 'each of "quotes" must have a "source" and a "quote"'),
        (FULL | {"history": [["x"]]}, 'each of "history" must be [question, answer]'),
        (FULL | {"asker": None}, '"asker" must be text'),
        (FULL | {"relevant": {"a.txt": 0}}, '"relevant" must be a list of names, or an object'),
    ],
)
def test_bad_line_is_named_with_its_remedy(tmp_path: Path, row: Any, expected: str) -> None:
    path = write(tmp_path, MINIMAL, "", row)
    with pytest.raises(CasesError) as caught:
        load_cases(path)
    assert str(caught.value).startswith(f"{path}, line 3: ")
    assert expected in str(caught.value)
    assert isinstance(caught.value, RagError)


def test_unusable_file_is_named_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(CasesError, match="cannot be read"):
        load_cases(tmp_path / "absent.jsonl")
    with pytest.raises(CasesError, match="cannot be read"):
        load_cases(tmp_path)
    with pytest.raises(CasesError, match="holds no cases"):
        load_cases(write(tmp_path, ""))
    (tmp_path / "latin.jsonl").write_bytes(b'{"id": "\xe9"}')
    with pytest.raises(CasesError, match="is not UTF-8 text"):
        load_cases(tmp_path / "latin.jsonl")


def test_a_case_made_in_python_is_held_to_the_same_rules() -> None:
    with pytest.raises(CasesError, match="an answerable case has no"):
        Case(id="a", question="Who?", answerable=True)
    with pytest.raises(CasesError, match="an unanswerable case has"):
        Case(id="a", question="Who?", answerable=False, facts=(("x",),))


def test_seed_cases_are_both_answerable_and_not() -> None:
    cases = seed_cases()
    assert sum(case.answerable for case in cases) >= 56
    assert sum(not case.answerable for case in cases) >= 26
    assert any(case.history for case in cases)
