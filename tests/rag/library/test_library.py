"""The home folder: indexes follow the catalog, and are mended when they cannot be trusted."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import library_documents
from library_documents import DIMENSION, commit, document, holds
from rag.errors import EmptyLibraryError, LibraryBusyError, LibraryError
from rag.library.bm25_index import Bm25Index
from rag.library.chroma_client import _paths_in_use
from rag.library.chroma_index import ChromaIndex
from rag.library.library import Library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path / "home", create=True)
    with library.writing():
        library.catalog.commit([document("alpha"), document("beta")])
    yield library
    library.close()


def test_a_folder_without_a_library_says_which_command_to_run(tmp_path: Path) -> None:
    with pytest.raises(EmptyLibraryError, match="citespan ingest"):
        Library(tmp_path)


def test_a_home_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(LibraryError, match="choose another one with --home"):
        Library(tmp_path / "file" / "home", create=True)


def test_indexes_follow_additions_edits_and_removals(library: Library) -> None:
    assert holds(library, "alpha", "beta")
    with library.writing():
        library.catalog.commit([document("gamma")])
    assert holds(library, "alpha", "beta", "gamma")
    with library.writing():
        library.catalog.remove(["alpha.txt"])
    assert holds(library, "beta", "gamma")


def test_a_commit_whose_indexing_never_came_is_caught_up_at_the_next_look(library: Library) -> None:
    library.catalog.commit([document("gamma")])
    library.catalog.remove(["beta.txt"])
    assert holds(library, "alpha", "gamma")


def test_removed_and_added_again_before_indexing_is_found(library: Library) -> None:
    library.catalog.remove(["beta.txt"])
    library.catalog.commit([document("beta")])
    assert holds(library, "alpha", "beta")


def test_a_reader_in_another_process_sees_a_new_generation(library: Library) -> None:
    reader = Library(library.home)
    assert holds(reader, "alpha", "beta")
    writer = multiprocessing.get_context("spawn").Process(
        target=commit, args=(library.home, "gamma")
    )
    writer.start()
    writer.join()
    assert writer.exitcode == 0
    assert holds(reader, "alpha", "beta", "gamma")
    reader.close()


@pytest.mark.fault(76)
@pytest.mark.parametrize("kind", ["chroma", "lexical"])
@pytest.mark.parametrize("damage", ["deleted", "emptied"])
def test_a_lost_index_is_rebuilt_from_the_catalog(library: Library, kind: str, damage: str) -> None:
    home = library.home
    library.close()
    (folder,) = home.glob(f"{kind}-*")
    shutil.rmtree(folder)
    if damage == "emptied":
        folder.mkdir()
    reopened = Library(home)
    assert holds(reopened, "alpha", "beta")
    reopened.close()


@pytest.mark.fault(70)
@pytest.mark.parametrize("kind", ["chroma", "lexical"])
def test_an_index_write_that_broke_off_is_rebuilt(library: Library, kind: str) -> None:
    state = library.catalog.index_state(kind)
    library.catalog.set_index_state(kind, replace(state, dirty=True))
    assert holds(library, "alpha", "beta")
    assert library.catalog.index_state(kind).folder != state.folder
    assert not library.catalog.index_state(kind).dirty
    assert len(list(library.home.glob(f"{kind}-*"))) == 1


def test_an_index_that_is_not_trusted_is_closed_before_it_is_replaced(library: Library) -> None:
    library.close()
    before = len(_paths_in_use)
    state = library.catalog.index_state("chroma")
    library.catalog.commit([document("gamma")])
    library.catalog.set_index_state("chroma", replace(state, generation=library.catalog.generation))
    assert holds(library, "alpha", "beta", "gamma")
    library.close()
    assert len(_paths_in_use) == before


@pytest.mark.parametrize("kind", [ChromaIndex, Bm25Index])
def test_an_index_of_another_version_is_rebuilt(
    library: Library, kind: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kind, "version", 99)
    reopened = Library(library.home)
    assert holds(reopened, "alpha", "beta")
    assert library.catalog.index_state(kind.name).folder.startswith(f"{kind.name}-v99-")
    reopened.close()


@pytest.mark.fault(70)
def test_kill_at_any_moment_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    home = tmp_path / "home"
    script = (
        "import sys; sys.path.insert(0, sys.argv[2]); from pathlib import Path\n"
        "import library_documents as t\n"
        "for n in range(200): t.commit(Path(sys.argv[1]), f'killed{n}')\n"
    )
    names: list[str] = []
    for delay in (0.0, 0.05, 0.1, 0.2, 0.4):
        command = [
            sys.executable,
            "-c",
            script,
            str(home),
            str(Path(library_documents.__file__).parent),
        ]
        with subprocess.Popen(command) as process:
            before = len(names)
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline and _committed(home) <= before:
                time.sleep(0.01)
            time.sleep(delay)
            os.kill(process.pid, signal.SIGKILL)
        library = Library(home)
        names = [info.document_id for info in library.catalog.documents()]
        assert len(names) > before
        assert holds(library, *names)
        library.close()


@pytest.mark.fault(73)
def test_a_second_writer_is_refused_by_the_name_of_the_first(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.library.library.WAIT_SECONDS", 0.1)
    other = Library(library.home)
    with (
        library.writing(),
        pytest.raises(LibraryBusyError, match=f"process {os.getpid()} is writing"),
        other.writing(),
    ):
        pass
    other.close()


@pytest.mark.fault(74)
def test_the_lock_of_a_dead_writer_holds_nobody_up(library: Library) -> None:
    (library.home / "writer.lock").touch()
    (library.home / "writer.pid").write_text("999999999")
    with library.writing():
        library.catalog.commit([document("gamma")])
    assert holds(library, "alpha", "beta", "gamma")


def test_readers_go_on_while_somebody_writes(library: Library) -> None:
    reader = Library(library.home)
    assert holds(reader, "alpha", "beta")
    with library.writing():
        library.catalog.commit([document("gamma")])
        vector = np.ones(DIMENSION, dtype=np.float32)
        assert {id_.split(":")[0] for id_, _ in reader.find_nearest(vector, 100)} >= {
            "alpha",
            "beta",
        }
    assert holds(reader, "alpha", "beta", "gamma")
    reader.close()


def _committed(home: Path) -> int:
    if not (home / "catalog.sqlite").is_file():
        return 0
    try:
        library = Library(home)
    except (EmptyLibraryError, LibraryError):
        return 0
    try:
        return library.catalog.counts()[0]
    finally:
        library.close()
