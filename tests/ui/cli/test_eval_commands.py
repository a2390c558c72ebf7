"""``citespan eval`` as a person runs it: in its own process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

ROOT = Path(__file__).resolve().parents[3]
FILES = ("report.json", "times.json", "junit.xml", "report.html")


def citespan_eval(*arguments: str | Path, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ui.cli.main", "eval", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"CITESPAN_HOME": str(home), "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
    )


def write(path: Path, *rows: Any) -> Path:
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    """Three documents and three questions, one of them not answerable."""
    folder = tmp_path / "birds"
    folder.mkdir()
    texts = {
        "d1": "The grey heron nests in tall trees by lakes and rivers.",
        "d2": "White storks breed on the roofs of churches in Spain.",
        "d3": "Kingfishers dig tunnels into the banks of slow rivers.",
    }
    write(folder / "corpus.jsonl", *({"_id": i, "title": "", "text": t} for i, t in texts.items()))
    write(
        folder / "queries.jsonl",
        {"_id": "q1", "text": "Where does the grey heron nest?", "answers": ["tall trees"]},
        {"_id": "q2", "text": "Where do white storks breed?", "answers": ["roofs of churches"]},
        {"_id": "q3", "text": "What is the price of gold?", "is_impossible": True},
    )
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td2\t1\n")
    return folder


def test_twice_the_same_bytes_but_for_times_and_the_second_run_asks_nothing(
    beir: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    first = citespan_eval(beir, "--out", tmp_path / "one", home=home)
    again = citespan_eval(beir, "--out", tmp_path / "two", "--fresh", home=home)
    assert first.returncode == again.returncode == 0, first.stderr + again.stderr
    for name in ("report.json", "junit.xml"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    html = [(tmp_path / run / "report.html").read_text("utf-8") for run in ("one", "two")]
    lines = [(a, b) for a, b in zip(*(text.splitlines() for text in html), strict=True) if a != b]
    assert all('id="times"' in a for a, _ in lines)

    (kept,) = (home / "evaluations").glob("outcomes-*.jsonl")
    before = kept.read_bytes()
    third = citespan_eval(beir, "--out", tmp_path / "three", home=home)
    assert kept.read_bytes() == before
    for name in FILES:
        assert (tmp_path / "two" / name).read_bytes() == (tmp_path / "three" / name).read_bytes()
    assert third.stdout == again.stdout
    report = json.loads((tmp_path / "one" / "report.json").read_text("utf-8"))
    assert report["scores"]["recall@5"]["value"] == 1
    assert report["cases"] == 3
    assert len(fromstring((tmp_path / "one" / "junit.xml").read_bytes())) == 2


def test_a_threshold_that_is_not_met_and_a_baseline_that_was_better_fail(tmp_path: Path) -> None:
    cases = write(
        tmp_path / "cases.jsonl",
        *(
            {"id": f"c{n}", "question": f"Q{n}?", "answerable": True, "facts": [["Ada"]]}
            for n in range(12)
        ),
    )
    good = write(tmp_path / "good.jsonl", *({"id": f"c{n}", "response": "Ada."} for n in range(12)))
    bad = write(
        tmp_path / "bad.jsonl",
        *({"id": f"c{n}", "response": "Ada." if n < 4 else "Bob."} for n in range(12)),
    )
    home = tmp_path / "home"
    out = ("--out", tmp_path / "good")
    passed = citespan_eval(
        cases, "--outputs", good, *out, "--fail-under", "facts_found=1", home=home
    )
    assert passed.returncode == 0, passed.stderr
    failed = citespan_eval(
        cases,
        *("--outputs", bad, "--out", tmp_path / "bad", "--fail-under", "facts_found=0.5"),
        *("--baseline", tmp_path / "good" / "report.json"),
        home=home,
    )
    assert failed.returncode == 1
    assert "facts_found is 0.333 over 12 cases; it should be at least 0.5" in failed.stderr
    assert "facts_found fell from 1.000 to 0.333" in failed.stderr
    gates = fromstring((tmp_path / "bad" / "junit.xml").read_bytes())[1]
    assert gates.get("failures") == "2" or int(gates.get("failures") or 0) > 2

    reports = [tmp_path / run / "report.json" for run in ("good", "bad")]
    compared = citespan_eval("compare", *reports, home=home)
    assert compared.returncode == 0
    assert "worse" in compared.stdout
    assert "no longer right (8)" in compared.stdout
    as_json = json.loads(citespan_eval("compare", *reports, "--json", home=home).stdout)
    assert as_json["lost"] == [f"c{n}" for n in range(4, 12)]


def test_the_judge_is_checked_and_the_next_report_quotes_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    pairs = write(
        tmp_path / "birds.jsonl",
        {"sentence": "Herons nest in trees.", "quote": "Herons nest in trees.", "label": 1},
        {"sentence": "Herons nest in caves.", "quote": "Herons nest in trees.", "label": 0},
    )
    outputs = write(
        tmp_path / "run.jsonl", {"user_input": "Who?", "response": "Ada.", "reference": "Ada"}
    )
    before = citespan_eval("--outputs", outputs, home=home)
    assert "on 349 pairs labelled by people (WiCE's" in before.stdout  # the check that is shipped
    checked = citespan_eval("check-judge", pairs, home=home)
    assert checked.returncode == 0, checked.stderr
    assert citespan_eval("--judge-check", pairs, home=home).stdout == checked.stdout
    assert "AUROC              1.000" in checked.stdout
    after = citespan_eval("--outputs", outputs, home=home)
    assert "on 349 pairs labelled by people (WiCE's" in after.stdout
    assert "on 2 pairs labelled by people (birds.jsonl) this judge has AUROC 1.000" in after.stdout


def test_an_export_is_scored_like_the_run(beir: Path, tmp_path: Path) -> None:
    home, export = tmp_path / "home", tmp_path / "run.jsonl"
    ran = citespan_eval(beir, "--export", export, "--json", home=home)
    scored = citespan_eval("--outputs", export, "--json", home=home)
    assert json.loads(scored.stdout)["scores"] == json.loads(ran.stdout)["scores"]


def test_drafts_come_from_documents_and_from_feedback(tmp_path: Path) -> None:
    from eval.cases.feedback import Feedback, keep_feedback

    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.txt").write_text("A white stork is a large bird that breeds on roofs.")
    home = tmp_path / "home"
    drafted = citespan_eval("new", docs, home=home)
    assert drafted.returncode == 0, drafted.stderr
    (row,) = map(json.loads, drafted.stdout.splitlines())
    assert row["draft"] is True
    assert row["question"] == "What is a white stork?"
    assert not (home / "catalog.sqlite").exists()

    none = citespan_eval("feedback", home=home)
    assert none.returncode == 2
    assert "citespan chat" in none.stderr
    keep_feedback(home, Feedback("Who?", "Ada.", "down", "wrong"))
    drafts = citespan_eval("feedback", home=home).stdout
    assert citespan_eval("run", "--from-feedback", home=home).stdout == drafts
    (row,) = map(json.loads, drafts.splitlines())
    assert (row["question"], row["draft"]) == ("Who?", True)


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (("none.jsonl",), "cannot be read"),
        (("--outputs", "none.jsonl"), "cannot be read"),
        (("--baseline", "none.json"), "cannot be read"),
        (("--fail-under", "speed=1"), "the metrics are"),
        (("--fail-under", "faithfulness=95"), "from 0 to 1"),
        (("--chat-model", "nonsense"), "provider:model"),
        (("--judge", "oracle"), "the judges are support"),
        (("check-judge", "none.jsonl"), "cannot be read"),
        (("compare", "none.json", "none.json"), "cannot be read"),
    ],
)
def test_wrong_use_is_one_sentence(arguments: tuple[str, ...], remedy: str, tmp_path: Path) -> None:
    result = citespan_eval(*arguments, home=tmp_path / "home")
    assert result.returncode == 2
    assert remedy in result.stderr
    assert "Traceback" not in result.stderr


def test_questions_are_asked_again_in_noise(beir: Path, tmp_path: Path) -> None:
    done = citespan_eval("noise", beir, "--out", tmp_path / "noise", home=tmp_path / "home")
    assert done.returncode == 0, done.stderr
    header, *rows = done.stdout.splitlines()
    assert header.split()[:2] == ["noise", "resisted"]
    assert [row.split()[0] for row in rows] == ["distracting", "contradicting", "injected"]
    folders = {path.name for path in (tmp_path / "noise").iterdir()}
    assert folders == {"plain", "distracting", "contradicting", "injected"}
    injected = json.loads((tmp_path / "noise" / "injected" / "report.json").read_text())
    assert injected["scores"]["injected_resisted"]["n"] > 0
    assert injected["scores"]["exact_spans"]["value"] == 1
