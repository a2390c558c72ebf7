"""What killed processes leave is found and deleted; what the living need is not."""

from __future__ import annotations

import errno
import fcntl
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from library_documents import commit, holds
from rag import Settings
from rag.errors import DamagedError, EmptyLibraryError, LibraryError
from rag.library.files.left_overs import RemovedFiles, delete_unnamed, find_left_overs
from rag.library.files.own_files import upload_place
from rag.library.home import explain_failures
from rag.library.library import Library
from rag.library.maintenance import repair


@pytest.fixture
def home(tmp_path: Path) -> Path:
    commit(tmp_path / "home", "alpha")
    return tmp_path / "home"


def found(home: Path) -> list[str]:
    with closing(Library(home)) as library:
        listed = find_left_overs(home, library.catalog)
        return sorted(path.relative_to(home).as_posix() for path in listed)


@pytest.mark.fault(109)
def test_left_overs_are_found_and_repair_deletes_them(home: Path) -> None:
    assert found(home) == []
    left = [
        ".catalog.sqlite.draft",
        ".catalog.sqlite.draft-wal",
        ".catalog.sqlite.4711",
        ".0123456789abcdef0123456789abcdef.draft",
        ".calibration.json.0123456789abcdef0123456789abcdef",
        "home.id.4711",
        "import-x1y2/catalog.sqlite",
        "removed/0123/aa/0",
        upload_place(home, "gone.txt", b"x").relative_to(home).as_posix(),
        "web/0123/page.pdf",
    ]
    for name in left:
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text("of a removed document")
    folders = ["import-x1y2", "removed/0123"]
    expected = [n for n in left if not n.startswith(("import-", "removed/"))] + folders
    assert found(home) == sorted(expected)
    (home / "lexical-v1-0-aaaaaaaa").mkdir()
    said: list[str] = []
    repair(Settings(home=home), said.append)
    assert sum("which interrupted work left" in line for line in said) == len(expected) + 1
    assert found(home) == []
    kept = {path.name.split("-")[0] for path in home.iterdir()}
    assert kept <= {"catalog.sqlite", "chroma", "lexical", "writer.lock", "writer.pid",
                    "uploads.lock", "uploads.pid", "uploads", "web", "removed"}  # fmt: skip
    with closing(Library(home)) as library:
        assert holds(library, "alpha")


@pytest.mark.fault(110)
def test_one_process_leaves_the_removed_files_of_another_alone(home: Path) -> None:
    first, second = RemovedFiles(home), RemovedFiles(home)
    mine = first.folder("../../catalog.sqlite")
    assert mine.parent.parent == home / "removed"
    mine.mkdir()
    (mine / "0").write_text("can come back")
    second.folder("alpha").mkdir()
    assert found(home) == []
    with closing(Library(home)) as library:
        delete_unnamed(home, library.catalog)
    assert (mine / "0").exists()
    second.close()
    assert (mine / "0").exists()
    first.close()
    assert not (home / "removed").exists()


@pytest.mark.fault(111)
@pytest.mark.parametrize("emptied", [False, True])
def test_a_catalog_that_is_gone_is_told(home: Path, emptied: bool) -> None:
    for path in home.glob("catalog.sqlite*"):
        path.unlink()
    if emptied:
        (home / "catalog.sqlite").touch()
    with pytest.raises(DamagedError, match=r"is gone, though .* is there; import an export"):
        Library(home)
    if not emptied:
        with pytest.raises(DamagedError, match="import an export"):
            repair(Settings(home=home), lambda _: None)


def test_a_kill_before_the_first_commit_is_told_as_an_empty_library(tmp_path: Path) -> None:
    """The file is there, and its tables are not."""
    (tmp_path / "catalog.sqlite").touch()
    with pytest.raises(EmptyLibraryError, match="nothing has been ingested into"):
        Library(tmp_path)
    commit(tmp_path, "alpha")
    with closing(Library(tmp_path)) as library:
        assert holds(library, "alpha")


@pytest.mark.fault(118)
def test_a_removal_whose_folder_cannot_be_locked_is_told_and_can_be_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    removed = RemovedFiles(tmp_path)

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    with monkeypatch.context() as patched:
        patched.setattr(fcntl, "flock", refuse)
        with pytest.raises(LibraryError, match="cannot lock files"), explain_failures(tmp_path):
            removed.folder("a")
    assert removed.folder("a").parent.is_dir()
    removed.close()
    assert not any(tmp_path.iterdir())


def test_another_thread_of_the_process_uses_the_same_folder(tmp_path: Path) -> None:
    with closing(RemovedFiles(tmp_path)) as removed, ThreadPoolExecutor(1) as other:
        assert other.submit(removed.folder, "a").result() == removed.folder("a")
