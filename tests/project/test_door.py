"""``citespan`` is the door: every public name, and no crash beside another ``rag``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import citespan
import eval as evaluation
import ingest
import rag

ROOT = Path(__file__).resolve().parents[2]


def run(code: str, cwd: Path, path: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_door_has_every_name_of_rag_and_ingest() -> None:
    assert set(rag.__all__) <= set(citespan.__all__)
    assert {name for name in ingest.__all__ if name != "Progress"} <= set(citespan.__all__)
    for name in citespan.__all__:
        homes = [home for home in (rag, ingest, evaluation) if name in home.__all__]
        assert [getattr(home, name) for home in homes] == [getattr(citespan, name)]
    assert dir(citespan) == sorted(citespan.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        citespan.nothing  # noqa: B018 - reading it is the test


@pytest.fixture
def crowded(tmp_path: Path) -> Path:
    """A folder with packages that have the names of ours."""
    for name in ("rag", "ui", "ingest"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("theirs = True\n")
    (tmp_path / "eval.py").write_text("raise SystemExit('theirs')\n")
    return tmp_path


@pytest.mark.parametrize("first", ["", "{cwd}", "{cwd}/."])
def test_the_command_runs_beside_packages_with_such_names(crowded: Path, first: str) -> None:
    path = os.pathsep.join([first.format(cwd=crowded), str(ROOT)])
    code = (
        "import sys; sys.argv = ['citespan', 'list']; from citespan import main\n"
        "try: main()\n"
        "finally: import rag; print(rag.__file__)"
    )
    done = run(code, crowded, path)
    assert "nothing" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout.strip() == str(ROOT / "rag" / "__init__.py")


def test_a_library_that_is_hidden_says_by_what(crowded: Path) -> None:
    done = run("from citespan import Rag", crowded, f"{crowded}{os.pathsep}{ROOT}")
    assert "hidden by" in done.stderr
    assert str(crowded / "rag") in done.stderr
