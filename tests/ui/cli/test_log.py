"""What is logged: one form for all, at the level that was asked for."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CODE = """
import logging, sys
from ui.cli.log import set_up_log
set_up_log()
set_up_log({level!r}, as_json={as_json})
logging.getLogger("rag.test").info("one %s", "two")
logging.getLogger("httpx").info("a prompt")
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("elsewhere").exception("it failed")
"""


def log(level: str, *, as_json: bool) -> list[str]:
    code = CODE.format(level=level, as_json=as_json)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not done.stdout
    return done.stderr.splitlines()


def test_each_line_is_json_with_its_level_and_time() -> None:
    first, second = map(json.loads, log("info", as_json=True))
    assert (first["level"], first["logger"], first["message"]) == ("info", "rag.test", "one two")
    assert first["time"].endswith("+00:00")
    assert (second["level"], second["message"]) == ("error", "it failed")
    assert "ZeroDivisionError" in second["error"]


def test_other_packages_keep_to_warnings_since_they_log_what_they_send() -> None:
    lines = log("debug", as_json=False)
    assert lines[0] == "one two"
    assert "a prompt" not in lines
    assert log("warning", as_json=False)[0] == "it failed"


def test_the_options_stand_before_the_command() -> None:
    command = [sys.executable, "-m", "ui.cli.main", "--log-level", "info", "--log-json", "list"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "nothing has been ingested" in done.stderr
    assert logging.getLogger().level != logging.INFO
