"""A full disk, and a folder that may not be written to."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from library_documents import DIMENSION, document, holds
from rag.errors import EmbedderMismatchError, LibraryError
from rag.library.index_folders import FolderStore
from rag.library.library import Library


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    with closing(Library(home, create=True)) as library, library.writing():
        library.catalog.commit([document("alpha"), document("beta")])
    return home


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 48 MB; only root may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", folder]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a small disk cannot be mounted here: that takes root and CAP_SYS_ADMIN")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def fill(folder: Path, spare: int) -> None:
    """Leave so many bytes free."""
    free = shutil.disk_usage(folder).free
    (folder / "filler").write_bytes(bytes(max(0, free - spare)))


@pytest.mark.fault(72)
def test_a_full_disk_is_a_sentence_and_the_old_answers_stay(home: Path, small_disk: Path) -> None:
    place = Path(shutil.copytree(home, small_disk / "home"))
    with closing(Library(place)) as library:
        assert holds(library, "alpha", "beta")
        before = library.catalog.index_state("chroma")
        fill(small_disk, 3_000_000)  # room for a commit, not for an index
        with pytest.raises(LibraryError, match=r"no room for the chroma index.*free some space"):
            _add(library, "gamma")
        assert library.catalog.index_state("chroma") == before  # the old index is whole
        assert holds(library, "alpha", "beta", "gamma")  # and what was committed is found
        fill_the_rest(small_disk)
        with pytest.raises(LibraryError, match=r"full.*free some space"):
            _add(library, *(f"more{n}" for n in range(200)))
        assert holds(library, "alpha", "beta", "gamma")
    with closing(Library(place)) as library:
        assert holds(library, "alpha", "beta", "gamma")
        for filler in small_disk.glob("filler*"):
            filler.unlink()
        with library.writing():
            pass
        assert holds(library, "alpha", "beta", "gamma")
        assert not library.catalog.index_state("chroma").dirty
        assert library.catalog.index_state("chroma").generation == library.catalog.generation


def fill_the_rest(folder: Path) -> None:
    with (folder / "filler-more").open("wb", buffering=0) as filler:
        try:
            while True:
                filler.write(bytes(4096))
        except OSError:
            pass


def _add(library: Library, *names: str) -> None:
    with library.writing():
        library.catalog.commit(map(document, names))


@pytest.mark.fault(72)
def test_without_room_no_index_is_touched(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same where no disk can be mounted: the disk only says that it is full."""
    with closing(Library(home)) as library:
        before = library.catalog.index_state("chroma")
        monkeypatch.setattr(FolderStore, "has_room", lambda _: False)
        with pytest.raises(LibraryError, match="free some space"):
            _add(library, "gamma")
        assert library.catalog.index_state("chroma") == before
        assert holds(library, "alpha", "beta", "gamma")
        monkeypatch.undo()
        _add(library, "delta")
        assert holds(library, "alpha", "beta", "gamma", "delta")
        assert library.catalog.index_state("chroma").generation == library.catalog.generation


def test_without_any_index_what_is_searched_in_memory_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FolderStore, "has_room", lambda _: False)
    with closing(Library(tmp_path / "home", create=True)) as library:
        with pytest.raises(LibraryError, match="free some space"):
            _add(library, "alpha")
        (memory,) = library.vector_index.open_parts()
        assert library.vector_index.open_parts() == [memory]
        assert holds(library, "alpha")


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Nobody may write there, root neither."""
    if os.getuid() == 0:
        bind = ["mount", "--bind", folder, folder]
        if subprocess.run(bind, check=False, capture_output=True).returncode:
            pytest.skip("root may write anywhere, and nothing can be mounted here")
        try:
            subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
            yield
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)
        return
    paths = [folder, *folder.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        yield
    finally:
        for path in paths:
            path.chmod(0o755 if path.is_dir() else 0o644)


@pytest.mark.fault(75)
@pytest.mark.parametrize("behind", [False, True])
def test_a_read_only_folder_still_answers(home: Path, behind: bool) -> None:
    names = ["alpha", "beta"]
    if behind:  # with an index that needs mending
        with closing(Library(home)) as library:
            library.catalog.commit([document("gamma")])
            state = library.catalog.index_state("lexical")
            library.catalog.set_index_state("lexical", replace(state, dirty=True))
        names.append("gamma")
    with read_only(home), closing(Library(home)) as library:
        found = holds(library, *names)
        with pytest.raises((LibraryError, OSError)):
            _add(library, "delta")
    assert found


@pytest.mark.fault(78)
def test_a_question_of_another_length_is_explained(home: Path) -> None:
    with (
        closing(Library(home)) as library,
        pytest.raises(EmbedderMismatchError, match=r"has 5 numbers, the library's have 8"),
    ):
        library.find_nearest(np.ones(5, dtype=np.float32), 3)
    assert DIMENSION == 8
