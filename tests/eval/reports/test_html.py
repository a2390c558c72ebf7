"""The HTML report and JUnit XML: self-contained, strict, well formed."""

from __future__ import annotations

import json
import re
from xml.etree.ElementTree import fromstring

import pytest

from eval import Case, evaluate, seed_cases
from eval.reports.html import render_html
from eval.reports.junit import render_junit
from eval.reports.plots import draw_bars, draw_curve, draw_histogram
from hostile_report import hostile
from rag import Rag


def test_equal_runs_differ_in_the_line_of_times_alone(bot: Rag) -> None:
    first, second = (render_html(evaluate(bot, seed_cases()[:4])).splitlines() for _ in range(2))
    different = [a for a, b in zip(first, second, strict=True) if a != b]
    assert all('id="times"' in line for line in different)


def test_nothing_is_asked_of_a_network_and_only_hashed_code_runs() -> None:
    text = render_html(hostile())
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]
    assert not re.findall(r'(?:src|href)="(?!#)', text)
    assert "<img" not in text


def test_junit_has_a_test_for_every_case_and_threshold() -> None:
    cases = [Case(f"c{n}", "Who?", answerable=True, facts=(("Ada",),)) for n in range(3)]
    answers = iter(["Ada.", "Bob \x00\x1b[0m.", ""])
    report = evaluate(lambda question: next(answers), cases)
    tree = fromstring(render_junit(report, ["facts_found is 0.333"]))
    suite, gates = tree.findall("testsuite")
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "1")
    assert [test.get("name") for test in suite] == ["c0", "c1", "c2"]
    assert gates.get("failures") == "1"
    assert "facts_found" in str(gates[0].get("name"))
    assert fromstring(render_junit(report)).findall("testsuite")[1].get("failures") == "0"


def test_plots_are_well_formed_and_hold_their_values() -> None:
    bars = fromstring(draw_histogram([0.0, 0.5, 0.5, 1.0], 1.0, "a < b", bins=2))
    heights = [float(rect.get("height") or 0) for rect in bars.iter("rect")]
    assert heights[1] == pytest.approx(3 * heights[0])
    line = fromstring(draw_curve([(0.5, 0.0), (1.0, 0.1)], "coverage", "risk"))
    (polyline,) = line.iter("polyline")
    assert len((polyline.get("points") or "").split()) == 2
    rows = fromstring(draw_bars([("<b>", 1, 4), ("c", 4, 4)], "kinds"))
    tracks, bars_ = (
        [float(r.get("width") or 0) for r in rows.iter("rect") if r.get("class") == kind]
        for kind in ("track", "bar")
    )
    assert [bar / track for bar, track in zip(bars_, tracks, strict=True)] == [0.25, 1]
    assert fromstring(draw_histogram([], 1.0, "none")) is not None


def test_the_embedded_data_is_the_report(bot: Rag) -> None:
    report = evaluate(bot, seed_cases()[:2])
    found = re.search(r'id="cases">(.*?)</script>', render_html(report))
    assert found is not None
    assert json.loads(found[1]) == report.as_dict()["results"]
