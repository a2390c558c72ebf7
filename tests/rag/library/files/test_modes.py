"""A home can be read by its owner only, with all that is in it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from ingest import ingest
from rag import Settings
from rag.library.home import write_kept


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
@pytest.mark.parametrize("there", [False, True])
def test_only_the_owner_reads_a_home(tmp_path: Path, there: bool) -> None:
    home = tmp_path / "home"
    old = os.umask(0o022)
    try:
        if there:
            home.mkdir()
        (tmp_path / "a.txt").write_text("The zorbium reactor is cooled by liquid helium.")
        ingest([tmp_path / "a.txt"], Settings(home=home))
        write_kept(home, "calibration.json", "{}")
    finally:
        os.umask(old)
    private = [path for path in home.iterdir() if path.name not in {"writer.pid"}]
    assert not there or stat.S_IMODE(home.stat().st_mode) == 0o755
    assert there or stat.S_IMODE(home.stat().st_mode) == 0o700
    for path in private:
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path.name
