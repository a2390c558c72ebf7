"""A short run of `make torture`, and readers and writers that get in each other's way."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import library_documents
from library_documents import DIMENSION, document
from rag.library.library import Library

TORTURE = Path(library_documents.__file__).with_name("torture")
SPAWNING = multiprocessing.get_context("spawn")
BASE = ("alpha", "beta", "gamma")
EACH = 4
"""Commits of each writer."""


@pytest.mark.slow
@pytest.mark.fault(70)
@pytest.mark.parametrize(
    ("script", "given", "tally"),
    [
        ("killed_ingests.py", ["--kills", "6"], "6 processes killed"),
        ("killed_commands.py", ["--kills", "1", "--files", "60"], "1 command killed"),
    ],
)
def test_processes_killed_at_random_moments_lose_nothing(
    script: str, given: list[str], tally: str
) -> None:
    done = subprocess.run(
        [sys.executable, TORTURE / script, "--seed", "3", *given],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(tally)


@pytest.mark.fault(119)
def test_a_fault_at_an_operation_on_the_disk_loses_nothing() -> None:
    """A few of them; `make torture` takes every one."""
    done = subprocess.run(
        [sys.executable, TORTURE / "io_faults.py", "--every", "61"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "each time nothing was lost" in done.stdout


@pytest.mark.slow
@pytest.mark.fault(73)
@pytest.mark.parametrize("number", [2, 4])
def test_writers_and_readers_at_once_neither_lose_nor_miss_anything(
    tmp_path: Path, number: int
) -> None:
    home = tmp_path / "home"
    with closing(Library(home, create=True)) as library, library.writing():
        library.catalog.commit(map(document, BASE))
    stop = SPAWNING.Event()
    readers = [_started(_read, home, stop) for _ in range(number)]
    writers = [_started(_write, home, f"writer{n}") for n in range(number)]
    for writer in writers:
        writer.join()
    stop.set()
    for reader in readers:
        reader.join()
    assert [process.exitcode for process in (*writers, *readers)] == [0] * 2 * number
    expected = {*BASE, *(f"writer{n}-{i}" for n in range(number) for i in range(1, EACH, 2))}
    with closing(Library(home)) as library:
        assert {info.document_id for info in library.catalog.documents()} == expected
        assert [index.find_defect() for index in library.indexes] == ["", ""]
        assert _found(library) == expected


def _started(work: Callable[..., None], *given: Any) -> Any:
    process = SPAWNING.Process(target=work, args=given)
    process.start()
    return process


def _write(home: Path, name: str) -> None:
    """Add documents, and remove every other one again."""
    with closing(Library(home)) as library:
        for i in range(EACH):
            with library.writing():
                library.catalog.commit([document(f"{name}-{i}")])
            if i % 2:
                with library.writing():
                    library.catalog.remove([f"{name}-{i - 1}.txt"])


def _read(home: Path, stop: Any) -> None:
    """Ask until told to stop: what nobody touches is always found."""
    with closing(Library(home)) as library:
        while True:
            stopping = stop.is_set()
            before = library.catalog.sources()
            found = _found(library)
            after = library.catalog.sources()
            always = {before[name] for name in before.keys() & after.keys()}
            assert always <= found, f"missing: {always - found}"
            assert set(BASE) <= found
            for name in BASE:
                (chunk,) = library.catalog.chunks([f"{name}:1"]).values()
                assert library.find_nearest(chunk.vector, 1)[0][0] == f"{name}:1"
                assert f"{name}:1" in {id_ for id_, _ in library.lexical.search(name, 3)}
            if stopping:
                return


def _found(library: Library) -> set[str]:
    """The documents that a search without bounds finds, of those that are held."""
    vector = np.ones(DIMENSION, dtype=np.float32) / np.sqrt(np.float32(DIMENSION))
    ids = [id_ for id_, _ in library.find_nearest(vector, 1000)]
    return {chunk.document_id for chunk in library.catalog.chunks(ids).values()}
