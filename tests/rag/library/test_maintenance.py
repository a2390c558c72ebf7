"""A library is checked, mended, exported and imported; what cannot be is said in a sentence."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from rag import Settings
from rag.answers.calibration import Calibration
from rag.errors import DamagedError, EmptyLibraryError, LibraryError
from rag.library import maintenance
from rag.library.catalog import FileState, NewChunk, NewDocument
from rag.library.library import Library
from rag.library.maintenance import export, import_, repair

NAMES = ("alpha", "beta", "gamma")


def document(name: str) -> NewDocument:
    texts = [f"{name} part{number}. " * 40 for number in range(30)]
    vectors = np.random.default_rng(len(name)).normal(size=(30, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    chunks, place = [], 0
    for text, vector in zip(texts, vectors, strict=True):
        digest = sha256(text.encode()).hexdigest()
        chunks.append(NewChunk(place, place + len(text), None, "", text, digest, vector))
        place += len(text)
    file = FileState(f"{name}.txt", 1, 2, 3, "r", "d", name)
    content = sha256("".join(texts).encode()).hexdigest()
    return NewDocument(name, f"{name}.txt", name, content, chunks, b"", file)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "home")
    with closing(Library.of(settings, create=True)) as library, library.writing():
        library.catalog.claim("some model")
        library.catalog.commit(map(document, NAMES))
        library.catalog.record_files([FileState("bad.pdf", 1, 2, 3, "r", "d", "", "encrypted")])
    return settings


def content(settings: Settings) -> dict[str, object]:
    """All that a library says."""
    with closing(Library.of(settings)) as library:
        catalog = library.catalog
        with catalog.changes(0) as changes:
            chunks = {
                (c.id, c.text, c.vector.tobytes(), c.source, c.added)
                for batch in changes.added
                for c in batch
            }
        found = {
            chunk.split(":")[0] for name in NAMES for chunk, _ in library.lexical.search(name, 99)
        }
        return {
            "chunks": chunks,
            "sources": catalog.sources(),
            "files": catalog.files(["alpha.txt", "bad.pdf"]),
            "found": found,
            "near": len(library.find_nearest(np.ones(8, dtype=np.float32) / 8**0.5, 500)),
            "calibration": Calibration.of(settings.home),
        }


def test_an_export_moves_all_of_a_library(settings: Settings, tmp_path: Path) -> None:
    Calibration(2.0, 0.5, 7).keep(settings.home)
    assert export(settings, tmp_path / "library.citespan") == (3, 90)
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["library.citespan"]
    other = Settings(home=tmp_path / "other")
    assert import_(other, tmp_path / "library.citespan") == (3, 90)
    assert content(other) == content(settings)
    with closing(Library.of(other)) as library:
        assert [index.find_defect() for index in library.indexes] == ["", ""]
    with closing(Library.of(other)) as library, pytest.raises(LibraryError, match="some model"):
        library.catalog.check_embedder("another model")


def test_nothing_is_overwritten_without_being_told(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "library.citespan"
    export(settings, file)
    with pytest.raises(LibraryError, match="already exists"):
        export(settings, file)
    with pytest.raises(LibraryError, match=r"3 documents in .*--replace removes them"):
        import_(settings, file)
    export(settings, file, replace=True)
    with closing(Library.of(settings)) as library, library.writing():
        library.catalog.remove(["alpha.txt"])
    assert import_(settings, file, replace=True) == (3, 90)
    assert content(settings)["found"] == set(NAMES)


@pytest.mark.parametrize("damage", [lambda b: b"", lambda b: b[: len(b) // 2], lambda b: b"text\n"])
def test_a_damaged_export_changes_nothing(
    settings: Settings, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    file = tmp_path / "library.citespan"
    export(settings, file)
    file.write_bytes(damage(file.read_bytes()))
    before = content(settings)
    with pytest.raises(LibraryError, match="not an intact export of citespan; nothing was"):
        import_(settings, file, replace=True)
    assert content(settings) == before
    with pytest.raises(LibraryError, match="there is no file"):
        import_(settings, tmp_path / "none")


def test_an_export_with_a_document_that_is_not_whole_is_refused(
    settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "library.citespan"
    export(settings, file)
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("update chunks set text = 'other' where id = 'beta:3'")
    with pytest.raises(LibraryError, match="beta is incomplete: its chunk 3 is not where"):
        import_(Settings(home=tmp_path / "other"), file)


def test_a_document_that_is_not_whole_is_found_and_forgotten(settings: Settings) -> None:
    with closing(sqlite3.connect(settings.home / "catalog.sqlite")) as db, db:
        db.execute("delete from chunks where id = 'alpha:3'")
        db.execute("update chunks set text = replace(text, 'part', 'trap') where id = 'gamma:0'")
    said: list[str] = []
    repair(settings, said.append)
    assert len(said) == 2
    assert "it has 29 of 30 chunks: alpha.txt; ingest it again" in said[0]
    assert "its text differs from the one that was ingested: gamma.txt" in said[1]
    assert content(settings)["sources"] == {"beta.txt": "beta"}
    with closing(Library.of(settings)) as library:
        assert library.catalog.files(["alpha.txt"]) == {}  # so the next ingest reads it
        assert list(library.catalog.find_incomplete()) == []


@pytest.mark.fault(76)
def test_what_is_whole_in_a_damaged_catalog_is_saved(settings: Settings) -> None:
    path = settings.home / "catalog.sqlite"
    before = content(settings)
    with closing(sqlite3.connect(path)) as db:
        db.execute("pragma journal_mode=delete")
    data = bytearray(path.read_bytes())
    damaged = data.index(b"beta part7") // 4096 * 4096
    data[damaged : damaged + 4096] = b"\xff" * 4096
    path.write_bytes(data)
    said: list[str] = []
    repair(settings, said.append)
    assert any("saved 2 documents; the damaged catalog is now catalog-damaged-" in s for s in said)
    after = content(settings)
    assert after["sources"] == {"alpha.txt": "alpha", "gamma.txt": "gamma"}
    assert isinstance(after["chunks"], set)
    assert isinstance(before["chunks"], set)
    assert {chunk[:3] for chunk in after["chunks"]} < {chunk[:3] for chunk in before["chunks"]}
    assert len(list(settings.home.glob("catalog-damaged-*.sqlite"))) == 1


@pytest.mark.fault(76)
def test_a_catalog_of_which_nothing_is_left_is_put_aside(settings: Settings) -> None:
    (settings.home / "catalog.sqlite").write_bytes(b"\xff" * 8192)
    with pytest.raises(LibraryError, match="citespan doctor --repair"):
        Library.of(settings)
    said: list[str] = []
    repair(settings, said.append)
    assert any("saved 0 documents" in sentence for sentence in said)
    with closing(Library.of(settings)) as library:
        assert library.catalog.counts() == (0, 0)
        assert library.find_nearest(np.ones(8, dtype=np.float32), 5) == []


def test_repair_without_a_library_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EmptyLibraryError, match="citespan ingest"):
        repair(Settings(home=tmp_path / "none"), lambda _: None)


@pytest.mark.parametrize(
    "script",
    [
        "update library set value = '99' where key = 'format'",
        "drop table indexes; drop table removed; drop table files; drop table layouts; "
        "drop table chunks; drop table sources; drop table documents; drop table library; "
        "create table other (x)",
    ],
)
def test_a_catalog_that_is_not_damaged_is_not_set_aside(settings: Settings, script: str) -> None:
    """A newer citespan's, or another program's file."""
    path = settings.home / "catalog.sqlite"
    with closing(sqlite3.connect(path)) as db, db:
        db.executescript(script)
    with pytest.raises(LibraryError, match=r"newer citespan|not a citespan catalog"):
        repair(settings, lambda _: None)
    assert path.exists()
    assert not list(settings.home.glob("catalog-damaged-*"))


@pytest.mark.fault(111)
def test_a_catalog_that_an_interrupted_repair_kept_is_taken_back(settings: Settings) -> None:
    before = content(settings)
    (settings.home / "catalog.sqlite").rename(settings.home / "catalog-damaged-20260101.sqlite")
    with pytest.raises(DamagedError, match=r"is gone, though .* run `citespan doctor --repair`"):
        Library.of(settings)
    repair(settings, lambda _: None)
    assert content(settings) == before


def test_a_calibration_of_an_import_that_was_killed_is_put_in_its_place(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Calibration(2.0, 0.5, 7).keep(settings.home)
    export(settings, tmp_path / "library.citespan")
    other = Settings(home=tmp_path / "other")
    with monkeypatch.context() as patch:
        patch.setattr(maintenance, "_finish_import", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            import_(other, tmp_path / "library.citespan")
    assert Calibration.of(other.home) == Calibration()
    repair(other, lambda _: None)
    assert Calibration.of(other.home) == Calibration(2.0, 0.5, 7)
    Calibration.forget(other.home)
    repair(other, lambda _: None)
    assert Calibration.of(other.home) == Calibration()
