"""A report is saved, shown and handed on."""

from __future__ import annotations

import json
import math
from pathlib import Path
from xml.etree.ElementTree import fromstring

from eval import Case, Report, as_text, compare, evaluate
from eval.judges.answers import AGREEMENT


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


def test_where_nothing_was_judged_nothing_is_called_right(tmp_path: Path) -> None:
    """Rows without a reference, as most tools for production traffic write them."""
    row = {"response": "Ada wrote it.", "retrieved_contexts": ["Ada wrote it."]}
    report = evaluate(lambda _: row, [Case("a", "Who wrote it?", answerable=None)])
    assert [result.right for result in report.results] == [None]
    assert repr(report) == "Report(1 cases, 0 right of 0 judged, 0 failed)"
    assert "1 of 1 cases are not judged" in str(report)
    assert "0 / 0" not in str(report)
    assert (report.risk_coverage, report.blame) == ([], {})
    assert report.score("faithfulness").value == 1
    page = (report.save(tmp_path) / "report.html").read_text()
    assert "0 right of 0 judged" in page
    assert "Right answers and right refusals by kind" not in page
    [case, _] = fromstring((tmp_path / "junit.xml").read_text()).iter("testcase")
    assert case.find("skipped") is not None
    known = evaluate(lambda _: row, [Case("a", "Who wrote it?", answerable=None)])
    flipped = known.as_dict()
    flipped["results"][0]["right"] = True
    assert compare(known.as_dict(), flipped).gained == ()


def test_the_judges_agreement_stands_beside_right_with_its_n() -> None:
    cases = [Case("a", "Who wrote it?", answerable=True, answers=("Ada wrote it.",))]
    report = evaluate(lambda _: "Ada wrote it.", cases)
    agreed, n = AGREEMENT
    assert f"on {n} answers that a person labelled, it agreed with {agreed}" in str(report)
    assert report.as_dict()["judge"]["right_answers"] == {"agreed": agreed, "n": n}
    own = evaluate(lambda _: "Ada wrote it.", cases, judge=lambda sentence, quote: True)
    assert "was not compared with people's labels" in str(own)
    assert own.as_dict()["judge"]["right_answers"] is None
