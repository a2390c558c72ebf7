"""The examples do what they say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml

from eval import parse_thresholds
from eval.metrics import METRICS

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"


def test_the_pytest_example_passes() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_answers.py"],
        cwd=EXAMPLES,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "4 passed" in done.stdout


def test_the_tests_run_on_every_python_that_make_takes() -> None:
    workflow = yaml.safe_load((EXAMPLES / "ci.yml").read_text("utf-8"))["jobs"]["test"]
    versions = workflow["strategy"]["matrix"]["python"]
    makefile = (ROOT / "Makefile").read_text("utf-8")
    taken = re.search(r"^PYTHON \?= (.*)$", makefile, re.MULTILINE)
    assert taken is not None
    assert versions == re.findall(r"python(3\.\d+)", taken[1])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["requires-python"] == f">={versions[0]}"
    *_, tested = workflow["steps"]
    assert os.access(ROOT / tested["run"], os.X_OK)


def test_nothing_installs_citespan_from_an_index() -> None:
    found = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *EXAMPLES.iterdir()]
    texts = {path.name: path.read_text("utf-8") for path in found if path.is_file()}
    wrong = re.compile(r"pip install (?:-\S+ )*[\"']?citespan(?![\w@ ]*@)(?!\[)")
    assert not [name for name, text in texts.items() if wrong.search(text)]


def test_the_workflow_names_metrics_and_options_that_exist() -> None:
    workflow = (EXAMPLES / "evaluate.yml").read_text("utf-8")
    wanted = parse_thresholds(re.findall(r"--fail-under (\S+)", workflow))
    assert wanted.keys() <= {metric.name for metric in METRICS}
    assert len(wanted) == 3
    command = (ROOT / "docs" / "reference" / "help.md").read_text("utf-8")
    used = set(
        re.findall(r"(?<=\s)--[a-z-]+", workflow.split("citespan eval")[1].split("- uses")[0])
    )
    assert used
    assert used <= set(re.findall(r"--[a-z-]+", command))
