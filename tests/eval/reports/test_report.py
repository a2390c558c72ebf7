"""A report is saved, shown and handed on."""

from __future__ import annotations

import json
import math
from pathlib import Path

from eval import Case, Report, as_text, evaluate


def two() -> Report:
    cases = [
        Case("ada", "Who?", answerable=True, facts=(("Ada",),)),
        Case("made-up", "How much?", answerable=False, kind="near"),
    ]
    return evaluate(lambda _: "Ada.", cases, name="a bot")


def test_a_report_saves_itself(tmp_path: Path) -> None:
    report = two()
    folder = report.save(tmp_path / "a" / "b", ["facts_found is 0.5"])
    assert sorted(file.name for file in folder.iterdir()) == [
        "junit.xml",
        "report.html",
        "report.json",
        "times.json",
    ]
    assert json.loads((folder / "report.json").read_text()) == report.as_dict()
    assert "facts_found is 0.5" in (folder / "junit.xml").read_text()


def test_a_table_has_a_row_for_each_case_and_a_column_for_each_metric() -> None:
    table = two().to_pandas()
    assert list(table["id"]) == ["ada", "made-up"]
    assert list(table["right"]) == [True, False]
    assert list(table["lost"]) == ["", "should have refused"]
    assert table["facts_found"][0] == 1
    assert math.isnan(table["facts_found"][1])


def test_a_report_is_one_line_in_a_shell_and_its_figures_as_text() -> None:
    report = two()
    assert repr(report) == "Report('a bot', 2 cases, 1 right, 0 failed)"
    assert str(report) == as_text(report)
