"""Changes that are watched, and the library's own folder, which is never read."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.sources.scan import Scan
from ingest.watch import concerns


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("{root}/a.txt", True),
        ("{root}/library", False),
        ("{root}/library/uploads/0123/a.txt", False),
        ("{root}/library-of-birds/a.txt", True),
        ("{root}/library.txt", True),
        ("{root}/.hidden/a.txt", False),
        ("{root}/.citespanignore", True),
        ("{root}.more/.hidden/a.txt", True),
    ],
)
def test_only_the_home_itself_is_left_out(tmp_path: Path, path: str, wanted: bool) -> None:
    assert concerns(path.format(root=tmp_path), [str(tmp_path)], tmp_path / "library") is wanted


def test_a_home_behind_a_link_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "data" / "library").mkdir(parents=True)
    (tmp_path / "home").symlink_to(tmp_path / "data" / "library")
    real = tmp_path / "data" / "library" / "catalog.sqlite"
    assert not concerns(str(real), [str(tmp_path / "data")], tmp_path / "home")


@pytest.mark.parametrize("home", ["data/library", "link", "link-above/library"])
def test_a_library_is_not_ingested_into_itself(tmp_path: Path, home: str) -> None:
    data = tmp_path / "data"
    (data / "library" / "uploads").mkdir(parents=True)
    (data / "library-of-birds").mkdir()
    for folder in (data / "library" / "uploads", data / "library-of-birds", data):
        (folder / "a.txt").write_text("text")
    (tmp_path / "link").symlink_to(data / "library")
    (tmp_path / "link-above").symlink_to(data)
    scan = Scan([str(data)], home=str(tmp_path / home))
    found = [Path(file.name).relative_to(data).as_posix() for file in scan.files()]
    assert found == ["a.txt", "library-of-birds/a.txt"]
    scan = Scan([str(data / "library")], home=str(tmp_path / home))
    assert list(scan.files()) == []
    assert scan.failed == [(str(data / "library"), "the library's own folder")]
