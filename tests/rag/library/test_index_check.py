"""Damaged files of an index are noticed before they are opened here, and the index is rebuilt."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from library_documents import document
from rag.library.library import Library

CHUNKS = 1200
"""Enough that Chroma writes its graph to files of its own."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("made") / "home"
    library = Library(home, create=True)
    with library.writing():
        library.catalog.commit([document(f"d{n}", 3) for n in range(CHUNKS // 3)])
    library.close()
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "home"))


def files(home: Path, kind: str) -> list[Path]:
    return sorted(file for file in home.glob(f"{kind}-*/**/*") if file.is_file())


def answers(home: Path) -> list[object]:
    """What the library finds for some of its own chunks, by vector and by word."""
    library = Library(home)
    found: list[object] = []
    for n in (0, 100, 399):
        (chunk,) = library.catalog.chunks([f"d{n}:1"]).values()
        found.append(library.find_nearest(chunk.vector, 1)[0][0])
        found.append(library.lexical.search(f"d{n}", 5)[0][0].split(":")[0])
    found.append({len(library.find_nearest(np.ones(8, dtype=np.float32) / 8**0.5, CHUNKS))})
    library.close()
    return found


EXPECTED = ["d0:1", "d0", "d100:1", "d100", "d399:1", "d399", {CHUNKS}]
DAMAGES = {
    "truncated": lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]),
    "emptied": lambda file: file.write_bytes(b""),
    "deleted": Path.unlink,
    "overwritten": lambda file: file.write_bytes(b"\xff" * file.stat().st_size),
}


def test_a_copied_library_is_looked_at_once_and_kept(home: Path) -> None:
    before = {file.parent for kind in ("chroma", "lexical") for file in files(home, kind)}
    assert answers(home) == EXPECTED
    assert {file.parent for kind in ("chroma", "lexical") for file in files(home, kind)} == before


@pytest.mark.fault(76)
@pytest.mark.parametrize("kind", ["chroma", "lexical"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_each_damaged_file_is_noticed_and_mended(
    made: Path, tmp_path: Path, kind: str, damage: str
) -> None:
    """One file after the other, the kinds of damage in turn; all of them in `make torture`."""
    names = [file.relative_to(made) for file in files(made, kind) if file.suffix != ".lock"]
    which = list(DAMAGES).index(damage)
    for number, name in enumerate(names):
        if number % len(DAMAGES) != which and "CITESPAN_TORTURE" not in os.environ:
            continue
        home = Path(shutil.copytree(made, tmp_path / f"home{number}"))
        Library(home).close()
        DAMAGES[damage](home / name)
        assert answers(home) == EXPECTED, name


@pytest.fixture
def library(home: Path) -> Iterator[Library]:
    library = Library(home)
    yield library
    library.close()


def test_an_index_that_fails_while_it_is_asked_is_rebuilt(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    (chunk,) = library.catalog.chunks(["d7:0"]).values()
    assert library.find_nearest(chunk.vector, 1)[0][0] == "d7:0"
    opened = library.vector_index._open
    assert opened is not None

    def fails(*_: object) -> None:
        raise RuntimeError("Error finding id")

    monkeypatch.setattr(opened[1], "search", fails)
    assert library.find_nearest(chunk.vector, 1)[0][0] == "d7:0"
    assert library.catalog.index_state("chroma").folder != opened[0].folder
