"""The examples do what they say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

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
